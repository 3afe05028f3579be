"""The corrected pins of one host: which to keep, which to drop as dead, and which to add for what comes next."""

from collections.abc import Iterator
from dataclasses import dataclass

from pins.backup import certificates_of, unknown_key_pins
from pins.case import Case
from pins.certificate import Certificate, ChainCertificate
from pins.conclusion import Verdict
from pins.decide import pins_for
from pins.decision import Client
from pins.pin_story import DEAD_PINS, label
from pins.pinset import Pin, PinSet
from pins.scenarios import Likelihood


@dataclass(frozen=True, slots=True)
class Addition:
    """A key to pin and whose it is; write it with `pins.formats.pin_text`."""

    spki_sha256: bytes
    label: str


@dataclass(frozen=True, slots=True)
class Correction:
    """`keep` and `drop` are pins of the file. What is kept and added together connects now and under what is known."""

    keep: tuple[Pin, ...]
    drop: tuple[Pin, ...]
    add: tuple[Addition, ...]


def correct(pin_set: PinSet, client: Client, case: Case, verdict: Verdict) -> Correction:
    """Adds the keys of known successors; where none is known, the roots that every plausible one leads to.

    A client that compares the leaf alone is helped by no root. A pin that is in use, or that may be a backup key, is
    never dropped.
    """
    pins = pins_for(client, pin_set, case.host, case.device)
    in_use = {digest for one in certificates_of(case) for digest in (one.spki_sha256, one.spki_sha1)}
    in_use |= {entry.chain[0].spki_sha256 for entry in case.successors if entry.chain[0].spki_sha256}
    in_use |= {digest for store in case.stores for digest in case.cache.anchor_keys(store)}
    spare = set(unknown_key_pins(pins, case))
    keep = tuple(pin for pin in pins if pin.problem not in DEAD_PINS and (pin.digest in in_use or pin in spare))
    pinned = {pin.digest for pin in keep}
    wanted = dict.fromkeys(_wanted(case, verdict))
    return Correction(
        keep,
        tuple(pin for pin in pins if pin not in keep),
        tuple(addition for addition in wanted if addition.spki_sha256 not in pinned),
    )


def _wanted(case: Case, verdict: Verdict) -> Iterator[Addition]:
    expected = [entry.chain[0] for entry in case.successors if entry.likelihood is Likelihood.EXPECTED]
    known = [leaf for leaf in expected if leaf.spki_sha256 is not None]
    served = [entry.chain[0] for entry in case.served]
    if known:
        yield from (_addition(leaf) for leaf in (*served, *known))
        return
    for judged in verdict.decisions:
        path = judged.decision.path
        if judged.when == "now" and path and isinstance(path[-1], Certificate):
            yield _addition(path[0 if judged.decision.client.compares_leaf_only else -1])


def _addition(certificate: ChainCertificate) -> Addition:
    return Addition(certificate.spki_sha256 or b"", label(certificate))
