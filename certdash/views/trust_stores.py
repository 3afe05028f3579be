"""Settings: trust stores."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from certdash.actions.trust_stores import add_trust_store, archive_trust_store, restore_trust_store, save_trust_store
from certdash.forms.trust_stores import TrustStoreForm
from certdash.models import TrustStore
from certdash.queries.limits import is_last_in_scope
from certdash.queries.settings.pages import trust_store_list
from certdash.views.form_pages import FormPage, Refused, ask_first, for_forms, show_form
from certdash.views.guard import Request, allow, found, signed_in


@require_safe
@signed_in
def trust_stores(request: Request) -> HttpResponse:
    allow(request.access.sees_everything)
    return render(request, "settings/list.html", {"list": trust_store_list(request.access)})


@for_forms
@signed_in
def trust_store_new(request: Request) -> HttpResponse:
    allow(request.access.may_administer_platform)
    return _edit(request, TrustStore(), "Add a trust store", "Add trust store")


@for_forms
@signed_in
def trust_store_edit(request: Request, pk: int) -> HttpResponse:
    allow(request.access.may_administer_platform)
    store = found(TrustStore.objects.all(), pk=pk)
    return _edit(request, store, f"Edit {store}", "Save")


def _edit(request: Request, store: TrustStore, title: str, submit: str) -> HttpResponse:
    form = TrustStoreForm(request.POST or None, request.FILES or None, instance=store)
    if form.is_valid():
        write = save_trust_store if store.pk else add_trust_store
        saved = write(form.save(commit=False), actor=request.user, now=timezone.now())
        messages.success(request, f"{saved} is saved. Verdicts are decided anew on the stores in scope.")
        return redirect("trust_stores")
    sentence = "A trust store is the set of roots that a device believes; pins are matched on the paths it allows."
    return show_form(request, form, FormPage(title, sentence, submit, reverse("trust_stores")))


@for_forms
@signed_in
def trust_store_archive(request: Request, pk: int) -> HttpResponse:
    allow(request.access.may_administer_platform)
    store = found(TrustStore.objects.all(), pk=pk)
    return ask_first(request, _question(store), lambda: _flip(request, store))


def _question(store: TrustStore) -> FormPage:
    back = reverse("trust_stores")
    if store.archived_at:
        return FormPage(f"Restore {store}", "It counts again if it is in scope.", "Restore", back)
    return FormPage(f"Archive {store}", "Verdicts are no longer decided on it.", "Archive", back)


def _flip(request: Request, store: TrustStore) -> str:
    now = timezone.now()
    if store.archived_at:
        restore_trust_store(store, actor=request.user, now=now)
        return f"{store} is back."
    if is_last_in_scope(store):
        return Refused(f"{store} is the only store in scope and stays: put another one into scope first.")
    archive_trust_store(store, actor=request.user, now=now)
    return f"{store} is archived."


urlpatterns: list[URLPattern] = [
    path("settings/trust-stores/", trust_stores, name="trust_stores"),
    path("settings/trust-stores/new/", trust_store_new, name="trust_store_new"),
    path("settings/trust-stores/<int:pk>/edit/", trust_store_edit, name="trust_store_edit"),
    path("settings/trust-stores/<int:pk>/archive/", trust_store_archive, name="trust_store_archive"),
]
