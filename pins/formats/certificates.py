"""Certificates that an app bundles to pin them: one rule for every host, one pin a certificate."""

from pins.findings import CATALOGUE
from pins.formats.layout import Document
from pins.pinset import EVERY_HOST, Pin, PinKind, PinRule, PinSet, Problem
from pins.reading import Text
from pins.reading.certificates import Bundle, Form, Held, is_der, read_certificates

_UNWRITABLE = (
    "Bundled certificates are not written back: nobody but its authority can make one. Replace the bundled file by the "
    "new certificate."
)
_PROBLEMS = {Form.PEM: "pem_certificate", Form.PKCS7: "pkcs7_certificate", Form.PKCS7_PEM: "pkcs7_pem_certificate"}


def looks_like_bytes(source: bytes) -> bool:
    return is_der(source)


def looks_like(text: Text) -> bool:
    return "-----BEGIN " in text.content


def read(source: bytes) -> Document:
    """`Pin.problem` keeps the form of the file, because clients differ in what they read; None is a file in DER."""
    bundle = read_certificates(source)
    pins = tuple(_pin(held, bundle) for held in bundle.held)
    rule = PinRule(EVERY_HOST, pins[0].place, pins, is_for_every_host=True)
    pin_set = PinSet("certificates", source, (rule,), tuple(_problems(bundle)))
    return Document(Text("", b"", "utf-8", (0,)), pin_set, (), (None,), _UNWRITABLE)


def _pin(held: Held, bundle: Bundle) -> Pin:
    certificate = held.certificate
    kind = PinKind.CERTIFICATE_SHA256
    digest = certificate.sha256
    return Pin(digest.hex(), kind, digest, held.place, _problem(held, bundle), certificate)


def _problem(held: Held, bundle: Bundle) -> str | None:
    if held.is_further:
        return "further_certificate"
    if held.form is Form.PEM and not bundle.begins_with_armour:
        return "text_before_certificate"
    return _PROBLEMS.get(held.form)


def _problems(bundle: Bundle) -> list[Problem]:
    found = [
        Problem("not_a_certificate", f"Here stands {other.what}, which clients skip. Remove it.", other.place)
        for other in bundle.others
    ]
    if not any(held.certificate.is_ca for held in bundle.held):
        kind = CATALOGUE["leaf_as_only_anchor"]
        found.append(Problem(kind.code, f"{kind.why} {kind.remedy}", bundle.held[0].place))
    return found
