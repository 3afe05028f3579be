"""Settings: which notices the members with each role are told."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from certdash.actions.channels import save_preference
from certdash.forms.channels import PreferenceForm
from certdash.models import PLATFORM_ROLES, Customer, NoticePreference, Role
from certdash.queries.risk.recipients import usual
from certdash.queries.settings.channels import preference_list
from certdash.views.form_pages import FormPage, show_form
from certdash.views.guard import Request, allow, found, signed_in


@require_safe
@signed_in
def preferences(request: Request) -> HttpResponse:
    return render(request, "settings/list.html", {"list": preference_list(request.access)})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def platform_notices(request: Request, role: str) -> HttpResponse:
    allow(request.access.is_platform_admin)
    return _edit(request, None, _role(role, is_platform=True))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def customer_notices(request: Request, pk: int, role: str) -> HttpResponse:
    customer = found(Customer.objects.filter(request.access.rows("pk"), archived_at=None), pk=pk)
    allow(request.access.may_administer(customer.pk))
    return _edit(request, customer, _role(role, is_platform=False))


def _role(text: str, *, is_platform: bool) -> Role:
    if text not in Role or (text in PLATFORM_ROLES) is not is_platform:
        raise Http404
    return Role(text)


def _edit(request: Request, customer: Customer | None, role: Role) -> HttpResponse:
    stored = NoticePreference.objects.filter(customer=customer, role=role).first()
    told = [event.value for event in usual(role)] if stored is None else stored.events
    sent = request.POST if request.method == "POST" else None
    form = PreferenceForm(sent, role=role, initial={"events": told})
    if form.is_valid():
        save_preference(customer, role, form.cleaned_data["events"], actor=request.user, now=timezone.now())
        messages.success(request, f"Saved what the role {role.label} is told from now on.")
        return redirect("preferences")
    whose = f"of {customer}" if customer else "of the platform"
    sentence = f"What members with the role {role.label} {whose} are told."
    return show_form(request, form, FormPage(f"{role.label} {whose}", sentence, "Save", reverse("preferences")))


urlpatterns: list[URLPattern] = [
    path("settings/notices/", preferences, name="preferences"),
    path("settings/notices/platform/<str:role>/", platform_notices, name="platform_notices"),
    path("settings/notices/<int:pk>/<str:role>/", customer_notices, name="customer_notices"),
]
