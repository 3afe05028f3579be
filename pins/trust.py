"""Trust stores as versioned values, with the look-ups that building a path needs."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload

from pins import pem
from pins.certificate import Certificate, Outline, outline, parse_certificate, parse_certificates
from pins.distinguished import Name, last_attribute, read_name
from pins.errors import PinError


class Unread(Sequence[Certificate]):
    """Anchors that are read when they are first asked for: a command that ends at once needs a few of a hundred."""

    def __init__(self, sources: Iterable[bytes]) -> None:
        self.outlines = tuple(map(outline, sources))
        self._read: dict[int, Certificate] = {}

    @overload
    def __getitem__(self, at: int) -> Certificate: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Certificate, ...]: ...
    def __getitem__(self, at: int | slice) -> Certificate | tuple[Certificate, ...]:
        if isinstance(at, slice):
            return tuple(self)[at]
        found = self._read.get(at)
        if found is None:
            found = self._read[at] = parse_certificate(self.outlines[at].der)
        return found

    def __len__(self) -> int:
        return len(self.outlines)


class AnchorKeys(Mapping[bytes, Certificate]):
    """Anchors by the hashes of their keys."""

    def __init__(self, anchors: Sequence[Certificate]) -> None:
        self._anchors = anchors
        self._positions: dict[bytes, int] = {}
        for at, one in enumerate(_outlines(anchors)):
            self._positions[hashlib.sha256(one.spki).digest()] = at
            self._positions[hashlib.sha1(one.spki, usedforsecurity=False).digest()] = at

    def __getitem__(self, digest: bytes) -> Certificate:
        return self._anchors[self._positions[digest]]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._positions)

    def __len__(self) -> int:
        return len(self._positions)


@dataclass(frozen=True, slots=True)
class TrustStore:
    """A named set of trust anchors. `is_public`: leaves under it obey the public lifetime limits."""

    name: str
    anchors: Sequence[Certificate]
    is_public: bool = True
    version: str = ""
    _by_end: Mapping[object, Sequence[int]] = field(init=False, repr=False, compare=False)
    _found: dict[object, tuple[Certificate, ...]] = field(init=False, repr=False, compare=False)
    _members: frozenset[bytes] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        outlines = _outlines(self.anchors)
        by_end: defaultdict[object, list[int]] = defaultdict(list)
        for at, one in enumerate(outlines):
            by_end[last_attribute(one.subject)].append(at)
        object.__setattr__(self, "_by_end", dict(by_end))
        object.__setattr__(self, "_found", {})
        object.__setattr__(self, "_members", frozenset(one.sha256 for one in outlines))

    def __contains__(self, certificate: object) -> bool:
        """This very certificate is an anchor."""
        return isinstance(certificate, Certificate) and certificate.sha256 in self._members

    def named(self, name: Name) -> tuple[Certificate, ...]:
        """Anchors with this subject, in the order of the store."""
        found = self._found.get(name.comparable)
        if found is None:
            alike = (self.anchors[at] for at in self._by_end.get(name.comparable[-1:], ()))
            found = tuple(one for one in alike if read_name(one.subject).comparable == name.comparable)
            if found:  # what is not there is asked for under any name, and would be kept for ever
                self._found[name.comparable] = found
        return found

    def twin_of(self, certificate: Certificate) -> Certificate | None:
        """The anchor with the same subject and key; it may be an older or newer certificate."""
        anchors = self.named(read_name(certificate.subject))
        return next((one for one in anchors if one.spki == certificate.spki), None)


def _outlines(anchors: Sequence[Certificate]) -> Sequence[Certificate | Outline]:
    return anchors.outlines if isinstance(anchors, Unread) else anchors


def known_store(name: str, source: bytes) -> TrustStore:
    """As `parse_store`, of a PEM bundle that is known to be sound: its certificates are read when they are met."""
    return TrustStore(name, Unread(dict.fromkeys(block.body for block in pem.read_blocks(source))))


def parse_store(name: str, source: bytes, *, is_public: bool = True, version: str = "") -> TrustStore:
    """A PEM bundle (or one DER certificate) as a store; certificates that stand in it twice count once."""
    try:
        anchors = tuple(dict.fromkeys(parse_certificates(source)))
    except PinError as error:
        raise PinError(f"Trust store {name}: {error.sentence}", error.place, code=error.code) from None
    return TrustStore(name, anchors, is_public=is_public, version=version)
