"""What each pin of a rule is, in one sentence: "Pin 1 is the leaf key of *.cloud.example and leaves with …"."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pins.certificate import Certificate, ChainCertificate
from pins.conclusion import Judged
from pins.habits import PUBLISHED_KEYS
from pins.pinset import Pin
from pins.subject import Subject

Names = Sequence[Mapping[bytes, str]]

MAXIMUM_NAMED = 4
DEAD_PINS = {
    "placeholder_pin": "is a placeholder that no key can have",
    "hash_of_empty_input": "is the hash of nothing",
    "hash_of_newline": "is the hash of a blank line",
    "wrong_length": "has the wrong length and can never match",
    "hex_pin": "is written in hex and can never match",
    "base64_of_hex_pin": "is the base64 of printed hex and can never match",
    "not_base64": "is not base64 and can never match",
    "wrong_prefix": "has a prefix that this client does not know",
    "unresolved_code": "is only known when the code runs",
    "ignored_certificate": "is a certificate in a form that this client does not read",
    "read_as_file_name": "is taken for the name of a file",
    "key_in_a_file": "is in a file that is not at hand",
    "unknown_separator": "has a separator that curl does not know and can never match",
    "not_a_fingerprint": "is not the fingerprint that this client compares and can never match",
    "certificate_for_key": "is a certificate where a key belongs and can never match",
}


def pins_story(subject: Subject, judged: Judged) -> str:
    pins = subject.pins()
    if not pins:
        return "The rule for this host has no pin."
    leaves = judged.when == "next"
    kept = {digest for one in judged.decision.path for digest in _digests(one)}
    identified, bundled = subject.case.identified, _bundled_names(pins)
    instead, anchors = _fingerprints(subject, judged), _anchor_names(subject, pins)
    keys = (_names(subject, judged), instead, identified, anchors, PUBLISHED_KEYS, bundled)
    met, coming = _certificate_names(_met(subject, judged)), _certificate_names(_coming(subject))
    certificates = (met, coming, _key_hashes(subject, judged), bundled, identified)
    parts = [
        f"pin {number} {_told(pin, certificates if pin.kind.is_of_certificate else keys, kept, leaves=leaves)}"
        for number, pin in enumerate(pins[:MAXIMUM_NAMED], 1)
    ]
    more = len(pins) - MAXIMUM_NAMED
    if more > 0:
        parts.append(f"{more} more fit nothing either")
    return _sentence("; ".join(parts))


def label(certificate: ChainCertificate) -> str:
    if isinstance(certificate, Certificate):
        return certificate.common_name or next(iter(certificate.dns_names), certificate.subject_text)
    return f"the next {certificate.role}"


def _told(pin: Pin, names: Names, kept: set[bytes], *, leaves: bool) -> str:
    if pin.problem in DEAD_PINS:
        return DEAD_PINS[pin.problem]
    digest = pin.digest or b""
    name = next((keys[digest] for keys in names if digest in keys), None)
    if name is not None:
        gone = " and leaves with this rotation" if leaves and digest in names[0] and digest not in kept else ""
        return f"is {name}{gone}"
    return "belongs to no certificate on record"


def _names(subject: Subject, judged: Judged) -> dict[bytes, str]:
    """The keys of what is served now and of the path that may come."""
    found: dict[bytes, str] = {}
    for one in _met(subject, judged):
        found.setdefault(one.spki_sha256, f"the {_role(one)} key of {label(one)}")
    return found


def _certificate_names(certificates: Iterable[Certificate]) -> dict[bytes, str]:
    """For pins of certificates as a whole."""
    found: dict[bytes, str] = {}
    for one in certificates:
        found |= dict.fromkeys((one.sha256, one.sha1), f"the {_role(one)} certificate of {label(one)}")
    return found


def _fingerprints(subject: Subject, judged: Judged) -> dict[bytes, str]:
    """For pins of keys: what was hashed instead."""
    found: dict[bytes, str] = {}
    for one in (*_met(subject, judged), *_coming(subject)):
        what = f"the fingerprint of the certificate {label(one)}, where the hash of its key belongs"
        found |= dict.fromkeys((one.sha256, one.sha1), what)
    return found


def _key_hashes(subject: Subject, judged: Judged) -> dict[bytes, str]:
    """For pins of certificates as a whole: what was hashed instead."""
    found: dict[bytes, str] = {}
    for one in (*_met(subject, judged), *_coming(subject)):
        what = f"the hash of the key of {label(one)}, where the fingerprint of its certificate belongs"
        found |= dict.fromkeys((one.spki_sha256, one.spki_sha1), what)
    return found


def _met(subject: Subject, judged: Judged) -> Iterator[Certificate]:
    for served in subject.case.served:
        yield from served.chain
    yield from (one for one in judged.decision.path if isinstance(one, Certificate))


def _coming(subject: Subject) -> Iterator[Certificate]:
    for successor in subject.case.successors:
        yield from (one for one in successor.chain if isinstance(one, Certificate))


def _bundled_names(pins: Iterable[Pin]) -> dict[bytes, str]:
    """What a bundled certificate says of itself, or of its key where the client compares keys."""
    found: dict[bytes, str] = {}
    for pin in pins:
        if pin.certificate is not None and pin.digest:
            what = "certificate" if pin.kind.is_of_certificate else "key"
            found[pin.digest] = f"the {_role(pin.certificate)} {what} of {label(pin.certificate)}, which is not served"
    return found


def _anchor_names(subject: Subject, pins: Iterable[Pin]) -> dict[bytes, str]:
    """Roots are seldom served, so that a pinned one is known from the trust stores alone."""
    case = subject.case
    stores = [case.cache.anchor_keys(store) for store in case.stores]
    digests = {pin.digest for pin in pins if pin.digest}
    return {digest: f"the root key of {label(keys[digest])}" for keys in stores for digest in digests & keys.keys()}


def _role(certificate: Certificate) -> str:
    if not certificate.is_ca:
        return "leaf"
    return "root" if certificate.is_self_issued else "intermediate"


def _digests(certificate: ChainCertificate) -> tuple[bytes, ...]:
    found = (certificate.spki_sha256, certificate.spki_sha1, certificate.sha256, certificate.sha1)
    return tuple(digest for digest in found if digest)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
