"""What each platform's reader makes of the certificate files in an app; what follows is decided in `clients`."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pins.pinset import Pin, PinKind, PinRule

APPLE = frozenset({None})  # SecCertificateCreateWithData: DER alone
# Conscrypt OpenSSLX509CertificateFactory.java generateItem: DER, PEM from its first byte on, PKCS#7 in DER
ANDROID = frozenset({None, "pem_certificate", "pkcs7_certificate"})
# Capgo SSLPinningSupport.swift decodePEMCertificateIfNeeded: DER, or PEM with any text before it
CAPGO_IOS = frozenset({None, "pem_certificate", "text_before_certificate"})


@dataclass(frozen=True, slots=True)
class Files:
    """`read` are the certificates that the client has, `unreadable` those on which its reader fails.

    `ignored` are those that nobody looks at, because they are not the first of their file.
    """

    read: tuple[Pin, ...]
    unreadable: tuple[Pin, ...] = ()
    ignored: tuple[Pin, ...] = ()

    @property
    def passed_over(self) -> tuple[Pin, ...]:
        """For a client that takes what it can: the rest, as pins that never match."""
        return tuple(replace(pin, problem="ignored_certificate") for pin in (*self.unreadable, *self.ignored))


def pins_certificates(rule: PinRule) -> bool:
    """Whole certificates are meant, whether they are at hand or not."""
    return any(pin.kind.is_of_certificate for pin in rule.pins or ())


def certificates_in(rules: Iterable[PinRule]) -> tuple[Pin, ...]:
    """Those of all rules: who bundles certificates seldom ties them to a host."""
    return tuple(pin for rule in rules for pin in rule.pins or () if pin.certificate is not None)


def files(pins: Iterable[Pin], readable: frozenset[str | None]) -> Files:
    """Sorted by what the reader named by `readable` (`APPLE`, `ANDROID`, `CAPGO_IOS`) makes of them."""
    read, unreadable, ignored = [], [], []
    for pin in pins:
        if pin.problem == "further_certificate":
            ignored.append(pin)
        elif pin.problem in readable:
            read.append(pin)
        else:
            unreadable.append(pin)
    return Files(tuple(read), tuple(unreadable), tuple(ignored))


def as_keys(pins: Iterable[Pin]) -> tuple[Pin, ...]:
    """Each certificate as the pin of its key; Apple makes keys to compare of RSA and EC alone."""
    return tuple(
        replace(pin, kind=PinKind.SPKI_SHA256, digest=pin.certificate.spki_sha256)
        for pin in pins
        if pin.certificate is not None and pin.certificate.key_kind.startswith(("RSA-", "EC-"))
    )
