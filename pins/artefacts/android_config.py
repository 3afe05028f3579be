"""The Network Security Config of a built Android app: by number through the table, every configuration of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pins.artefacts.archive import shown
from pins.artefacts.artefact import Anchor, Confidence
from pins.artefacts.gathering import Gathering
from pins.artefacts.layout import Layout
from pins.artefacts.rendering import rendered, written_reference
from pins.artefacts.tree import Configured, Node, Reference, Table, walk
from pins.certificate import Certificate, parse_certificates
from pins.errors import Place
from pins.pinset import AnchorSource, Pin, PinSet, Problem

FORMAT = "android_nsc"
SINCE_API = 24
MAXIMUM_ANCHOR_BYTES = 1024 * 1024
MAXIMUM_ANCHORS = 200
MAXIMUM_BYTES = 512 * 1024
MAXIMUM_CONFIGS = 16

_SPLIT = (
    "A comment stood inside this value when the app was built. Android refuses the whole file for it, so the app "
    "cannot connect at all. Move the comment out of the element."
)


@dataclass(frozen=True, slots=True)
class AndroidConfig:
    """`reference` is what the manifest's `networkSecurityConfig` says."""

    gathering: Gathering
    layout: Layout
    table: Table
    reference: Reference
    is_debuggable: bool

    def add(self) -> None:
        name = written_reference(self.reference, self.table)
        values = [one for one in self.table.values(self.reference) if isinstance(one.value, str) and one.value]
        if not values:
            message = f"The app names {name} as its network security config, and its resources have no such file."
            self.gathering.note("missing_member", f"{message} Build the app again.", self.layout.manifest)
        for value, below in list(_in_force(values))[:MAXIMUM_CONFIGS]:
            self._add_file(value, below)
        if len(values) > MAXIMUM_CONFIGS:
            message = f"{name} has {len(values)} configurations, and {MAXIMUM_CONFIGS} of them were read."
            self.gathering.note("oversized_member", message, self.layout.table)

    def _add_file(self, value: Configured, below: int | None) -> None:
        member = self.layout.member(str(value.value))
        root = self._tree(member)
        pin_set = None if root is None else self._pin_set(member, root)
        if root is None or pin_set is None:
            return
        if self.is_debuggable and not pin_set.debug_anchors:
            pin_set = replace(pin_set, debug_anchors=self._extra_debug_anchors())
        anchors = tuple(self._anchors(root))
        self.gathering.add(member, Confidence.CERTAIN, pin_set, since=value.since, below=below, anchors=anchors)

    def _tree(self, member: str) -> Node | None:
        read = self.layout.read_tree
        return self.gathering.told(member, lambda: read(self.gathering.archive.read(member, MAXIMUM_BYTES)))

    def _pin_set(self, member: str, root: Node) -> PinSet | None:
        source = self.gathering.told(member, lambda: rendered(root, self.table))
        pin_set = None if source is None else self.gathering.pin_set_of(member, source, FORMAT)
        return None if pin_set is None else _as_built(pin_set)

    def _extra_debug_anchors(self) -> tuple[AnchorSource, ...]:
        """AOSP XmlConfigSource.java: debuggable apps read a `<name>_debug` where the file has no debug part."""
        sibling = self.gathering.told(self.layout.table, lambda: self.table.sibling(self.reference, "_debug"))
        for value in self.table.values(sibling) if sibling else ():
            root = self._tree(self.layout.member(str(value.value)))
            found = None if root is None else self._pin_set(self.layout.member(str(value.value)), root)
            if found:
                return found.debug_anchors
        return ()

    def _anchors(self, root: Node) -> Iterator[Anchor]:
        """The certificates of every `src` that names a resource."""
        sources = [node.plain("src") for node in walk(root) if node.name == "certificates"]
        references = dict.fromkeys(src for src in sources if isinstance(src, Reference))
        for reference in list(references)[:MAXIMUM_ANCHORS]:
            paths = [one.value for one in self.table.values(reference) if isinstance(one.value, str)]
            files = [self.layout.member(path) for path in paths]
            certificates = tuple(certificate for file in files for certificate in self._certificates(file))
            yield Anchor(written_reference(reference, self.table), tuple(map(shown, files)), certificates)

    def _certificates(self, member: str) -> tuple[Certificate, ...]:
        source = self.gathering.bytes_of(member, MAXIMUM_ANCHOR_BYTES)
        found = None if source is None else self.gathering.told(member, lambda: parse_certificates(source))
        return found or ()


def _in_force(values: list[Configured]) -> Iterator[tuple[Configured, int | None]]:
    """Each configuration with the API level from which on another one takes its place.

    Only the level is looked at: which of several languages or screens a device has is not known, so all of them count.
    """
    levels = sorted({one.since for one in values if not one.has_other_conditions})
    for one in values:
        later = (level for level in levels if level > one.since)
        below = None if one.has_other_conditions else next(later, None)
        if below is None or below > SINCE_API:
            yield one, below


def _as_built(pin_set: PinSet) -> PinSet:
    """The compiled file knows the lines of its source and no columns."""
    rules = tuple(
        replace(rule, place=_line(rule.place), pins=None if rule.pins is None else tuple(map(_pin, rule.pins)))
        for rule in pin_set.rules
    )
    return replace(pin_set, rules=rules, problems=tuple(map(_problem, pin_set.problems)))


def _line(place: Place) -> Place:
    return replace(place, column=None)


def _pin(pin: Pin) -> Pin:
    return replace(pin, place=_line(pin.place))


def _problem(problem: Problem) -> Problem:
    """The source leaves open what a comment inside a value becomes; the compiled file shows two texts."""
    here = replace(problem, place=_line(problem.place))
    return here if problem.code != "split_text" else replace(here, message=_SPLIT, is_refused=True)
