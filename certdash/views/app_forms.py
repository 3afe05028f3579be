"""Own data by hand: apps and releases with their user shares."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from certdash.actions.apps import archive_app, restore_app, save_app, save_release
from certdash.forms.apps import AppCustomerForm, AppForm, ReleaseForm
from certdash.models import App, Release
from certdash.views.follow_up import evaluate_soon
from certdash.views.form_pages import FormPage, ask_first, customer_first, for_forms, needs_customer, show_form
from certdash.views.guard import Request, allow, found, signed_in


@for_forms
@signed_in
def app_new(request: Request) -> HttpResponse:
    """Two steps: whose app it is, then the rest, because owner and environments are chosen among that customer's."""
    if needs_customer(request):
        return customer_first(request)
    chosen = request.POST.get("customer") or request.GET.get("customer")
    choice = AppCustomerForm({"customer": chosen} if chosen else None, access=request.access)
    customers = choice.fields["customer"].queryset  # type: ignore[attr-defined]
    allow(customers.exists())
    if not chosen and customers.count() == 1:
        choice = AppCustomerForm({"customer": customers.get().pk}, access=request.access)
    if not choice.is_valid():
        page = FormPage("Register an app", "Whose app is it?", "Go on", reverse("apps"))
        return show_form(request, choice, page)
    customer = choice.cleaned_data["customer"]
    if request.POST.get("customer"):
        # The choice stands in the address of the second step: what is sent from there says whose app it is.
        return redirect(f"{reverse('app_new')}?customer={customer.pk}")
    return _edit_app(request, App(customer=customer), "Register an app", reverse("apps"))


@for_forms
@signed_in
def app_edit(request: Request, pk: int) -> HttpResponse:
    app = _app(request, pk, archived_at=None)
    return _edit_app(request, app, f"Edit {app}", reverse("app", args=(pk,)))


def _edit_app(request: Request, app: App, title: str, back: str) -> HttpResponse:
    is_sent = request.method == "POST" and (app.pk is not None or "name" in request.POST)
    form = AppForm(request.POST if is_sent else None, instance=app)
    if form.is_valid():
        linked = form.cleaned_data["environments"]
        saved = save_app(form.save(commit=False), linked, actor=request.user, now=timezone.now())
        evaluate_soon(releases=saved.releases.values_list("pk", flat=True))
        messages.success(request, f"{saved} is saved.")
        return redirect("app", saved.pk)
    sentence = "The lead time below decides until when a fix can still ship before a rotation."
    note = f"App of {app.customer}"
    submit = "Save" if app.pk else "Register app"
    links = (("Archive …", reverse("app_archive", args=(app.pk,))),) if app.pk else ()
    return show_form(request, form, FormPage(title, sentence, submit, back, note, links))


@for_forms
@signed_in
def app_archive(request: Request, pk: int) -> HttpResponse:
    app = _app(request, pk)
    if app.archived_at:
        page = FormPage(f"Restore {app}", f"{app} counts again.", "Restore", reverse("apps"))
    else:
        text = f"{app} leaves every list and counts no more. Its history stays. Settings, Archived brings it back."
        page = FormPage(f"Archive {app}", text, "Archive", reverse("apps"))
    return ask_first(request, page, lambda: _flip_app(request, app))


def _flip_app(request: Request, app: App) -> str:
    now = timezone.now()
    if app.archived_at:
        restore_app(app, actor=request.user, now=now)
    else:
        archive_app(app, actor=request.user, now=now)
    evaluate_soon(releases=app.releases.values_list("pk", flat=True))
    return f"{app} is archived." if app.archived_at else f"{app} is back."


@for_forms
@signed_in
def release_new(request: Request, pk: int) -> HttpResponse:
    app = _app(request, pk, archived_at=None)
    return _edit_release(request, Release(app=app), f"Register a release of {app}")


@for_forms
@signed_in
def release_edit(request: Request, pk: int, release_pk: int) -> HttpResponse:
    app = _app(request, pk, archived_at=None)
    release = found(Release.objects.filter(app=app).select_related("app__customer"), pk=release_pk)
    return _edit_release(request, release, f"Edit {release}")


def _edit_release(request: Request, release: Release, title: str) -> HttpResponse:
    form = ReleaseForm(request.POST or None, instance=release)
    if form.is_valid():
        saved = save_release(form.save(commit=False), actor=request.user, now=timezone.now())
        evaluate_soon(releases=[saved.pk])
        messages.success(request, f"{saved} is saved.")
        return redirect("app", saved.app_id)
    sentence = "A release without users counts no more; one with an unknown share counts fully."
    page = FormPage(title, sentence, "Save release", reverse("app", args=(release.app_id,)), str(release.app))
    return show_form(request, form, page)


def _app(request: Request, pk: int, **state: None) -> App:
    """Also an archived one, but for what is only done to those in force."""
    rows = App.objects.filter(request.access.rows(), customer__archived_at=None)
    app = found(rows.select_related("customer"), pk=pk, **state)
    allow(request.access.may_edit_apps(app.customer_id))
    return app


urlpatterns: list[URLPattern] = [
    path("apps/new/", app_new, name="app_new"),
    path("apps/<int:pk>/edit/", app_edit, name="app_edit"),
    path("apps/<int:pk>/archive/", app_archive, name="app_archive"),
    path("apps/<int:pk>/releases/new/", release_new, name="release_new"),
    path("apps/<int:pk>/releases/<int:release_pk>/edit/", release_edit, name="release_edit"),
]
