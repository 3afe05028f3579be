"""Settings: platform domains."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from certdash.actions.platform_domains import archive_platform_domain, restore_platform_domain, save_platform_domain
from certdash.forms.platform_domains import PlatformDomainForm
from certdash.models import PlatformDomain
from certdash.queries.settings.pages import platform_domain_list
from certdash.views.form_pages import FormPage, ask_first, for_forms, show_form
from certdash.views.guard import Request, allow, found, signed_in


@require_safe
@signed_in
def platform_domains(request: Request) -> HttpResponse:
    allow(request.access.sees_everything)
    return render(request, "settings/list.html", {"list": platform_domain_list(request.access)})


@for_forms
@signed_in
def platform_domain_new(request: Request) -> HttpResponse:
    allow(request.access.may_administer_platform)
    return _edit(request, PlatformDomain(), "Register a platform domain", "Register domain")


@for_forms
@signed_in
def platform_domain_edit(request: Request, pk: int) -> HttpResponse:
    allow(request.access.may_administer_platform)
    domain = found(PlatformDomain.objects.all(), pk=pk)
    return _edit(request, domain, f"Edit {domain}", "Save")


def _edit(request: Request, domain: PlatformDomain, title: str, submit: str) -> HttpResponse:
    form = PlatformDomainForm(request.POST or None, instance=domain)
    if form.is_valid():
        saved = save_platform_domain(form.save(commit=False), actor=request.user, now=timezone.now())
        messages.success(request, f"{saved} is saved. Every endpoint below it counts as a default host.")
        return redirect("platform_domains")
    sentence = "Hosts below a platform domain serve the certificate that you own: its rotation concerns all of them."
    return show_form(request, form, FormPage(title, sentence, submit, reverse("platform_domains")))


@for_forms
@signed_in
def platform_domain_archive(request: Request, pk: int) -> HttpResponse:
    allow(request.access.may_administer_platform)
    domain = found(PlatformDomain.objects.all(), pk=pk)
    return ask_first(request, _question(domain), lambda: _flip(request, domain))


def _question(domain: PlatformDomain) -> FormPage:
    back = reverse("platform_domains")
    if domain.archived_at:
        return FormPage(f"Restore {domain}", "Hosts below it count as default hosts again.", "Restore", back)
    text = "Hosts below it count as custom domains from now on: a rotation is then forecast for each on its own."
    return FormPage(f"Archive {domain}", text, "Archive", back)


def _flip(request: Request, domain: PlatformDomain) -> str:
    now = timezone.now()
    if domain.archived_at:
        restore_platform_domain(domain, actor=request.user, now=now)
        return f"{domain} is back."
    archive_platform_domain(domain, actor=request.user, now=now)
    return f"{domain} is archived."


urlpatterns: list[URLPattern] = [
    path("settings/platform-domains/", platform_domains, name="platform_domains"),
    path("settings/platform-domains/new/", platform_domain_new, name="platform_domain_new"),
    path("settings/platform-domains/<int:pk>/edit/", platform_domain_edit, name="platform_domain_edit"),
    path("settings/platform-domains/<int:pk>/archive/", platform_domain_archive, name="platform_domain_archive"),
]
