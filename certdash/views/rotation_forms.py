"""Rotations by hand: edit what is said of one, and call one off."""

import hashlib

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from certdash.actions.planning import WAITING, Details, cancel, details_of, edit
from certdash.forms.rotations import CancellationForm, RotationForm
from certdash.models import Rotation
from certdash.queries.formatting import full_day
from certdash.queries.rotations.list import name_of
from certdash.queries.rotations.scope import successors_of, visible
from certdash.queries.rotations.words import why_not_changeable
from certdash.views.follow_up import evaluate_scope
from certdash.views.form_pages import FormPage, for_forms, show_form
from certdash.views.guard import Request, allow, found, signed_in

RELATIONS = ("platform_domain", "endpoint__environment__customer", "leaf")


@for_forms
@signed_in
def rotation_edit(request: Request, pk: int) -> HttpResponse:
    row = _rotation(request, pk)
    if row.state not in WAITING:
        return _too_late(request, row)
    said, now = details_of(row, successors_of(row).first()), timezone.now()
    expires, today = row.leaf.not_after.date(), now.date()
    sent = request.POST if request.method == "POST" else None
    form = RotationForm(sent, expires=expires, today=today, initial=_initial(said))
    if form.is_valid():
        if _wanted(form) == said:
            # Sent twice, or saved by somebody else in the same words: nothing to store, and no conflict.
            messages.info(request, f"The rotation of {name_of(row)} is stored as you gave it.")
            return redirect("rotation", pk=pk)
        is_as_seen = form.cleaned_data["seen"] == _mark(said)
        if is_as_seen and edit(row, _wanted(form), seen=said, actor=request.user, now=now):
            evaluate_scope(platform_domain=row.platform_domain_id, endpoint=row.endpoint_id)
            messages.success(request, f"The rotation of {name_of(row)} is changed. Verdicts follow within seconds.")
            return redirect("rotation", pk=pk)
        form.show_conflict(_mark(said))
    return show_form(request, form, _edit_page(row))


def _edit_page(row: Rotation) -> FormPage:
    return FormPage(
        f"Edit the rotation of {name_of(row)}",
        f"What is known of the rotation of {name_of(row)}?",
        "Save",
        reverse("rotation", args=(row.pk,)),
        "The window is what its owner has announced. Without one it follows from the certificate and its history.",
        (("Call off", reverse("rotation_cancel", args=(row.pk,))),),
    )


@for_forms
@signed_in
def rotation_cancel(request: Request, pk: int) -> HttpResponse:
    row = _rotation(request, pk)
    if row.state not in WAITING:
        return _too_late(request, row)
    form = CancellationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if not cancel(row, form.cleaned_data["reason"], actor=request.user, now=timezone.now()):
            row.refresh_from_db(fields=("state",))
            return _too_late(request, row)
        evaluate_scope(platform_domain=row.platform_domain_id, endpoint=row.endpoint_id)
        messages.success(request, f"The rotation of {name_of(row)} is called off. Whoever it concerns is told.")
        return redirect("rotation", pk=pk)
    back = reverse("rotation", args=(pk,))
    context = {"form": form, "name": name_of(row), "consequences": _consequences(row), "back": back}
    return render(request, "rotations/cancel.html", context, status=422 if form.is_bound else 200)


def _consequences(row: Rotation) -> tuple[str, ...]:
    expiry = f"The certificate still expires on {full_day(row.leaf.not_after)}: another rotation is planned at once."
    told = "Everybody with a host concerned is told, with your reason, and calendars show the entry as called off."
    successor = successors_of(row).first()
    if successor is not None:
        kind = "found in a public log" if successor.is_logged else "registered for it"
        withdrawn = f"The successor {kind} is withdrawn: verdicts rest on assumptions again."
        return withdrawn, expiry, told
    return expiry, told


def _rotation(request: Request, pk: int) -> Rotation:
    row = found(visible(request.access).select_related(*RELATIONS), pk=pk)
    if row.endpoint is None:
        allow(request.access.may_administer_platform)
    else:
        allow(request.access.may_administer(row.endpoint.environment.customer_id))
    return row


def _too_late(request: Request, row: Rotation) -> HttpResponse:
    messages.warning(request, why_not_changeable(row))
    return redirect("rotation", pk=row.pk)


def _initial(said: Details) -> dict[str, object]:
    return {
        "owner": said.owner,
        "window_start": said.start.date() if said.start else None,
        "window_end": said.end.date() if said.end else None,
        "source_url": said.source_url,
        "note": said.note,
        "seen": _mark(said),
    }


def _mark(said: Details) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _wanted(form: RotationForm) -> Details:
    given = form.cleaned_data
    return Details(given["owner"], given["source_url"], given["note"], *form.window)


urlpatterns: list[URLPattern] = [
    path("rotations/<int:pk>/edit/", rotation_edit, name="rotation_edit"),
    path("rotations/<int:pk>/call-off/", rotation_cancel, name="rotation_cancel"),
]
