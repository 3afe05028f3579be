"""A visit condensed into 64 characters, so that an unchanged endpoint needs no look at its observations.

The first half is the sweep's profile, the second half the other one, which most visits do not look at and keep.
"""

from collections.abc import Iterable
from hashlib import sha256

from certdash.probes.reading import AddressReading, Outcome, Target, identity

HALF = 32

Readings = tuple[AddressReading, ...]


def half(readings: Iterable[AddressReading]) -> str:
    text = ",".join(sorted(f"{reading.address}={identity(reading.reading)}" for reading in readings))
    return sha256(text.encode()).hexdigest()[:HALF]


def is_known(fingerprint: str, first: str) -> bool:
    return fingerprint[:HALF] == first


def outcome(target: Target, first: Readings, second: Readings | None) -> Outcome:
    """`second` is None when the other profile was not looked at: what was known of it stays."""
    rest = target.fingerprint[HALF:] if second is None else half(second)
    return Outcome(target, first + (second or ()), second is not None, half(first) + rest)
