"""What a probe is asked and what it answers: plain values; a failure in the world is one of them."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

Profile = Literal["ecdsa_first", "rsa_only"]


@dataclass(frozen=True, slots=True)
class ServedChain:
    """The certificates as DER in the server's order; `sha256` is hex over their concatenated SHA-256 hashes."""

    certificates: tuple[bytes, ...]
    sha256: str

    @classmethod
    def of(cls, certificates: tuple[bytes, ...]) -> "ServedChain":
        return cls(certificates, sha256(b"".join(sha256(der).digest() for der in certificates)).hexdigest())


@dataclass(frozen=True, slots=True)
class ReadFailure:
    """A stable code and a sentence for a person; `is_passing` when the next probe may well find it gone."""

    code: str
    sentence: str
    is_passing: bool = False


Reading = ServedChain | ReadFailure


@dataclass(frozen=True, slots=True)
class AddressReading:
    """`address` is empty when the host has none, and `address:port` when an override names a port."""

    address: str
    profile: Profile
    reading: Reading


@dataclass(frozen=True, slots=True)
class Target:
    """One endpoint to probe. `fingerprint` is what its last probe left; `is_full` asks for both profiles."""

    endpoint_id: int
    host: str
    port: int = 443
    connect_to: tuple[str, ...] = ()
    fingerprint: str = ""
    is_full: bool = False
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """All readings of one visit; `has_both` says that the second profile was looked at too."""

    target: Target
    readings: tuple[AddressReading, ...]
    has_both: bool
    fingerprint: str

    @property
    def is_changed(self) -> bool:
        return self.fingerprint != self.target.fingerprint

    @property
    def is_read(self) -> bool:
        return any([isinstance(reading.reading, ServedChain) for reading in self.readings])  # noqa: C419  # 3 times faster


def identity(reading: Reading) -> str:
    """Equal for readings that are the same news: the wording of a failure is not."""
    return reading.sha256 if isinstance(reading, ServedChain) else reading.code
