"""Uploading pin sets: files or a built app, then a preview of what they lead to, then saving them as releases."""

from django.contrib import messages
from django.core.exceptions import TooManyFilesSent
from django.db import transaction
from django.http import HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from certdash.actions.apps import save_release
from certdash.actions.pin_sets import Upload, save_pin_sets
from certdash.forms.source import SourceForm
from certdash.models import App, Release
from certdash.queries.uploads.drafts import Part, part_of
from certdash.views.drafts import unseal
from certdash.views.follow_up import evaluate_soon
from certdash.views.form_pages import for_forms
from certdash.views.guard import Request, allow, found, signed_in
from certdash.views.limits import MAXIMUM_REQUEST
from certdash.views.receiving import Receiver, is_room_for, patience, turn
from certdash.views.upload_correcting import asks_for_correction, correct
from certdash.views.upload_steps import Visit, ask, release_forms, show_preview, title
from pins.decision import Client
from pins.errors import PinError

EXPIRED = "This preview is more than two hours old, so it was made anew. Look at it again, then save."
TAMPERED = "What came back was not the preview that certdash made, so nothing was saved. Give the file again."
CUT = "The upload ended before all of it had arrived, so nothing was read or stored. Give the file again."
UNREADABLE = (
    "What arrived is no form that can be read, so nothing was stored. A file name has at most 900 characters: shorten "
    "it, and give the file again."
)
TOO_MANY = "More than 20 files came at once, so none was read. Give them in smaller groups."
BUSY = "Two large uploads of yours are on their way, or several of others. Wait until one has ended, then try again."
FULL = "The disk of this server has no room for a file of that size, so it was not read. Tell who runs it."


@csrf_exempt
@for_forms
@signed_in
def upload(request: Request, pk: int) -> HttpResponse:
    """Rights come first: the check of the token reads the body, and nobody else may have anything read or stored."""
    apps = App.objects.filter(request.access.rows(), archived_at=None, customer__archived_at=None).select_related(
        "customer"
    )
    app = found(apps, pk=pk)
    allow(request.access.may_edit_apps(app.customer_id))
    chosen = request.GET.get("release", "")
    release = Release.objects.filter(app=app, pk=int(chosen)).first() if _is_key(chosen) else None
    visit = Visit(request, app, release, timezone.now())
    return _take(visit) if request.method == "POST" else ask(visit, SourceForm())


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def _take(visit: Visit) -> HttpResponse:
    length = int(visit.request.META.get("CONTENT_LENGTH") or 0)
    if length <= MAXIMUM_REQUEST:
        return _receive(visit)
    if not is_room_for(length):
        return ask(visit, SourceForm(), status=507, told=(FULL,), is_read=False)
    with turn(visit.request.user.pk) as may_begin:
        if not may_begin:
            return ask(visit, SourceForm(), status=429, told=(BUSY,), is_read=False)
        return _receive(visit)


def _receive(visit: Visit) -> HttpResponse:
    receiver = Receiver(visit.request)
    visit.request.upload_handlers = [receiver]
    is_form = visit.request.content_type == "multipart/form-data"
    try:
        with patience(visit.request):
            answer = _answer(visit.request, visit, receiver if is_form else None)
        # The check of the token takes a line that broke for a form without one.
        if not receiver.is_cut:
            return answer
        told, status = CUT, 400
    except UnreadablePostError:
        told, status = CUT, 400
    except TooManyFilesSent:
        told, status = TOO_MANY, 413
    except MultiPartParserError:
        told, status = UNREADABLE, 400
    finally:
        receiver.drop_part()
    return ask(visit, SourceForm(), status=status, told=(told,), is_read=False)


@csrf_protect
def _answer(request: Request, visit: Visit, receiver: Receiver | None) -> HttpResponse:
    sent = request.POST
    if receiver is not None and not receiver.is_whole:
        return ask(visit, SourceForm(), status=400, told=(CUT,), is_read=False)
    return _from_draft(visit) if "draft" in sent else _from_source(visit)


def _from_source(visit: Visit) -> HttpResponse:
    form = SourceForm(visit.request.POST, visit.request.FILES)
    if not form.is_valid():
        return ask(visit, form, status=413 if form.is_too_large else 422)
    return show_preview(visit, form.reading.batch, form.reading.parts)


def _from_draft(visit: Visit) -> HttpResponse:
    opened = unseal(visit.request.POST["draft"], app_id=visit.app.pk, user_id=visit.request.user.pk)
    if opened is None:
        return ask(visit, SourceForm(), status=422, told=(TAMPERED,))
    batch, is_fresh = opened
    try:
        parts = [part_of(draft, draft.read()) for draft in batch.drafts]
    except PinError as error:
        return ask(visit, SourceForm(), status=422, told=(error.sentence,))
    forms = release_forms(visit, batch, parts, is_sent=True)
    if is_fresh and asks_for_correction(visit.request.POST):
        return correct(visit, batch, parts, forms)
    # Every form is checked, so that all that is wrong is told at once.
    is_valid = not [form for form in forms if not form.is_valid()]
    if not is_fresh:
        return show_preview(visit, batch, parts, forms, status=422, told=(EXPIRED,))
    if "preview" in visit.request.POST or not is_valid:
        return show_preview(visit, batch, parts, forms, status=200 if is_valid else 422)
    saved = []
    with transaction.atomic():
        for form in forms:
            release = save_release(form.save(commit=False), actor=visit.request.user, now=visit.now)
            version = form.cleaned_data["client_version"]
            uploads = [_upload(part, form.chosen_clients(part), version) for part in form.parts]
            save_pin_sets(release, uploads, actor=visit.request.user, now=visit.now)
            saved.append(release)
        evaluate_soon(releases=[release.pk for release in saved])
    return _done(visit, saved, len(parts))


def _upload(part: Part, clients: tuple[Client, ...], version: str) -> Upload:
    return Upload(part.draft.source, part.draft.name, part.draft.format, clients, version)


def _done(visit: Visit, saved: list[Release], files: int) -> HttpResponse:
    names, what = " and ".join(map(title, saved)), "its pin set" if files == 1 else f"{files} pin sets"
    verb, whose = ("is", "Its") if len(saved) == 1 else ("are", "Their")
    messages.success(visit.request, f"{names} {verb} saved with {what}. {whose} verdicts are being decided.")
    return redirect("app", visit.app.pk)


urlpatterns: list[URLPattern] = [path("apps/<int:pk>/upload/", upload, name="upload")]
