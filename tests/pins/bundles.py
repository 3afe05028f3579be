"""Builders of pin sets from certificates that an app bundles."""

from dataclasses import replace

from pins.certificate import Certificate
from pins.errors import Place
from pins.pinset import EVERY_HOST, Pin, PinKind, PinRule, PinSet


def held(certificate: Certificate, problem: str | None = None) -> Pin:
    """The pin of one bundled certificate; `problem` is the form of its file."""
    digest = certificate.sha256
    return Pin(digest.hex(), PinKind.CERTIFICATE_SHA256, digest, Place(), problem, certificate)


def bundle(*certificates: Certificate | Pin, host: str = "") -> PinSet:
    """For every host, or for the one that is named."""
    pins = tuple(held(one) if isinstance(one, Certificate) else one for one in certificates)
    rule = PinRule(EVERY_HOST, Place(), pins, is_for_every_host=True)
    return PinSet("certificates", b"", (replace(rule, pattern=host, is_for_every_host=False) if host else rule,))


def key_pin(pin: Pin) -> Pin:
    """As clients that compare keys take it."""
    assert pin.certificate is not None
    return replace(pin, kind=PinKind.SPKI_SHA256, digest=pin.certificate.spki_sha256)
