"""The corrected file of a release as a diff and as a download, made for all its hosts and decided again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from certdash.models import PinSet as PinSetRow
from certdash.models import Release
from certdash.queries.formatting import HashText, address, counted, key_of_certificate
from certdash.queries.judging.judging import Loaded, case_of, load
from certdash.queries.judging.likeness import Likeness
from certdash.queries.judging.pairs import Pair, pairs_of_releases
from certdash.queries.judging.subjects import Pinned, pinned_of
from pins.case import Case
from pins.corrected_file import CorrectedFile, Uncorrected, corrected_file
from pins.errors import PinError
from pins.reading import read_text
from pins.verdict import Value

AROUND = 2
MOST_LINES = 120
MOST_CASES = 200
# What a page carries for the button that copies; a larger file is downloaded.
MOST_COPIED = 200_000
REPAIRABLE = (Value.FAILING, Value.WILL_FAIL, Value.AT_RISK, Value.UNPROTECTED)
FILE_NAMES = {
    "android_nsc": "network_security_config.xml",
    "info_plist": "Info.plist",
    "outsystems_json": "pinning.json",
    "capacitor_build_action": "buildAction.json",
    "wultra_json": "fingerprints.json",
    "approov_json": "pins.json",
    "csv": "pins.csv",
    "hash_list": "pins.txt",
}


@dataclass(frozen=True, slots=True)
class DiffLine:
    """`number` is that of the new file, of the old one for a line that goes; `sign` is `+`, `−` or empty."""

    number: int
    sign: str
    text: str
    is_gap: bool = False


@dataclass(frozen=True, slots=True)
class Corrected:
    """`problem` says why there is none; the other fields are empty then. `text` is the whole file for the clipboard,
    empty for one that is no text; `added` are the keys that were added.
    """

    name: str
    counts: str = ""
    lines: tuple[DiffLine, ...] = ()
    more_lines: int = 0
    url: str = ""
    outcome: str = ""
    problem: str = ""
    text: str = ""
    added: tuple[HashText, ...] = ()


def corrected_view(release: Release, now: datetime) -> Corrected | None:
    """That of the first pin set that can be corrected; None for a release without one."""
    found = corrected_views(release, now)
    return next((one for one in found if not one.problem), next(iter(found), None))


def corrected_views(release: Release, now: datetime) -> list[Corrected]:
    """One for each pin set in force."""
    return [_of_row(release, row, answer) for row, answer in _answers(release, now)]


def corrected_source(release: Release, pin_set_pk: int, now: datetime) -> tuple[str, bytes] | None:
    """Name and bytes to take home; None where there is nothing to correct."""
    for row, answer in _answers(release, now):
        if row.pk == pin_set_pk and isinstance(answer, CorrectedFile):
            return file_name(row), answer.source
    return None


def file_name(row: PinSetRow) -> str:
    """Of pasted text the name that its build would look for, where there is one."""
    return row.file_name or usual_name(row.format)


def usual_name(dialect: str) -> str:
    return FILE_NAMES.get(dialect, f"{dialect}.txt")


def _answers(release: Release, now: datetime) -> Iterator[tuple[PinSetRow, CorrectedFile | Uncorrected]]:
    rows = list(release.pin_sets.filter(replaced_at=None).order_by("pk"))
    if not rows:
        return
    pairs = [pair for pair in pairs_of_releases([release.pk]) if pair.endpoint_id is not None]
    loaded = load(pairs, now=now)
    for row in rows:
        pinned = pinned_of(row, release.platform)
        yield row, corrected_file(pinned.value, pinned.clients, cases_of(pinned, pairs, loaded))


def cases_of(pinned: Pinned, pairs: list[Pair], loaded: Loaded) -> list[Case]:
    """One for each kind of host that this release tells apart."""
    found = dict[object, Case]()
    likeness = Likeness(loaded.frame.identified, loaded.frame.stores)
    for pair in pairs:
        outlook, subject = loaded.forecast_at(pair.endpoint_id), loaded.subjects[pair.release_id]
        key = likeness.of(subject, outlook, pair.host)
        if key not in found and outlook.served:
            found[key] = case_of(loaded.frame, subject, pinned, outlook, pair.host)
    return list(found.values())[:MOST_CASES]


def _of_row(release: Release, row: PinSetRow, answer: CorrectedFile | Uncorrected) -> Corrected:
    name, url = file_name(row), address("corrected", release.app_id, release.pk, row.pk)
    return view_of(name, url, bytes(row.source), answer)


def view_of(name: str, url: str, source: bytes, answer: CorrectedFile | Uncorrected) -> Corrected:
    if isinstance(answer, Uncorrected):
        return Corrected(name, problem=answer.sentence)
    lines = tuple(diff(source, answer.source))
    plus, minus = (sum(line.sign == sign for line in lines) for sign in ("+", "−"))
    worst = min(answer.verdicts, key=lambda verdict: verdict.value.badness).value
    count = counted(len(answer.verdicts), "kind of host", "kinds of hosts")
    return Corrected(
        name=name,
        counts=f"+{plus} −{minus}",
        lines=lines[:MOST_LINES],
        more_lines=max(0, len(lines) - MOST_LINES),
        url=url,
        outcome=f"Decided again for {count} before it is offered: {worst.value.replace('_', ' ')} at worst.",
        text=_text(answer.source),
        added=tuple(
            key_of_certificate(one.spki_sha256.hex(), f"key of {one.label}", one.certificate)
            for one in answer.added
            if one.spki_sha256
        ),
    )


def _text(source: bytes) -> str:
    """As it is; a page has no way to carry what is not UTF-8, or the line ends of Windows."""
    try:
        text = source.decode()
    except UnicodeDecodeError:
        return ""
    return text if len(text) <= MOST_COPIED and "\r" not in text and "\x00" not in text else ""


def diff(before: bytes, after: bytes) -> Iterator[DiffLine]:
    """What changes, with a little around it; parts left out are one line with `is_gap`."""
    old, new = _lines(before), _lines(after)
    groups = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND)
    for at, group in enumerate(groups):
        if at:
            yield DiffLine(0, "", "…", is_gap=True)
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (DiffLine(j1 + offset + 1, "", text) for offset, text in enumerate(new[j1:j2]))
                continue
            yield from (DiffLine(i1 + offset + 1, "−", text) for offset, text in enumerate(old[i1:i2]))
            yield from (DiffLine(j1 + offset + 1, "+", text) for offset, text in enumerate(new[j1:j2]))


def _lines(source: bytes) -> list[str]:
    try:
        return read_text(source).content.splitlines()
    except PinError:
        return source.decode(errors="replace").splitlines()
