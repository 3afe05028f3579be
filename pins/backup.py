"""Whether a pin that nobody can place may be the key of the next leaf, and would then keep the app connected."""

from collections.abc import Collection, Iterable, Iterator

from pins.case import Case
from pins.certificate import Certificate, UnknownCertificate
from pins.conclusion import Judged
from pins.decide import decide
from pins.decision import Outcome
from pins.encounter import Encounter
from pins.habits import PUBLISHED_KEYS
from pins.notations import DEAD
from pins.path_cache import Chain
from pins.paths import PathOrder, ValidatedPaths
from pins.pinset import Pin, PinKind
from pins.subject import Subject

LENGTHS = {PinKind.SPKI_SHA256: 32, PinKind.SPKI_SHA1: 20}


def could_be_saved(subject: Subject, blocked: Iterable[Judged]) -> Pin | None:
    """The first unknown key pin with which one of these connections would come about, were it the next leaf's key."""
    candidates = unknown_key_pins(subject.pins(), subject.case)
    by_pin = [judged for judged in blocked if judged.decision.outcome is Outcome.BLOCKED_BY_PIN]
    return next((pin for pin in candidates for judged in by_pin if _connects_with(pin, subject, judged)), None)


def saved_by_backup(subject: Subject, blocked: Collection[Judged]) -> Pin | None:
    """The pin of a registered backup key with which every one of these connections would come about."""
    if any(judged.decision.outcome is not Outcome.BLOCKED_BY_PIN for judged in blocked):
        return None
    registered = [pin for pin in subject.pins() if pin.digest in subject.case.backup_keys]
    return next((pin for pin in registered if all(_connects_with(pin, subject, one) for one in blocked)), None)


def unknown_key_pins(pins: Iterable[Pin], case: Case) -> tuple[Pin, ...]:
    """Well-formed key pins that are neither placeholders nor of any certificate on record."""
    found = []
    for pin in pins:
        digest = pin.digest
        if digest is None or pin.problem in DEAD or len(digest) != LENGTHS.get(pin.kind):
            continue
        if digest not in PUBLISHED_KEYS and digest not in case.identified and not _is_in_case(digest, case):
            found.append(pin)
    return tuple(found)


def _is_in_case(digest: bytes, case: Case) -> bool:
    for certificate in certificates_of(case):
        if digest in (certificate.spki_sha256, certificate.spki_sha1, certificate.sha256, certificate.sha1):
            return True
    return any(digest in case.cache.anchor_keys(store) for store in case.stores)


def certificates_of(case: Case) -> Iterator[Certificate]:
    """Every certificate of what is served and of the chains that may come."""
    chains: list[Chain] = [served.chain for served in case.served]
    chains += [successor.chain for successor in case.successors]
    for chain in chains:
        for certificate in chain:
            if isinstance(certificate, Certificate):
                yield certificate


def _connects_with(pin: Pin, subject: Subject, judged: Judged) -> bool:
    """The blocked connection once more, with this key in the place of the next leaf's unknown one."""
    path, case = judged.decision.path, subject.case
    if not path or not isinstance(path[0], UnknownCertificate) or path[0].spki_sha256 or path[0].spki_sha1:
        return False
    trial = (_leaf_with(pin), *path[1:])
    paths = dict.fromkeys(PathOrder, ValidatedPaths(judged.decision.trust_store, (trial,)))
    met = Encounter(case.host, trial, judged.decision.trust_store, paths, judged.instant, device=case.device)
    return decide(subject.client, subject.pin_set, met).outcome is Outcome.CONNECTS


def _leaf_with(pin: Pin) -> UnknownCertificate:
    if pin.kind is PinKind.SPKI_SHA1:
        return UnknownCertificate("leaf", spki_sha1=pin.digest)
    return UnknownCertificate("leaf", spki_sha256=pin.digest)
