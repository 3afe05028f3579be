"""What is wrong with a pin file: what its reader found, pins that cannot do what they should, and whose they are."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from certdash.cli.check_pins import Pins
from certdash.cli.check_policy import Platform, Policy
from pins.backup import certificates_of
from pins.case import Case
from pins.certificate import Certificate, UnknownCertificate
from pins.identify import NOBODY, KnownKey, KnownKeys, know
from pins.lint import early_ends, lint
from pins.pinned_keys import key_findings
from pins.pinset import Pin, PinSet, Problem


class Refused(NamedTuple):
    """One problem that the pipeline does not let pass."""

    problem: Problem
    place: str


def refused(policy: Policy, pins: Pins, cases: Sequence[Case]) -> tuple[Refused, ...]:
    """In the order in which the answer tells its problems."""
    if not policy.refused_codes:
        return ()
    found = [Refused(one, str(one.place)) for one in pins.problems]
    for part in pins.parts:
        found += [Refused(one, part.located(one.place)) for one in problems(part.pin_set, cases, policy.platform)]
    return tuple(one for one in found if one.problem.code in policy.refused_codes)


def problems(pin_set: PinSet, cases: Sequence[Case], platform: Platform) -> tuple[Problem, ...]:
    """In the order of the file; a pin whose problem the reader tells already is not told twice."""
    at = cases[0].now
    told = {(problem.code, str(problem.place)) for problem in pin_set.problems}
    pins = [pin for rule in pin_set.rules for pin in rule.pins or () if pin.problem is not None]
    dead = {(pin.problem, str(pin.place)): pin for pin in pins}
    found = [*pin_set.problems, *(_problem(pin) for key, pin in dead.items() if key not in told)]
    told |= {(problem.code, str(problem.place)) for problem in found}
    found += [one for one in lint(pin_set, at) if (one.code, str(one.place)) not in told]
    found += early_ends(pin_set, {case.host: case.window.latest for case in cases if case.window})
    served = {key for case in cases for key in _keys(entry.chain for entry in case.served)}
    found += key_findings(pin_set, _known(pin_set, cases, platform), at, in_use=served, knows_all=False)
    return tuple(sorted(found, key=lambda problem: (problem.place.line or 0, problem.place.column or 0)))


def _known(pin_set: PinSet, cases: Iterable[Case], platform: Platform) -> KnownKeys:
    """What the command line and the hosts tell; of the anchors only the pinned ones, for there are many."""
    pinned = {pin.digest for rule in pin_set.rules for pin in rule.pins or ()}
    certificates: dict[Certificate, None] = dict.fromkeys(platform.certificates)
    keys: dict[bytes, KnownKey] = {}
    owners = platform.owners()
    for case in cases:
        owner = platform.owner_at(case.host)
        if owner:
            leaves = (*(one.chain[0] for one in case.served), *(one.chain[0] for one in case.successors))
            owners.update((one.spki_sha256, owner) for one in leaves if isinstance(one, Certificate))
        certificates.update(dict.fromkeys(certificates_of(case)))
        for store in case.stores:
            for anchor in store.anchors:
                if not pinned.isdisjoint((anchor.spki_sha256, anchor.spki_sha1, anchor.sha256, anchor.sha1)):
                    certificates[anchor] = None
        for successor in case.successors:
            leaf = successor.chain[0]
            if isinstance(leaf, UnknownCertificate) and leaf.spki_sha256:
                label = f"the next certificate of {case.host}"
                keys[leaf.spki_sha256] = KnownKey(label, owner or NOBODY, spki_sha256=leaf.spki_sha256)
    return know(certificates, keys=keys.values(), owners=owners)


def _keys(chains: Iterable[Sequence[Certificate]]) -> Iterator[bytes]:
    for chain in chains:
        for certificate in chain:
            yield from (certificate.spki_sha256, certificate.spki_sha1)


def _problem(pin: Pin) -> Problem:
    from pins.findings import CATALOGUE

    code = pin.problem or ""
    kind = CATALOGUE.get(code)
    message = f"{kind.title}: {pin.text}. {kind.remedy}" if kind else f"This pin cannot work: {pin.text}."
    return Problem(code, message, pin.place)
