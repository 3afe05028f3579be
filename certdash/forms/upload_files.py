"""Each file of an upload by itself: read as a pin file or as a built app, or refused with a sentence of its own."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile

from certdash.queries.apps.client_words import format_name
from certdash.queries.uploads.drafts import CERTIFICATES, About, Batch, Draft, Part, Remark, part_of
from certdash.runtime.app_reading import BuiltApp, read_app
from pins import formats
from pins.errors import PinError
from pins.pinset import PinSet
from pins.reading import MAXIMUM_BYTES
from pins.reading.certificates import Form, read_certificates

APP_ENDINGS = (".apk", ".aab", ".ipa")
LARGEST_APP = 500
TOO_MANY_BYTES = "too_many_bytes"
MAXIMUM_RULES, MAXIMUM_WORK = 300, 600_000
"""Of one upload. Every rule with its pins is compared for every host that one names: thousands of them would keep the
web, and then the worker, for minutes."""
_MEGABYTE = 1024 * 1024
_ARCHIVE = b"PK\x03\x04"

TOO_LARGE = (
    "{} has {:.1f} MB; a pin file has a few kB and is read up to 4 MB. Check that it is the right file, "
    "and give the one in which the app keeps its pins."
)
TOGETHER = "The pin files have {:.1f} MB together, and up to 4 MB are read at once. Give them in smaller groups."
TOO_LARGE_APP = "{} has {:,.0f} MB, and built apps are read up to {} MB. Give its pin file by itself."
TOO_MANY_RULES = (
    "There are {:,} rules with {:,} pins, which is more than any app has. Give the rules of this app alone."
)
NO_APP = "{} is no built app, whatever its name says: those are ZIP archives. Build or download it again."
MISNAMED = "{} is a ZIP archive. Give a built app with its ending .apk, .aab or .ipa, or the pin file by itself."
OTHER_ENDING = "{} is an {} inside, and its name ends otherwise. Check that it is the right file, and rename it."


def is_app_name(name: str) -> bool:
    return name.lower().endswith(APP_ENDINGS)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file is not read; `code` is that of the reader, or `too_many_bytes`."""

    file_name: str
    sentence: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """`pin_sets` spare a second reading of the drafts that they belong to."""

    batch: Batch
    refusals: tuple[Refusal, ...]
    pin_sets: Mapping[Draft, PinSet] = field(default_factory=dict)

    @property
    def parts(self) -> list[Part]:
        """Raises PinError."""
        return [part_of(draft, self.pin_sets.get(draft) or draft.read()) for draft in self.batch.drafts]

    @property
    def too_much(self) -> str:
        """Why all of it together is not decided; empty where it is."""
        if (size := sum(len(draft.source) for draft in self.batch.drafts)) > MAXIMUM_BYTES:
            return TOGETHER.format(size / _MEGABYTE)
        rules = [rule for part in self.parts for rule in part.pin_set.rules]
        pins = sum(len(rule.pins or ()) for rule in rules)
        is_beyond = len(rules) > MAXIMUM_RULES or len(rules) * pins > MAXIMUM_WORK
        return TOO_MANY_RULES.format(len(rules), pins) if is_beyond else ""


def read_files(files: Iterable[UploadedFile[bytes]], format: str) -> Reading:  # noqa: A002
    """`format` was chosen by hand, empty to detect it; built apps are not touched by it."""
    batches, refusals = [], []
    pin_sets: dict[Draft, PinSet] = {}
    for file in files:
        try:
            batches.append(_batch(file, format, pin_sets))
        except PinError as error:
            refusals.append(Refusal(file.name or "", told(error), error.code))
    return Reading(_together(batches, refusals), tuple(refusals), pin_sets)


