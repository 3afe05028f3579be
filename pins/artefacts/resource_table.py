"""resources.arsc: from the number of a resource to its value in every configuration. Source: AOSP ResourceTypes.h."""

import struct
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from pins.artefacts.binary_xml import STRING, typed
from pins.artefacts.chunks import STRING_POOL, Chunk, StringPool, children, read_chunk
from pins.artefacts.following import configured
from pins.artefacts.tree import Configured, Reference, Spelled, Value, broken

MAXIMUM_BYTES = 64 * 1024 * 1024
MAXIMUM_STEPS = 200_000
"""Configurations looked at, of all resources that are asked for."""

_PACKAGE, _TYPE = 0x0200, 0x0201
_PACKAGE_HEAD = struct.Struct("<L256x4L")
_TYPE_HEAD = struct.Struct("<2BH2L")
_ENTRY = struct.Struct("<2HL")
_VALUE = struct.Struct("<HBBL")
_SPARSE, _OFFSET_16 = 0x01, 0x02
_COMPLEX, _COMPACT = 0x0001, 0x0008
_CONFIG = 20  # where the configuration begins in the head of a type
_NO_ENTRY, _NO_ENTRY_16 = 0xFFFFFFFF, 0xFFFF
_SDK_AT, _SDK_END = 24, 28
_NO_NAME = (
    "0_resource_name_obfuscated"  # AOSP aapt2 TableFlattener.cpp: every resource has it where names are taken out
)


class _Package(NamedTuple):
    id: int
    type_names: StringPool
    key_names: StringPool
    types: Mapping[int, tuple[Chunk, ...]]


class _Found(NamedTuple):
    value: Value
    key: int
    config: memoryview


class ResourceTable:
    """Reads what is asked for; a table of a large app has hundreds of thousands of values."""

    def __init__(self, source: memoryview) -> None:
        self._spelled = Spelled()
        parts = tuple(children(read_chunk(source, 0, len(source))))
        pools = [part for part in parts if part.kind == STRING_POOL]
        if not pools:
            raise broken("is damaged: its strings are missing")
        self._strings = StringPool(pools[0], self._spelled)
        self._parts = parts
        self._steps_left = MAXIMUM_STEPS

    @cached_property
    def _packages(self) -> tuple[_Package, ...]:
        return tuple(_package(part, self._spelled) for part in self._parts if part.kind == _PACKAGE)

    def values(self, reference: Reference) -> tuple[Configured, ...]:
        return configured(reference, self._direct)

    def name(self, reference: Reference) -> str:
        for package in self._of(reference):
            type_name = package.type_names.get((reference.id >> 16 & 0xFF) - 1)
            found = next(self._found(package, reference), None)
            key = "" if found is None else package.key_names.get(found.key)
            if type_name and key not in ("", _NO_NAME):
                return f"{type_name}/{key}"
        return ""

    def sibling(self, reference: Reference, suffix: str) -> Reference | None:
        """AOSP XmlConfigSource.java asks for `<name>_debug` by its name."""
        kind, slash, key = self.name(reference).partition("/")
        for package in self._of(reference) if slash else ():
            for chunk in package.types.get(reference.id >> 16 & 0xFF, ()):
                for number in _numbers(chunk):
                    found = self._entry_of(chunk, number)
                    if found and package.key_names.get(found.key) == key + suffix:
                        return Reference(reference.id & 0xFFFF0000 | number, f"{kind}/{key}{suffix}")
        return None

    def _of(self, reference: Reference) -> Iterator[_Package]:
        return (package for package in self._packages if package.id == reference.id >> 24)

    def _direct(self, reference: Reference) -> Iterator[Configured]:
        for package in self._of(reference):
            for found in self._found(package, reference):
                yield Configured(found.value, *_conditions(found.config))

    def _found(self, package: _Package, reference: Reference) -> Iterator[_Found]:
        chunks = package.types.get(reference.id >> 16 & 0xFF, ())
        return filter(None, (self._entry_of(chunk, reference.id & 0xFFFF) for chunk in chunks))

    def _entry_of(self, chunk: Chunk, number: int) -> _Found | None:
        self._steps_left -= 1
        if self._steps_left < 0:
            raise broken(f"takes more than {MAXIMUM_STEPS:,} steps to look up", code="oversized_member")
        at = _entry_offset(chunk, number)
        return None if at is None else self._entry(chunk, at)

    def _entry(self, chunk: Chunk, at: int) -> _Found:
        size, flags, key = chunk.unpack(_ENTRY, at)
        config = chunk.whole[_CONFIG : chunk.head_end - chunk.start]
        if flags & _COMPACT:
            return _Found(self._value(flags >> 8, key), size, config)
        if flags & _COMPLEX:
            return _Found("", key, config)
        _, _, kind, data = chunk.unpack(_VALUE, at + size)
        return _Found(self._value(kind, data), key, config)

    def _value(self, kind: int, data: int) -> Value:
        return self._strings.get(data) if kind == STRING else typed(kind, data)


def _package(chunk: Chunk, spelled: Spelled) -> _Package:
    number, type_names, _, key_names, _ = chunk.unpack(_PACKAGE_HEAD, 8)
    names, keys = (
        StringPool(read_chunk(chunk.source, chunk.start + at, chunk.end), spelled) for at in (type_names, key_names)
    )
    types = sorted((one for one in children(chunk) if one.kind == _TYPE), key=_type_of)
    return _Package(number, names, keys, {kind: tuple(group) for kind, group in groupby(types, _type_of)})


def _type_of(chunk: Chunk) -> int:
    return chunk.unpack(_TYPE_HEAD, 8)[0]


def _entry_offset(chunk: Chunk, number: int) -> int | None:
    """Where the entry begins in its chunk; None where this configuration has no value for it."""
    _, flags, _, count, start = chunk.unpack(_TYPE_HEAD, 8)
    table = chunk.head_end - chunk.start
    if flags & _SPARSE:
        found = next((offset for index, offset in _sparse(chunk) if index == number), None)
        return None if found is None else start + 4 * found
    if number >= count:
        return None
    if flags & _OFFSET_16:
        (offset,) = chunk.unpack(struct.Struct("<H"), table + 2 * number)
        return None if offset == _NO_ENTRY_16 else start + 4 * offset
    (offset,) = chunk.unpack(struct.Struct("<L"), table + 4 * number)
    return None if offset == _NO_ENTRY else start + offset


def _sparse(chunk: Chunk) -> Iterator[tuple[int, int]]:
    count = chunk.unpack(_TYPE_HEAD, 8)[3]
    for at in range(chunk.head_end, min(chunk.head_end + 4 * count, chunk.end - 3), 4):
        index, offset = struct.unpack_from("<2H", chunk.source, at)
        yield index, offset


def _numbers(chunk: Chunk) -> Iterator[int]:
    _, flags, _, count, _ = chunk.unpack(_TYPE_HEAD, 8)
    return (index for index, _ in _sparse(chunk)) if flags & _SPARSE else iter(range(min(count, 0x10000)))


def _conditions(config: memoryview) -> tuple[int, bool]:
    """The API level, and whether anything else of the configuration is set; its first field is its own size."""
    if len(config) < _SDK_END:
        return 0, any(config[4:])
    since = int.from_bytes(config[_SDK_AT : _SDK_AT + 2], "little")
    return since, any(config[4:_SDK_AT]) or any(config[_SDK_END:])
