"""Many paths against many pin lists at once, for rules that any certificate of the path satisfies.

Only the comparison is done here: whose rule speaks for which host, and whether it is enforced, is decided before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pins.certificate import ChainCertificate

Lists = int
"""A set of pin lists as the bits of one number: list 0 is the lowest."""


@dataclass(frozen=True, slots=True)
class MatchIndex:
    """Which of `size` pin lists hold a digest. Built once; a new list needs a new index."""

    size: int
    holders: dict[bytes, list[int]]
    _bits: dict[bytes, Lists] = field(default_factory=dict, compare=False, repr=False)

    def matching(self, path: Iterable[ChainCertificate]) -> Lists:
        """The lists that a certificate of `path` satisfies."""
        found = 0
        for certificate in path:
            for digest in (certificate.spki_sha256, certificate.spki_sha1):
                if digest is not None and digest in self.holders:
                    found |= self._lists(digest)
        return found

    def failing(self, path: Iterable[ChainCertificate]) -> Lists:
        """The lists that no certificate of `path` satisfies."""
        return ((1 << self.size) - 1) ^ self.matching(path)

    def _lists(self, digest: bytes) -> Lists:
        bits = self._bits.get(digest)
        if bits is None:
            bits = self._bits[digest] = _as_bits(self.holders[digest], self.size)
        return bits


def match_index(pin_lists: Sequence[Iterable[bytes]]) -> MatchIndex:
    """From the digests (SHA-256 or SHA-1 of the key) of each list, in order."""
    holders: defaultdict[bytes, list[int]] = defaultdict(list)
    for number, digests in enumerate(pin_lists):
        for digest in digests:
            holders[digest].append(number)
    return MatchIndex(len(pin_lists), dict(holders))


def numbers(lists: Lists) -> Iterator[int]:
    """The numbers of the lists in a set, lowest first."""
    for start, byte in enumerate(lists.to_bytes((lists.bit_length() + 7) // 8, "little")):
        if byte:
            yield from (8 * start + bit for bit in range(8) if byte >> bit & 1)


def _as_bits(members: Iterable[int], size: int) -> Lists:
    bits = bytearray(size // 8 + 1)
    for number in members:
        bits[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(bits, "little")
