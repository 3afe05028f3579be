"""Certificates out of one file in whatever form it has: DER, PEM with any text around it, PKCS#7; bounded."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pins import der, pem
from pins.certificate import LABELS, Certificate, parse_certificate
from pins.csr import parse_public_key, parse_request
from pins.errors import PinError, Place
from pins.reading.text import MAXIMUM_BYTES

SIGNED_DATA = "1.2.840.113549.1.7.2"  # RFC 2315 §14
CERTIFICATE_SET = 0xA0  # context tag, RFC 2315 §9.1
PKCS7_LABELS = frozenset({"PKCS7", "CMS"})


class Form(StrEnum):
    """How a file holds its certificates; clients differ in what they read."""

    DER = "der"
    PEM = "pem"
    PKCS7 = "pkcs7"
    PKCS7_PEM = "pkcs7_pem"


@dataclass(frozen=True, slots=True)
class Held:
    """One certificate of a file; `is_further`: an earlier one stands in the same PEM or PKCS#7 file."""

    certificate: Certificate
    form: Form
    place: Place
    is_further: bool = False


@dataclass(frozen=True, slots=True)
class Other:
    """Something armoured that is no certificate, in words."""

    what: str
    place: Place


@dataclass(frozen=True, slots=True)
class Bundle:
    """`held` in the order of the file, at least one. `begins_with_armour` False: text stands before the first PEM."""

    held: tuple[Held, ...]
    others: tuple[Other, ...] = ()
    begins_with_armour: bool = True


def is_der(source: bytes) -> bool:
    """A zero at the start of a text is the same byte, so that more than that is looked at."""
    if source[:1] != b"\x30":
        return False
    if source[1:2] and 0x80 <= source[1] <= 0x84:
        return True
    try:
        return len(der.read_children(der.read_whole(source))) >= 2
    except PinError:
        return False


def read_certificates(source: bytes) -> Bundle:
    """PinError says what the file is where it is no certificate. Several DER certificates may follow one another.

    They stand for as many files: no client reads more than the first certificate of one file.
    """
    if len(source) > MAXIMUM_BYTES:
        raise PinError(
            f"The file has {len(source) / 1024 / 1024:.1f} MB; bundled certificates have a few kB and are read up to "
            f"{MAXIMUM_BYTES // 1024 // 1024} MB. Check that it is the right file.",
            code="too_large",
        )
    return _binary(source) if is_der(source) else _armoured(source)


def _binary(source: bytes) -> Bundle:
    elements = list(_elements(source))
    if len(elements) == 1:
        pem.refuse_private_key(source)
        if _is_pkcs7(source):
            return Bundle(tuple(_pkcs7(source, Form.PKCS7, Place())))
        return Bundle((Held(_certificate(source, Place()), Form.DER, Place()),))
    places = [Place(path=f"certificate {number}") for number in range(1, len(elements) + 1)]
    pairs = zip(elements, places, strict=True)
    return Bundle(tuple(Held(_certificate(one, place), Form.DER, place) for one, place in pairs))


def _elements(source: bytes) -> Iterator[bytes]:
    for number, element in enumerate(der.Element(source, der.SEQUENCE, 0, 0, len(source)).children()):
        if number >= pem.MAXIMUM_BLOCKS:
            raise PinError(f"This holds more than {pem.MAXIMUM_BLOCKS} objects. Split it.", code="too_large")
        yield element.raw


def _armoured(source: bytes) -> Bundle:
    held: list[Held] = []
    others: list[Other] = []
    for block in pem.read_blocks(source):
        if block.label in LABELS:
            held.append(Held(_certificate(block.body, block.place), Form.PEM, block.place, bool(held)))
        elif block.label in PKCS7_LABELS:
            held += _pkcs7(block.body, Form.PKCS7_PEM, block.place, is_further=bool(held))
        else:
            others.append(Other(_named(block.label), block.place))
    if not held:
        raise _no_certificate(others[0].what if others else "", others[0].place if others else Place())
    return Bundle(tuple(held), tuple(others), source.startswith(b"-"))


def _is_pkcs7(source: bytes) -> bool:
    try:
        return der.read_children(der.read_whole(source), at_least=1)[0].tag == der.OID
    except PinError:
        return False


def _pkcs7(source: bytes, form: Form, place: Place, *, is_further: bool = False) -> Iterator[Held]:
    """The certificates of a SignedData, which is what a .p7b file is; nothing in it is signed."""
    kind, content = der.read_children(der.read_whole(source).expect(der.SEQUENCE), at_least=2)[:2]
    if der.object_id(kind) != SIGNED_DATA:
        raise _no_certificate("a PKCS#7 object of another kind", place)
    fields = der.read_children(der.read_children(content, at_least=1)[0].expect(der.SEQUENCE))
    listed = [one for field in fields if field.tag == CERTIFICATE_SET for one in field.children()]
    if not listed:
        raise _no_certificate("an empty PKCS#7 file", place)
    for number, element in enumerate(listed, 1):
        own = Place(place.line, place.column, f"certificate {number}")
        yield Held(_certificate(element.raw, own), form, own, is_further or number > 1)


def _certificate(source: bytes, place: Place) -> Certificate:
    try:
        return parse_certificate(source)
    except PinError as error:
        what = "" if error.code in ("private_key", "too_large") else _recognised(source)
        if what:
            raise _no_certificate(what, place) from None
        raise PinError(error.sentence, place, code=error.code) from None


def _recognised(source: bytes) -> str:
    for parse, what in ((parse_request, "a certificate request"), (parse_public_key, "a public key")):
        try:
            parse(source)
        except PinError:
            continue
        return what
    return ""


def _named(label: str) -> str:
    if "REQUEST" in label:
        return "a certificate request"
    if "PUBLIC KEY" in label:
        return "a public key"
    return "a revocation list" if "CRL" in label else f"an object called {label.lower()}"


def _no_certificate(what: str, place: Place) -> PinError:
    lead = f"This is {what} and no certificate" if what else "This holds no certificate"
    return PinError(
        f"{lead}, and no client pins by it. Give the certificate file that the app bundles (.cer, .der, .pem or .p7b). "
        "The next certificate, its request or its key is registered as a successor.",
        place,
        code="wrong_format",
    )
