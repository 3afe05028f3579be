"""The corrected file of a preview: taken home as a download, or put in the place of the file that was given."""

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpResponse, QueryDict
from django.utils.http import content_disposition_header

from certdash.forms.upload import UploadForm
from certdash.queries.judging.previews import candidate_of
from certdash.queries.uploads.corrected import as_draft, corrected_of, file_name_of
from certdash.queries.uploads.drafts import Batch, Part, part_of
from certdash.queries.uploads.preview import pinned_by
from certdash.queries.uploads.rules import Intent
from certdash.views.upload_steps import Visit, plan_of, release_forms, show_preview
from pins.corrected_file import CorrectedFile

TAKE, USE = "take", "correct"
REPLACED = (
    "This is the corrected file in the place of the one that you gave; nothing is saved yet. Save it as the release "
    "that will ship it: users of a release that is out have the old pins."
)
NONE = "What is served has changed meanwhile, and no corrected file can be made now. The preview says why."


def asks_for_correction(sent: QueryDict) -> bool:
    return TAKE in sent or USE in sent


def correct(visit: Visit, batch: Batch, parts: Sequence[Part], forms: Sequence[UploadForm]) -> HttpResponse:
    """Made anew from the draft: nothing that a browser sends back is taken for a corrected file."""
    part = _part(visit.request.POST, parts)
    found = _corrected(visit, part, forms) if part else None
    if part is None or found is None:
        return show_preview(visit, batch, parts, [form.without_faults() for form in forms], told=(NONE,))
    if TAKE in visit.request.POST:
        return _download(part, found)
    drafts = tuple(as_draft(draft, found) if draft == part.draft else draft for draft in batch.drafts)
    changed = replace(batch, drafts=drafts)
    anew = [part_of(draft, draft.read()) for draft in drafts]
    filled = [form.without_faults() for form in release_forms(visit, changed, anew, is_sent=True)]
    return show_preview(visit, changed, anew, filled, told=(REPLACED,))


def _part(sent: QueryDict, parts: Sequence[Part]) -> Part | None:
    place = sent.get(TAKE) or sent.get(USE) or ""
    is_place = place.isascii() and place.isdecimal() and len(place) < 4 and int(place) < len(parts)
    return parts[int(place)] if is_place else None


def _corrected(visit: Visit, part: Part, forms: Sequence[UploadForm]) -> CorrectedFile | None:
    """For the clients and the platform that are chosen below the preview."""
    plan = next((plan_of(form) for form in forms if part in form.parts), None)
    if plan is None or (part.draft.app and USE in visit.request.POST):
        return None
    clients = next(one.clients for one in plan.files if one.part == part)
    pinned = pinned_by(part.pin_set, Intent(plan.platform, clients, plan.client_version))
    found = corrected_of(candidate_of([pinned], visit.app, now=visit.now))
    return found if isinstance(found, CorrectedFile) else None


def _download(part: Part, found: CorrectedFile) -> HttpResponse:
    name = file_name_of(part.draft)
    return HttpResponse(
        found.source,
        content_type="application/octet-stream",
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)},
    )
