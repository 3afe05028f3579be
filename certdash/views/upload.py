"""Uploading a pin set: the file, then a preview of what it leads to, then saving it as a release."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone

from certdash.actions.apps import save_release
from certdash.actions.pin_sets import Upload, save_pin_set
from certdash.forms.upload import SourceForm, UploadForm, release_named
from certdash.models import App, Release
from certdash.queries.client_words import format_name
from certdash.queries.upload_preview import preview
from certdash.queries.upload_rules import Intent
from certdash.views.drafts import Draft, seal, unseal
from certdash.views.follow_up import evaluate_soon
from certdash.views.form_pages import for_forms
from certdash.views.guard import Request, allow, found, signed_in
from pins import formats
from pins.decision import Client
from pins.errors import PinError
from pins.pinset import PinSet

CARRIED = ("platform", "version", "build", "share", "client_version")
EXPIRED = "This preview is more than two hours old, so it was made anew. Look at it again, then save."
TAMPERED = "What came back was not the preview that certdash made, so nothing was saved. Give the file again."


@dataclass(frozen=True, slots=True)
class _Visit:
    """One request to one app's upload page; `release` is the one that the address preselects."""

    request: Request
    app: App
    release: Release | None
    now: datetime

    @property
    def context(self) -> dict[str, object]:
        return {"app": self.app, "action": self.request.get_full_path()}


@for_forms
@signed_in
def upload(request: Request, pk: int) -> HttpResponse:
    apps = App.objects.filter(request.access.rows(), archived_at=None, customer__archived_at=None).select_related(
        "customer"
    )
    app = found(apps, pk=pk)
    allow(request.access.may_edit_apps(app.customer_id))
    chosen = request.GET.get("release", "")
    release = Release.objects.filter(app=app, pk=int(chosen)).first() if _is_key(chosen) else None
    visit = _Visit(request, app, release, timezone.now())
    if request.method != "POST":
        return _ask(visit, SourceForm())
    return _from_draft(visit) if "draft" in request.POST else _from_source(visit)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def _ask(visit: _Visit, form: SourceForm, *, status: int = 200, told: tuple[str, ...] = ()) -> HttpResponse:
    """Step 1. What is known of the release already travels along."""
    sent = visit.request.POST
    carried = [(name, sent[name]) for name in CARRIED if sent.get(name)]
    context = visit.context | {"form": form, "carried": carried, "told": told}
    return render(visit.request, "apps/upload.html", context, status=status)


def _from_source(visit: _Visit) -> HttpResponse:
    form = SourceForm(visit.request.POST, visit.request.FILES)
    if not form.is_valid():
        return _ask(visit, form, status=413 if form.is_too_large else 422)
    given = form.cleaned_data
    draft = Draft(given["source"], given["name"], given["format"])
    try:
        pin_set = formats.read(draft.source, name=draft.file_name, format=draft.format or None)
    except PinError as error:
        return _refuse(visit, form, error)
    if not _has_pins(pin_set) and (fitting := form.fitting_format()):
        name = format_name(draft.format)
        form.add_error(
            "format", f"No pins are found when this is read as {name}. It looks like {fitting}: choose that."
        )
        return _ask(visit, form, status=422)
    return _preview(visit, Draft(draft.source, draft.file_name, pin_set.format), pin_set)


def _has_pins(pin_set: PinSet) -> bool:
    return any(rule.pins for rule in pin_set.rules)


def _refuse(visit: _Visit, form: SourceForm, error: PinError) -> HttpResponse:
    """Everything typed stays, except a private key: that goes into no page."""
    field = form.cleaned_data["field"]
    if error.code == "private_key":
        kept = {name: visit.request.POST.get(name, "") for name in ("file_name", "format")}
        form = SourceForm(kept)
        form.full_clean()
        form.errors.clear()
    place, fitting = str(error.place), form.fitting_format()
    sentence = f"{error.sentence} It looks like {fitting}: choose that format." if fitting else error.sentence
    form.add_error(field, f"{place[0].upper()}{place[1:]}: {sentence}" if place else sentence)
    return _ask(visit, form, status=422)


def _from_draft(visit: _Visit) -> HttpResponse:
    opened = unseal(visit.request.POST["draft"], app_id=visit.app.pk, user_id=visit.request.user.pk)
    if opened is None:
        return _ask(visit, SourceForm(), status=422, told=(TAMPERED,))
    draft, is_fresh = opened
    try:
        pin_set = formats.read(draft.source, name=draft.file_name, format=draft.format)
    except PinError as error:
        return _ask(visit, SourceForm(), status=422, told=(error.sentence,))
    form = _save_form(visit, draft, visit.request.POST)
    if not is_fresh:
        return _preview(visit, draft, pin_set, form, status=422, told=(EXPIRED,))
    if "preview" in visit.request.POST or not form.is_valid():
        return _preview(visit, draft, pin_set, form, status=200 if form.is_valid() else 422)
    return _save(visit, draft, form)


