"""resources.pb of an .aab: from a resource to its value in every configuration. Source: AOSP aapt2 Resources.proto."""

from collections.abc import Iterator

from pins.artefacts.following import configured
from pins.artefacts.proto_xml import read_item
from pins.artefacts.protobuf import Fields, text
from pins.artefacts.tree import Configured, Reference

MAXIMUM_BYTES = 64 * 1024 * 1024

_PACKAGES, _TYPES, _ENTRIES, _VALUES = 2, 3, 3, 6
_ID, _NAME = 1, 2
_SDK_VERSION = 24


class ProtoTable:
    """Reads what is asked for. References have a number, a name or both; the name is the one the developer wrote."""

    def __init__(self, source: memoryview) -> None:
        self._source = source
        self._fields = Fields()

    def values(self, reference: Reference) -> tuple[Configured, ...]:
        return configured(reference, self._direct)

    def name(self, reference: Reference) -> str:
        return reference.name or next((name for name, _ in self._entries(reference)), "")

    def sibling(self, reference: Reference, suffix: str) -> Reference | None:
        name = self.name(reference)
        other = Reference(0, name + suffix)
        return other if name and any(True for _ in self._entries(other)) else None

    def _direct(self, reference: Reference) -> Iterator[Configured]:
        for _, entry in self._entries(reference):
            for value in self._fields.messages(entry, _VALUES):
                yield from self._configured(value)

    def _configured(self, config_value: memoryview) -> Iterator[Configured]:
        value = self._fields.message(config_value, 2)
        item = None if value is None else self._fields.message(value, 4)
        if item is None:
            return
        config = self._fields.message(config_value, 1)
        since, others = (0, False) if config is None else self._conditions(config)
        yield Configured(read_item(self._fields, item), since, others)

    def _conditions(self, config: memoryview) -> tuple[int, bool]:
        since, has_others = 0, False
        for number, value in self._fields.of(config):
            if number == _SDK_VERSION and isinstance(value, int):
                since = value
            else:
                has_others = has_others or bool(value)
        return since, has_others

    def _entries(self, reference: Reference) -> Iterator[tuple[str, memoryview]]:
        """The entries of that number; where there is only a name, those of that name."""
        kind, _, key = reference.name.rpartition(":")[2].partition("/")
        for package in self._fields.messages(self._source, _PACKAGES):
            if reference.id and self._id(package) != reference.id >> 24:
                continue
            for group in self._fields.messages(package, _TYPES):
                name = text(self._fields.first(group, _NAME))
                if (self._id(group) == reference.id >> 16 & 0xFF) if reference.id else (name == kind):
                    yield from self._in_type(group, name, reference.id, key)

    def _in_type(self, group: memoryview, kind: str, number: int, key: str) -> Iterator[tuple[str, memoryview]]:
        for entry in self._fields.messages(group, _ENTRIES):
            if number and self._id(entry) != number & 0xFFFF:
                continue
            name = text(self._fields.first(entry, _NAME))
            if number or name == key:
                yield f"{kind}/{name}", entry

    def _id(self, message: memoryview) -> int:
        found = self._fields.first(message, _ID)
        return self._fields.number(found, 1) if isinstance(found, memoryview) else 0
