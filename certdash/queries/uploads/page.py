"""The page of a preview: every file of an upload with its own findings, and each release that they would make."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from certdash.models import App, Platform, Release
from certdash.queries.access import Access
from certdash.queries.formatting import Sentence
from certdash.queries.uploads.comparing import Comparison, Own, comparisons
from certdash.queries.uploads.corrected import file_name_of
from certdash.queries.uploads.drafts import Batch, Draft, Part
from certdash.queries.uploads.preview import HostView, Preview, pinned_by, preview, together
from certdash.queries.uploads.rows import ResultRow, result_rows
from certdash.queries.uploads.rules import Intent
from certdash.queries.uploads.words import FILE, Facts, sentence
from pins.decision import Client

SHOWN_FILES = 12


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file with the clients that it would be saved for."""

    part: Part
    clients: tuple[Client, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """One release that the upload would be saved as; `version` as far as it is typed."""

    platform: str
    files: tuple[Chosen, ...]
    client_version: str
    release: Release
    version: str


@dataclass(frozen=True, slots=True)
class FileView:
    """`anchor` stands in front of the addresses of its lines; without a `section` it is judged and not drawn.

    `place` is that of the file in its upload.
    """

    draft: Draft
    preview: Preview
    is_complete: bool
    anchor: str
    section: str
    place: int


@dataclass(frozen=True, slots=True)
class ReleaseView:
    label: str
    hosts: tuple[HostView, ...]
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class UploadPage:
    """`rows` are empty for one plain pin file, which needs no list; `more_files` are judged and not drawn."""

    sentence: Sentence
    more: Sentence
    rows: tuple[ResultRow, ...]
    files: tuple[FileView, ...]
    more_files: int
    releases: tuple[ReleaseView, ...]
    stored: str


@dataclass(frozen=True, slots=True)
class _Judged:
    plan: Plan
    previews: tuple[Preview, ...]
    hosts: tuple[HostView, ...]
    facts: Facts


def upload_page(batch: Batch, plans: Sequence[Plan], app: App, access: Access, now: datetime) -> UploadPage:
    is_alone = len(batch.drafts) == 1
    judged = [_judged(plan, is_alone, app, access, now) for plan in plans]
    files = _files(batch, judged)
    owns = [_own(plan) for plan in plans]
    return UploadPage(
        sentence=_sentence(batch, judged),
        more=tuple(part for one in judged for view in one.previews for part in view.more)[:1],
        rows=result_rows(batch, [(view.draft, view.preview, view.section) for view in files]),
        files=files[:SHOWN_FILES],
        more_files=max(0, len(files) - SHOWN_FILES),
        releases=tuple(
            ReleaseView(
                Platform(one.plan.platform).label if len(judged) > 1 else "",
                one.hosts,
                comparisons(own, [other for other in owns if other is not own], app),
            )
            for one, own in zip(judged, owns, strict=True)
        ),
        stored=_stored(batch),
    )


def _judged(plan: Plan, is_alone: bool, app: App, access: Access, now: datetime) -> _Judged:
    intents = [Intent(plan.platform, one.clients, plan.client_version, is_alone) for one in plan.files]
    previews = tuple(
        preview(one.part.pin_set, intent, app, access, now, file_name_of(one.part.draft))
        for one, intent in zip(plan.files, intents, strict=True)
    )
    if len(previews) == 1:
        return _Judged(plan, previews, previews[0].hosts, previews[0].facts)
    pinned = [pinned_by(one.part.pin_set, intent) for one, intent in zip(plan.files, intents, strict=True)]
    return _Judged(plan, previews, *together(pinned, previews, app, now))


def _files(batch: Batch, judged: Iterable[_Judged]) -> tuple[FileView, ...]:
    """Each file once: one that both platforms take is shown as the first of them sees it."""
    seen: dict[int, tuple[Part, Preview]] = {}
    for one in judged:
        for chosen, view in zip(one.plan.files, one.previews, strict=True):
            seen.setdefault(id(chosen.part), (chosen.part, view))
    return tuple(
        FileView(
            part.draft,
            view,
            part.pin_set.is_complete,
            "" if number == 1 else f"file-{number}-",
            "" if number > SHOWN_FILES else "file" if number == 1 else f"file-{number}",
            batch.drafts.index(part.draft),
        )
        for number, (part, view) in enumerate(seen.values(), 1)
    )


def _own(plan: Plan) -> Own:
    pin_sets = tuple(one.part.pin_set for one in plan.files)
    return Own(plan.platform, pin_sets, plan.release, plan.version)


def _sentence(batch: Batch, judged: Sequence[_Judged]) -> Sentence:
    if len(judged) == 1:
        return sentence(judged[0].facts, _subject(batch))
    parts = (
        sentence(one.facts, f"the {Platform(one.plan.platform).label} part", is_first=number == 0, lead=" " * number)
        for number, one in enumerate(judged)
    )
    return tuple(part for told in parts for part in told)


def _subject(batch: Batch) -> str:
    if len(batch.apps) == 1 and all(draft.app for draft in batch.drafts):
        return "this app"
    return FILE if len(batch.drafts) == 1 else "this upload"


def _stored(batch: Batch) -> str:
    """What is kept of a built app: the pin files in it, as the product keeps every other file."""
    if not batch.apps:
        return ""
    size = sum(len(draft.source) for draft in batch.drafts if draft.app)
    whole = sum(app.size for app in batch.apps)
    kept = f"{size / 1024:,.1f} kB" if size >= 1024 else f"{size:,} bytes"
    return f"Of {whole / 1024 / 1024:,.1f} MB the pin files are kept ({kept}); the app itself was read and is gone."
