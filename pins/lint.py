"""Findings that a pin set shows by itself, without any certificate: those of its reader and those of its pins."""

import base64
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from pins.findings import CATALOGUE
from pins.notations import DEAD, normalise_token
from pins.pinset import Expiration, Pin, PinKind, PinRule, PinSet, Problem

RESERVE = timedelta(days=90)
"""How long an expiration should reach beyond the next rotation: long enough to ship once more in between."""

_OPEN = frozenset({"unresolved_code", "certificate_not_given"})  # what the pin is, is not known here


def lint(pin_set: PinSet, at: datetime | None = None) -> tuple[Problem, ...]:
    """Every problem of the reader and every finding about rules and pins, in the order of the file, each once.

    `at` (aware): with what has expired by then.
    """
    found = [*pin_set.problems]
    known = {(problem.code, problem.place) for problem in found}
    for rule in pin_set.rules:
        for problem in (*_about_rule(rule), *(expired_certificates(rule, at) if at else ())):
            if (problem.code, problem.place) not in known:
                known.add((problem.code, problem.place))
                found.append(problem)
    return tuple(sorted(found, key=lambda one: (one.place.line or 0, one.place.column or 0)))


def early_ends(pin_set: PinSet, rotations: Mapping[str, datetime]) -> tuple[Problem, ...]:
    """Rules whose pins are switched off before, or soon after, the certificate of one of their hosts has changed.

    `rotations`: by host, the last day on which the next rotation can happen.
    """
    found = []
    for rule in pin_set.rules:
        latest = max((until for host, until in rotations.items() if is_about(rule, host)), default=None)
        end = rule.expiration
        if latest is None or end is None or end.day is None or end.instant is not None or not rule.pins:
            continue
        if end.day < (latest + RESERVE).date():
            kind = CATALOGUE["expires_before_rotation"]
            day = f"{latest.day} {latest:%B %Y}"
            what = f"The pins for {rule.pattern} end on {end.text}, and the certificate changes by {day}."
            found.append(Problem(kind.code, f"{what} {kind.why} {kind.remedy}", rule.place))
    return tuple(found)


def is_about(rule: PinRule, host: str) -> bool:
    """By its pattern alone; which of several rules a client takes is decided in `clients`."""
    base = rule.pattern.strip().lower().lstrip("*").strip(".")
    is_open = rule.include_subdomains or "*" in rule.pattern
    return rule.is_for_every_host or host == base or (is_open and host.endswith(f".{base}"))


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
            yield _twice(pin, rule)
        seen.add(key)
    if rule.expiration is not None and rule.expiration.instant is not None:
        yield from _about_end(rule, rule.expiration)
        return
    yield from _about_count(rule, len(seen))
    if rule.expiration is not None and pins:
        what = f"The pins for {rule.pattern} are switched off from {rule.expiration.text} on"
        yield Problem("pin_set_expires", f"{what}, without anybody noticing. Ship a later date in time.", rule.place)


def expired_certificates(rule: PinRule, at: datetime) -> Iterator[Problem]:
    kind = CATALOGUE["expired_certificate_bundled"]
    for pin in rule.pins or ():
        certificate = pin.certificate
        if certificate is not None and certificate.not_after < at:
            until = f"{certificate.not_after.day} {certificate.not_after:%B %Y}"
            name = certificate.common_name or certificate.subject_text
            what = f"The bundled certificate of {name} expired on {until}."
            yield Problem(kind.code, f"{what} {kind.why} {kind.remedy}", pin.place)


def _twice(pin: Pin, rule: PinRule) -> Problem:
    if pin.certificate is not None:
        kind = CATALOGUE["duplicate_certificates"]
        return Problem(kind.code, f"The certificate {pin.text} stands here twice. {kind.remedy}", pin.place)
    one, instead = ("certificate", "the next one") if pin.kind.is_of_certificate else ("key", "a backup key")
    what = f"{pin.text} stands twice for {rule.pattern}, so there is one {one} fewer than it seems."
    return Problem("duplicate_pins", f"{what} Replace the copy with {instead}.", pin.place)


def _about_end(rule: PinRule, expiration: Expiration) -> Iterator[Problem]:
    """An entry with an instant of its own does not switch pinning off: the client forgets it and blocks."""
    until = f"{expiration.instant:%Y-%m-%d %H:%M} UTC"
    what = f"The client forgets this entry for {rule.pattern} after {until} and then blocks what only it fits."
    yield Problem("fingerprint_expires", f"{what} Have the next one in the list in time.", rule.place)


def _about_count(rule: PinRule, distinct: int) -> Iterator[Problem]:
    live = live_pins(rule)
    if any(pin.certificate for pin in live):  # its reader says which certificates are too few
        return
    if distinct == 0 or any(pin.problem in _OPEN for pin in rule.pins or ()):
        return
    if len({pin.digest for pin in live}) == 1:
        is_key = not live[0].kind.is_of_certificate
        one, more = ("key", "of a backup key") if is_key else ("certificate", "of the next certificate")
        where = "Every host" if rule.is_for_every_host else rule.pattern
        what = f"{where} has only one pin that can match, so its {one} must never change."
        yield Problem("single_pin", f"{what} Add the pin {more}.", rule.place)


def _sentence(pin: Pin) -> str:
    kind = CATALOGUE[pin.problem or ""]
    hint = next((one.digest for one in normalise_token(pin.text) if len(one.digest) == 32), None)
    if pin.problem not in ("hex_pin", "base64_of_hex_pin") or hint is None:
        return f"“{pin.text[:100]}”: {kind.why} {kind.remedy}"
    meant = base64.b64encode(hint).decode()
    return f"“{pin.text[:100]}”: {kind.why} If it is the hash of a key, it should read {meant}."
