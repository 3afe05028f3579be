"""Whether a certificate of a path carries a pinned key, or is itself the pinned one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pins.certificate import ChainCertificate
from pins.decision import Match
from pins.pinset import Pin, PinKind

DIGEST_SIZES = {
    PinKind.SPKI_SHA256: 32,
    PinKind.SPKI_SHA1: 20,
    PinKind.CERTIFICATE_SHA256: 32,
    PinKind.CERTIFICATE_SHA1: 20,
}


@dataclass(frozen=True, slots=True)
class KeyPins:
    """The pins of one rule; `by_digest` leaves out those that can match nothing.

    `has_unknown`: the reader could not tell the value of every pin.
    """

    pins: tuple[Pin, ...]
    by_digest: Mapping[bytes | None, Pin]
    has_unknown: bool = False

    def find(self, certificate: ChainCertificate) -> Pin | None:
        return self.by_digest.get(certificate.spki_sha256) or self.by_digest.get(certificate.spki_sha1)

    def first_match(self, path: Iterable[ChainCertificate]) -> Match | None:
        for certificate in path:
            pin = self.find(certificate)
            if pin is not None:
                return Match(pin, certificate)
        return None


@dataclass(frozen=True, slots=True)
class CertificatePins(KeyPins):
    """Pins that are hashes of whole certificates: a renewal breaks them even where the key stays."""

    def find(self, certificate: ChainCertificate) -> Pin | None:
        return self.by_digest.get(certificate.sha256) or self.by_digest.get(certificate.sha1)


def certificate_pins(decoded: Iterable[tuple[Pin, PinKind, bytes]], *, has_unknown: bool = False) -> CertificatePins:
    """As `key_pins`, for hashes of certificates."""
    keys = key_pins(decoded)
    return CertificatePins(keys.pins, keys.by_digest, has_unknown)


def key_pins(decoded: Iterable[tuple[Pin, PinKind, bytes]], *, has_unknown: bool = False) -> KeyPins:
    """A digest of the wrong length is kept and dead; of equal digests the first pin answers."""
    pins: list[Pin] = []
    by_digest: dict[bytes | None, Pin] = {}
    for pin, kind, digest in decoded:
        pins.append(pin)
        if len(digest) == DIGEST_SIZES[kind]:
            by_digest.setdefault(digest, pin)
    return KeyPins(tuple(pins), by_digest, has_unknown)


def merged(parts: Sequence[KeyPins]) -> KeyPins:
    """The pins of several rules as one list; of equal digests the first pin answers."""
    if len(parts) == 1:
        return parts[0]
    by_digest: dict[bytes | None, Pin] = {}
    for part in reversed(parts):
        by_digest |= part.by_digest
    pins = tuple(pin for part in parts for pin in part.pins)
    return KeyPins(pins, by_digest, any(part.has_unknown for part in parts))
