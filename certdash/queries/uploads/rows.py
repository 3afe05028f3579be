"""What became of each file of an upload, one row a file: what it is, how it connects, or why it is not taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from certdash.queries.uploads.drafts import About, Batch, Draft, Remark
from certdash.queries.uploads.file import SEVERITIES
from certdash.queries.uploads.preview import Preview
from pins.findings import CATALOGUE
from pins.verdict import Value

SHOWN_REMARKS = 30
KINDS = {"apk": "Android app", "aab": "Android app bundle", "ipa": "iOS app"}


@dataclass(frozen=True, slots=True)
class ResultRow:
    """`now` and `next` are there for what is taken; `value` gives a shape to what is told of the others.

    `is_inside`: the row belongs to the app above it; `section` is where its lines are.
    """

    name: str
    what: str
    size: str
    text: str = ""
    now: str = ""
    next: str = ""
    value: str = ""
    title: str = ""
    section: str = ""
    is_inside: bool = False


def result_rows(batch: Batch, views: Sequence[tuple[Draft, Preview, str]]) -> tuple[ResultRow, ...]:
    """None for one plain pin file and nothing else."""
    if len(views) == 1 and not (batch.apps or batch.refused):
        return ()
    rows = [_file(*view) for view in views if not view[0].app]
    for app in batch.apps:
        rows += [_app(app), *(_file(*view) for view in views if view[0].app == app.file_name)]
        rows += [_left_out(one) for one in batch.left_out if one.app == app.file_name]
        rows += _problems(one for one in batch.problems if one.app == app.file_name)
    return (*rows, *(ResultRow(one.file_name or "The text", "not read", "", one.text, value="failing", title="refused")
                     for one in batch.refused))  # fmt: skip


def _file(draft: Draft, preview: Preview, section: str) -> ResultRow:
    now, after = (value or Value.UNKNOWN for value in (preview.facts.now, preview.facts.next))
    found = ", ".join(count.text for count in preview.tally) or "nothing wrong in it"
    return ResultRow(
        draft.file_name or "Pasted text",
        preview.format,
        preview.size,
        found,
        now=now.value,
        next=after.value,
        section=section,
        is_inside=bool(draft.app),
    )


def _app(app: About) -> ResultRow:
    build = f"({app.build})" if app.build else ""
    about = " ".join(filter(None, (app.application_id, app.version, build)))
    return ResultRow(app.file_name, KINDS.get(app.kind, app.kind), f"{app.size / 1024 / 1024:,.1f} MB", about)


def _left_out(remark: Remark) -> ResultRow:
    text = remark.text.removeprefix(f"{remark.file_name} ")
    told = f"{text[:1].upper()}{text[1:]}"
    return ResultRow(remark.file_name, "", "", told, value="unprotected", title="left out", is_inside=True)


def _problems(remarks: Iterable[Remark]) -> list[ResultRow]:
    return [_problem(one) for one in list(remarks)[:SHOWN_REMARKS]]


def _problem(remark: Remark) -> ResultRow:
    kind = CATALOGUE.get(remark.code)
    value = SEVERITIES[kind.severity] if kind else Value.UNKNOWN
    title = kind.title if kind else ""
    return ResultRow(remark.file_name, title, "", remark.text, value=value.value, title="to know", is_inside=True)
