"""Findings that a pin set shows by itself, without any certificate: those of its reader and those of its pins."""

import base64
from collections.abc import Iterator

from pins.findings import CATALOGUE
from pins.notations import DEAD, normalise_token
from pins.pinset import Expiration, Pin, PinKind, PinRule, PinSet, Problem

_OPEN = frozenset({"unresolved_code", "certificate_not_given"})  # what the pin is, is not known here


def lint(pin_set: PinSet) -> tuple[Problem, ...]:
    """Every problem of the reader and every finding about rules and pins, in the order of the file, each once."""
    found = [*pin_set.problems]
    known = {(problem.code, problem.place) for problem in found}
    for rule in pin_set.rules:
        for problem in _about_rule(rule):
            if (problem.code, problem.place) not in known:
                known.add((problem.code, problem.place))
                found.append(problem)
    return tuple(sorted(found, key=lambda one: (one.place.line or 0, one.place.column or 0)))


def live_pins(rule: PinRule) -> tuple[Pin, ...]:
    """The pins of a rule that could match some key."""
    return tuple(pin for pin in rule.pins or () if pin.problem not in DEAD)


def _about_rule(rule: PinRule) -> Iterator[Problem]:
    pins = rule.pins or ()
    seen: set[tuple[PinKind, bytes]] = set()
    for pin in pins:
        if pin.problem is not None and pin.problem != "unresolved_code":
            yield Problem(pin.problem, _sentence(pin), pin.place)
        key = (pin.kind, pin.digest or pin.text.encode())
        if key in seen:
            what = f"{pin.text} stands twice for {rule.pattern}, so there is one key fewer than it seems."
            yield Problem("duplicate_pins", f"{what} Replace the copy with a backup key.", pin.place)
        seen.add(key)
    if rule.expiration is not None and rule.expiration.instant is not None:
        yield from _about_end(rule, rule.expiration)
        return
    yield from _about_count(rule, len(seen))
    if rule.expiration is not None and pins:
        what = f"The pins for {rule.pattern} are switched off from {rule.expiration.text} on"
        yield Problem("pin_set_expires", f"{what}, without anybody noticing. Ship a later date in time.", rule.place)


def _about_end(rule: PinRule, expiration: Expiration) -> Iterator[Problem]:
    """An entry with an instant of its own does not switch pinning off: the client forgets it and blocks."""
    until = f"{expiration.instant:%Y-%m-%d %H:%M} UTC"
    what = f"The client forgets this entry for {rule.pattern} after {until} and then blocks what only it fits."
    yield Problem("fingerprint_expires", f"{what} Have the next one in the list in time.", rule.place)


def _about_count(rule: PinRule, distinct: int) -> Iterator[Problem]:
    live = live_pins(rule)
    if distinct == 0 or any(pin.problem in _OPEN for pin in rule.pins or ()):
        return
    if len({pin.digest for pin in live}) == 1:
        what = f"{rule.pattern} has only one pin that can match, so its key must never change."
        yield Problem("single_pin", f"{what} Add the pin of a backup key.", rule.place)


def _sentence(pin: Pin) -> str:
    kind = CATALOGUE[pin.problem or ""]
    hint = next((one.digest for one in normalise_token(pin.text) if len(one.digest) == 32), None)
    if pin.problem not in ("hex_pin", "base64_of_hex_pin") or hint is None:
        return f"“{pin.text[:100]}”: {kind.why} {kind.remedy}"
    meant = base64.b64encode(hint).decode()
    return f"“{pin.text[:100]}”: {kind.why} If it is the hash of a key, it should read {meant}."