def read_draft(source: bytes, name: str, format: str) -> tuple[Draft, PinSet]:  # noqa: A002
    """Raises PinError; a format chosen by hand that cannot be read names the one that the source looks like."""
    try:
        pin_set = formats.read(source, name=name, format=format or None)
    except PinError as error:
        if fitting := _fitting(source, name, format):
            hint = f"{error.sentence} It looks like {fitting}: choose that format."
            raise PinError(hint, error.place, code=error.code) from None
        raise
    if not any(rule.pins for rule in pin_set.rules) and (fitting := _fitting(source, name, format)):
        what = f"No pins are found when this is read as {format_name(format)}."
        raise PinError(f"{what} It looks like {fitting}: choose that.", code="wrong_choice")
    return Draft(source, name, pin_set.format), pin_set


def told(error: PinError) -> str:
    place = str(error.place)
    return f"{place[0].upper()}{place[1:]}: {error.sentence}" if place else error.sentence


def _batch(file: UploadedFile[bytes], format: str, pin_sets: dict[Draft, PinSet]) -> Batch:  # noqa: A002
    name, size = file.name or "", file.size or 0
    start = file.read(len(_ARCHIVE))
    file.seek(0)
    if is_app_name(name):
        return _app(file, name, size, start)
    if size > MAXIMUM_BYTES:
        raise PinError(TOO_LARGE.format(name or "The file", size / _MEGABYTE), code=TOO_MANY_BYTES)
    if start == _ARCHIVE:
        raise PinError(MISNAMED.format(name or "This"), code="wrong_format")
    draft, pin_set = read_draft(file.read(), name, format)
    pin_sets[draft] = pin_set
    return Batch((draft,))


def _app(file: UploadedFile[bytes], name: str, size: int, start: bytes) -> Batch:
    if size > LARGEST_APP * _MEGABYTE:
        raise PinError(TOO_LARGE_APP.format(name, size / _MEGABYTE, LARGEST_APP), code=TOO_MANY_BYTES)
    if start != _ARCHIVE:
        raise PinError(NO_APP.format(name), code="wrong_format")
    app = read_app(cast(BinaryIO, file.file), name)
    if not name.lower().endswith(app.kind):
        raise PinError(OTHER_ENDING.format(name, f".{app.kind}"), code="wrong_format")
    return _of_app(app, name, size)


def _of_app(app: BuiltApp, name: str, size: int) -> Batch:
    about = About(name, app.kind, app.platform, app.application_id, app.version, app.build, size)
    return Batch(
        tuple(Draft(one.source, one.member, one.format, name, one.clients) for one in app.files),
        (about,),
        left_out=tuple(Remark(one.member, one.text, app=name) for one in app.left_out),
        problems=tuple(Remark(one.member, one.text, one.code, name) for one in app.problems),
    )


def _together(batches: Iterable[Batch], refusals: Iterable[Refusal]) -> Batch:
    found = list(batches)
    return Batch(
        tuple(_merged(draft for batch in found for draft in batch.drafts)),
        tuple(app for batch in found for app in batch.apps),
        tuple(Remark(one.file_name, one.sentence, one.code) for one in refusals),
        tuple(remark for batch in found for remark in batch.left_out),
        tuple(remark for batch in found for remark in batch.problems),
    )


def _merged(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """An app takes any of the certificates that it bundles, so that those in DER make up one pin set together."""
    certificates = []
    for draft in drafts:
        if not draft.app and draft.format == CERTIFICATES and _is_der(draft.source):
            certificates.append(draft)
        else:
            yield draft
    if certificates:
        names = ", ".join(draft.file_name for draft in certificates)
        yield Draft(b"".join(draft.source for draft in certificates), names, CERTIFICATES)


def _is_der(source: bytes) -> bool:
    return all(held.form is Form.DER for held in read_certificates(source).held)


def _fitting(source: bytes, name: str, format: str) -> str:  # noqa: A002
    """The name of the format that the source looks like, where another one was chosen by hand; else empty."""
    if not format:
        return ""
    try:
        looks_like = formats.detect(source, name=name)
    except PinError:
        return ""
    return "" if looks_like == format else format_name(looks_like)