def _save_form(visit: _Visit, draft: Draft, sent: Mapping[str, str]) -> UploadForm:
    named = release_named(visit.app, *(sent.get(name, "") for name in ("platform", "version", "build")))
    return UploadForm(visit.request.POST, instance=named, format=draft.format)


def _save(visit: _Visit, draft: Draft, form: UploadForm) -> HttpResponse:
    version = form.cleaned_data["client_version"]
    given = Upload(draft.source, draft.file_name, draft.format, form.chosen_clients, version)
    with transaction.atomic():
        release = save_release(form.save(commit=False), actor=visit.request.user, now=visit.now)
        save_pin_set(release, given, actor=visit.request.user, now=visit.now)
        evaluate_soon(releases=[release.pk])
    messages.success(visit.request, f"{_title(release)} is saved with its pin set. Its verdicts are being decided.")
    return redirect("app", visit.app.pk)


def _title(release: Release) -> str:
    return f"{release} ({release.build})" if release.build else str(release)


def _preview(
    visit: _Visit,
    draft: Draft,
    pin_set: PinSet,
    form: UploadForm | None = None,
    *,
    status: int = 200,
    told: tuple[str, ...] = (),
) -> HttpResponse:
    """Step 2: the file's verdicts and the release that it would be saved as."""
    save = form or UploadForm(instance=_first(visit, draft), initial=_initial(visit, pin_set), format=draft.format)
    intent = _intent(save, pin_set)
    page = preview(pin_set, intent, visit.app, visit.request.access, visit.now)
    token = seal(draft, app_id=visit.app.pk, user_id=visit.request.user.pk)
    if save.is_bound:
        assert isinstance(save.data, QueryDict)
        save.data = save.data.copy()
        save.data["draft"] = token
    else:
        save.initial["draft"] = token
    context = {
        "preview": page,
        "draft": draft,
        "save": save,
        "is_complete": pin_set.is_complete,
        "replaces": _replaces(save.instance, draft),
        "save_label": _label(save),
        "told": told,
    }
    return render(visit.request, "apps/upload.html", visit.context | context, status=status)


def _first(visit: _Visit, draft: Draft) -> Release:
    """The release that the address or step 1 named; ReleaseForm fills its fields from it."""
    sent = visit.request.POST
    if sent.get("version"):
        return release_named(visit.app, *(sent.get(name, "") for name in ("platform", "version", "build")))
    return visit.release or Release(app=visit.app)


def _initial(visit: _Visit, pin_set: PinSet) -> dict[str, object]:
    clients = formats.clients_in(pin_set)
    sent = {name: visit.request.POST[name] for name in CARRIED if visit.request.POST.get(name)}
    initial: dict[str, object] = {"clients": [one.value for one in clients], **sent}
    if visit.release is None and "platform" not in sent:
        initial["platform"] = "ios" if all(one.platform == "ios" for one in clients) else "android"
    return initial


def _intent(save: UploadForm, pin_set: PinSet) -> Intent:
    """As far as the form can be understood; what cannot be is judged as the format has it."""
    chosen = [one for one in formats.clients_of(pin_set.format) if one.value in (save["clients"].value() or ())]
    platform = save["platform"].value()
    version = str(save["client_version"].value() or "")
    clients: tuple[Client, ...] = tuple(chosen) or formats.clients_in(pin_set)
    return Intent(platform if platform in ("android", "ios") else "android", clients, version[:20])


def _replaces(release: Release, draft: Draft) -> str:
    """What saving does to a release that exists."""
    if release.pk is None:
        return ""
    if release.pin_sets.filter(format=draft.format, replaced_at=None).exists():
        return f"{_title(release)} has a pin set of this kind already: this one takes its place, the old one is kept"
    return f"{_title(release)} exists and gets this pin set"


def _label(save: UploadForm) -> str:
    version, build = (str(save[name].value() or "").strip() for name in ("version", "build"))
    if not version:
        return "Save release"
    return f"Save release {version} ({build})" if build else f"Save release {version}"


urlpatterns: list[URLPattern] = [path("apps/<int:pk>/upload/", upload, name="upload")]
