"""What the reading of one app collects: pin sets, and a problem for every member that counts and cannot be read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from pins import formats
from pins.artefacts.archive import Archive, place, shown
from pins.artefacts.artefact import UNREAD_FILES, Anchor, Confidence, Found
from pins.artefacts.certificates import FORMAT, MAXIMUM_BYTES, MAXIMUM_FILES, Spot, folder_of, merged
from pins.errors import PinError
from pins.pinset import PinSet, Problem

MAXIMUM_PIN_FILE = 512 * 1024
MAXIMUM_TEXT = 1536 * 1024
"""Of all pin files of one app together; each has a few kB."""
MAXIMUM_PLUGIN_FILES = 4
PLUGIN_FORMAT = "outsystems_json"

T = TypeVar("T")


@dataclass(slots=True)
class Gathering:
    archive: Archive
    found: list[Found] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    text_left: int = MAXIMUM_TEXT

    def note(self, code: str, message: str, member: str) -> None:
        """Once for each code and member."""
        problem = Problem(code, message, place(member))
        if not any((one.code, one.place) == (problem.code, problem.place) for one in self.problems):
            self.problems.append(problem)

    def bytes_of(self, name: str, limit: int = MAXIMUM_PIN_FILE) -> bytes | None:
        found = self.told(name, lambda: bytes(self.archive.read(name, limit)))
        return found or None

    def told(self, name: str, read: Callable[[], T]) -> T | None:
        """What `read` gives; where it has a PinError instead, that becomes a problem of the app."""
        try:
            return read()
        except PinError as error:
            self._not_read(name, error)
            return None

    def pin_set_of(self, name: str, source: bytes, format: str) -> PinSet | None:  # noqa: A002
        if format not in formats.FORMATS:
            message = f"{shown(name)} is in the app and its kind is not read yet. Give its source by itself."
            self.note("unsupported_member", message, name)
            return None
        self.text_left -= len(source)
        if self.text_left < 0:
            message = f"{shown(name)} is not read: the pin files of the app are larger than {MAXIMUM_TEXT // 1024} kB."
            self.note("oversized_member", message, name)
            return None
        return self.told(name, lambda: formats.read(source, name=shown(name), format=format))

    def add(
        self,
        member: str,
        confidence: Confidence,
        pin_set: PinSet,
        *,
        since: int = 0,
        below: int | None = None,
        anchors: tuple[Anchor, ...] = (),
    ) -> None:
        self.found.append(Found(shown(member), confidence, pin_set, since, below, anchors, _is_idle(pin_set)))

    def plugin_files(self, folder: str) -> Iterator[tuple[str, PinSet]]:
        """What the OutSystems plugin's build step reads, by member."""
        members = self.archive.members
        names = [name for name in members if name.startswith(folder) and name.endswith(".json")]
        for name in names[:MAXIMUM_PLUGIN_FILES]:
            source = self.bytes_of(name)
            pin_set = None if source is None else self.pin_set_of(name, source, PLUGIN_FORMAT)
            if pin_set is not None:
                yield name, pin_set
        for name in names[MAXIMUM_PLUGIN_FILES:][:1]:
            what = f"{shown(folder)} holds {len(names):,} files and the plugin reads one."
            self.note("oversized_member", f"{what} {MAXIMUM_PLUGIN_FILES} of them were read.", name)

    def add_certificates(self, spots: Iterable[Spot], root: str) -> None:
        for spot in spots:
            for folder, names in folder_of(spot, root, self.archive.members).items():
                self._add_folder(spot, folder, names)

    def _add_folder(self, spot: Spot, folder: str, names: list[str]) -> None:
        if len(names) > MAXIMUM_FILES:
            what = f"{shown(folder)} holds {len(names):,} certificate files; an app has a few."
            self.note("oversized_member", f"{what} Check what they are there for.", folder)
            return
        pin_sets = {name: pin_set for name in names if (pin_set := self._certificates(name)) is not None}
        pin_set = merged(spot, pin_sets)
        if pin_set is not None:
            self.add(folder, spot.confidence, pin_set)

    def _certificates(self, name: str) -> PinSet | None:
        source = self.bytes_of(name, MAXIMUM_BYTES)
        return None if source is None else self.pin_set_of(name, source, FORMAT)

    def _not_read(self, name: str, error: PinError) -> None:
        """Errors of the archive name the member already; those of readers do not."""
        code = error.code if error.code in UNREAD_FILES else "unreadable_member"
        sentence = error.sentence
        if not sentence.startswith(shown(name)):
            starts_small = sentence[:1].islower()
            sentence = f"{shown(name)} {sentence}" if starts_small else f"{shown(name)} cannot be read: {sentence}"
        sentence = sentence if sentence.endswith(".") else f"{sentence}."
        self.note(code, f"{sentence} What it holds is not known.", name)


def _is_idle(pin_set: PinSet) -> bool:
    rules = [rule for rule in pin_set.rules if rule.pins is not None or rule.anchors is not None]
    is_refused = any(problem.is_refused for problem in pin_set.problems)
    return not (rules or is_refused or pin_set.default_anchors)
