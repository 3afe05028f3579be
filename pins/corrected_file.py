"""The corrected pin file: current pins kept, next ones added, dead ones gone; decided again before it is offered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from pins.case import Case
from pins.correction import Addition, correct, kind_of, place_of, rules_with
from pins.decide import pins_for
from pins.decision import Client
from pins.errors import PinError
from pins.formats import holds_one_pin, pin_text, read, write
from pins.lint import RESERVE
from pins.notations import DEAD
from pins.pinset import Expiration, Pin, PinRule, PinSet
from pins.verdict import Value, Verdict, judge

BUNDLED = (
    "The app bundles certificates as files of their own, so there is no file to correct. Bundle the certificate that "
    "the reason names beside those that are there, and ship a release."
)


@dataclass(frozen=True, slots=True)
class CorrectedFile:
    """`source` is the new file, `verdicts` what it leads to for each case, in their order.

    `added` are the keys that were added, `dropped` the texts of pins that can never match.
    """

    source: bytes
    verdicts: tuple[Verdict, ...]
    added: tuple[Addition, ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Uncorrected:
    """Why no corrected file can be offered, in one sentence that says what to do instead."""

    sentence: str


def corrected_file(pin_set: PinSet, clients: Sequence[Client], cases: Sequence[Case]) -> CorrectedFile | Uncorrected:
    """One file that suits all `cases` (the hosts of the release) as well as can be.

    It is offered only where every case is at least as good as before and one is better.
    """
    if any(pin.certificate for rule in pin_set.rules for pin in rule.pins or ()):
        return Uncorrected(BUNDLED)
    before = [judge(pin_set, clients, case) for case in cases]
    try:
        start = _without_dead(pin_set) if any(_is_refused(one) for one in before) else pin_set
        changes = _changes(start, clients, cases)
        rules = tuple(_corrected(rule, changes.get(at), start.format) for at, rule in enumerate(start.rules))
        source = write(replace(start, rules=rules))
        written = read(source, format=pin_set.format)
    except PinError as error:
        return Uncorrected(error.sentence)
    after = [judge(written, clients, case) for case in cases]
    if not _is_better(before, after):
        return Uncorrected("No change of the pins alone makes this better. The reason says what does.")
    return CorrectedFile(source, tuple(after), _added(changes.values()), _dropped(pin_set, written))


@dataclass(slots=True)
class _Change:
    """What happens to one rule: what any of its hosts needs is added, what none of them has a use for goes.

    A host that is ready needs nothing, and what it is ready by stays.
    """

    keep: set[str] = field(default_factory=set)
    add: dict[Addition, None] = field(default_factory=dict)
    expires: date | None = None
    is_needed: bool = False


def _is_refused(verdict: Verdict) -> bool:
    return any(judged.decision.outcome == "config_error" for judged in verdict.decisions)


def _without_dead(pin_set: PinSet) -> PinSet:
    """What a client refuses a file for is at times a pin that could never match."""
    alive = write(replace(pin_set, rules=tuple(_alive(rule) for rule in pin_set.rules)))
    return read(alive, format=pin_set.format)


def _alive(rule: PinRule) -> PinRule:
    if rule.pins is None:
        return rule
    seen: dict[bytes | str, Pin] = {}
    for pin in rule.pins:
        if pin.problem not in DEAD or pin.problem == "unresolved_code":
            seen.setdefault(pin.digest or pin.text, pin)
    return replace(rule, pins=tuple(seen.values()))


def _changes(pin_set: PinSet, clients: Sequence[Client], cases: Iterable[Case]) -> dict[int, _Change]:
    changes: dict[int, _Change] = {}
    for case in cases:
        if not case.served:
            continue
        verdict = judge(pin_set, clients, case)
        for client in clients:
            found = correct(pin_set, client, case, verdict)
            kept = {place_of(pin) for pin in found.keep}
            compared = pins_for(client, pin_set, case.host, case.device)
            for at in rules_with(pin_set, compared):
                rule, change = pin_set.rules[at], changes.setdefault(at, _Change())
                change.keep.update(pin.text for pin in rule.pins or () if place_of(pin) in kept)
                if verdict.value is Value.READY:
                    continue
                change.is_needed = True
                change.add.update((one, None) for one in found.add if one.position is rule.position)
                change.expires = _later(change.expires, _expiration(rule, case))
    needed = {at: change for at, change in changes.items() if change.is_needed}
    if holds_one_pin(pin_set.format):
        _spread(pin_set, needed)
    return needed


def _spread(pin_set: PinSet, changes: Mapping[int, _Change]) -> None:
    """Where each entry has one pin, a new one takes the place of a pin that has no use, and each is written once."""
    there = {
        pin.digest for at, change in changes.items() for pin in pin_set.rules[at].pins or () if pin.text in change.keep
    }
    wanted = dict.fromkeys((at, one) for at, change in changes.items() for one in change.add)
    waiting = list(dict.fromkeys(one for at, one in wanted if one.digest(kind_of(pin_set.rules[at])) not in there))
    for at, change in changes.items():
        is_used = any(pin.text in change.keep for pin in pin_set.rules[at].pins or ())
        change.add = {} if is_used or not waiting else {waiting.pop(0): None}
        if not is_used and not change.add:
            change.keep.update(pin.text for pin in pin_set.rules[at].pins or ())
    if waiting:
        raise PinError(
            f"Every entry of the list is in use, so none can become that of {waiting[0].label}. Add an entry for it.",
            code="not_writable",
        )


def _expiration(rule: PinRule, case: Case) -> date | None:
    """A date behind the next rotation, where the rule would end before or soon after it."""
    if rule.expiration is None or rule.expiration.day is None or case.window is None:
        return None
    wanted = (case.window.latest + RESERVE).date()
    return wanted if rule.expiration.day < wanted else None


def _later(one: date | None, other: date | None) -> date | None:
    return max(filter(None, (one, other)), default=None)


def _corrected(rule: PinRule, change: _Change | None, format_name: str) -> PinRule:
    if change is None or rule.pins is None:
        return rule
    kept = tuple(pin for pin in rule.pins if pin.text in change.keep or _stays(pin, rule, format_name))
    present = {pin.digest for pin in kept}
    kind, like = kind_of(rule), _neighbour(rule)
    digests = dict.fromkeys(one.digest(kind) for one in change.add)
    added = tuple(
        Pin(pin_text(format_name, digest, like=like), kind, digest, rule.place)
        for digest in digests
        if digest and digest not in present
    )
    end = Expiration(change.expires.isoformat(), change.expires) if change.expires else rule.expiration
    return replace(rule, pins=(*kept, *added), expiration=end)


def _neighbour(rule: PinRule) -> str:
    """A pin that shows how the file writes its hashes; a dead one shows nothing."""
    kind = kind_of(rule)
    return next((pin.text for pin in rule.pins or () if pin.kind is kind and pin.problem not in DEAD), "")


def _stays(pin: Pin, rule: PinRule, format_name: str) -> bool:
    """Whatever the hosts serve: what only running tells, and in a rule for many hosts what another one may use."""
    is_for_many = rule.is_for_every_host or rule.include_subdomains or "*" in rule.pattern
    may_be_used = is_for_many and not holds_one_pin(format_name) and pin.problem not in DEAD
    return pin.problem == "unresolved_code" or may_be_used


def _is_better(before: Sequence[Verdict], after: Sequence[Verdict]) -> bool:
    pairs = [(one.value.badness, two.value.badness) for one, two in zip(before, after, strict=True)]
    return all(two >= one for one, two in pairs) and any(two > one for one, two in pairs)


def _added(changes: Iterable[_Change]) -> tuple[Addition, ...]:
    found = {(one.spki_sha256, one.certificate): one for change in changes for one in change.add}
    return tuple(found.values())


def _dropped(before: PinSet, after: PinSet) -> tuple[str, ...]:
    kept: Mapping[str, None] = dict.fromkeys(pin.text for rule in after.rules for pin in rule.pins or ())
    texts = dict.fromkeys(pin.text for rule in before.rules for pin in rule.pins or ())
    return tuple(text for text in texts if text not in kept)
