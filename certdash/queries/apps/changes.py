"""What an app's owner has to change before the next rotation, until when, and what to clear away afterwards."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from certdash.models import App, Release, Verdict
from certdash.queries.apps.ground import Answer, Ground, Line, PinLine, by_value, hosts_of, releases_of, verb
from certdash.queries.formatting import Part, address, day
from certdash.queries.judging.stakes import Key, Stake
from certdash.queries.risk.fixes import fixed_by
from certdash.queries.settling import settles
from pins.verdict import Value

CHANGE = "What must I change, and until when?"
AFTERWARDS = "What must I do afterwards?"
# What pins can repair; anything else needs another remedy first.
PIN_REASONS = ("no_pin_matches", "plausible_successor_blocked", "depends_on_trust_store", "backup_key_unregistered")
# What a reason says at its end leans on what it said before.
REMEDIES = {
    "expired": "Install a renewed certificate there.",
    "backup_key_unregistered": "Register the key behind the pin that nobody knows yet, or the next certificate.",
}
TO_REPAIR = (Value.FAILING, Value.WILL_FAIL, Value.AT_RISK)


def what_to_change(app: App, ground: Ground) -> Answer:
    lines: list[Line] = []
    pins: list[PinLine] = []
    for found in (ground.platform, ground.own):
        for value, group in by_value(found).items():
            if value in TO_REPAIR:
                lines.append(_repair(app, value, group, ground))
                pins += _pins(group, ground)
            elif value is Value.UNKNOWN:
                lines.append(_first(group))
    if ground.external:
        words = f"Have {hosts_of(ground.external)} watched; the verdict then says what to do."
        lines.append(Line((Part(words),)))
    if not lines:
        return Answer(CHANGE, _nothing(app, ground), _once(_held(ground)))
    return Answer(CHANGE, tuple(lines), _once(pins))


def _first(found: Sequence[Stake]) -> Line:
    rows = [row for one in found for row in one.struck]
    if all(row.reason_code == "no_pin_set" for row in rows):
        missing = releases_of(found)
        words = f"Nobody can tell before the pin file of {missing} is on record: "
        link = f"{address('upload', rows[0].release.app_id)}?release={rows[0].release_id}"
        return Line((Part(words), Part("upload it", link), Part(", and this page says what to change.")))
    return Line(
        (Part(f"What {hosts_of(found)} {verb(len(found), 'serves', 'serve')} is not known. {settles(rows[0])}"),)
    )


def _once(pins: Iterable[PinLine]) -> tuple[PinLine, ...]:
    """Hosts of one certificate share their keys; the first one names them."""
    return tuple({(one.verb, one.hash.copy): one for one in reversed(list(pins))}.values())[::-1]


def _repair(app: App, value: Value, found: Sequence[Stake], ground: Ground) -> Line:
    struck = [row for one in found for row in one.struck]
    hosts = hosts_of(found)
    cell = address("verdict", app.pk, struck[0].pk)
    if not _is_about_pins(found):
        words = f"At {hosts} a new pin alone repairs nothing. {_remedy(struck[0])} See the "
        return Line((Part(words), Part("explanation", cell), Part(".")))
    if fixed := _fixed(found):
        return Line((Part(f"{_held_by(fixed, value, found)} {_deliver(value, struck, ground)}"),))
    if value is Value.AT_RISK:
        either, until = Part(f"At {hosts}: {_remedy(struck[0])} Or ship the "), _until(struck, ground)
        return Line((either, Part("corrected file", cell), Part(f"{until}.")))
    words = f"In {releases_of(found)}: {_what(value, found, ground)}. {_ship(value, struck, ground)} Take the "
    return Line((Part(words), Part("corrected file", cell), Part(" home.")))


def _is_about_pins(found: Sequence[Stake]) -> bool:
    return any(row.reason_code in PIN_REASONS for one in found for row in one.struck)


def _fixed(found: Sequence[Stake]) -> Release | None:
    """For what fails today a release that connects today; what comes next is another matter."""
    half = "now" if found[0].value is Value.FAILING else "value"
    return fixed_by([row for one in found for row in one.struck], [row for one in found for row in one.rows], half=half)


def _held_by(fixed: Release, value: Value, found: Sequence[Stake]) -> str:
    hosts = hosts_of(found)
    if value is not Value.FAILING:
        return f"Nothing more in the file: {fixed} holds the pins for {hosts}."
    rows = [row for one in found for row in one.rows if row.release_id == fixed.pk]
    is_ready = all(row.value == Value.READY for row in rows)
    more = "" if is_ready else " (the next rotation needs a further pin)"
    return f"{fixed} connects to {hosts} today{more}."


def _remedy(row: Verdict) -> str:
    """The end of a reason, where it can be understood without its beginning."""
    return REMEDIES.get(row.reason_code) or settles(row)


def _what(value: Value, found: Sequence[Stake], ground: Ground) -> str:
    keys, is_failing = found[0].keys, value is Value.FAILING and not _holds_current(found, ground)
    current = "add the current pin" if is_failing else "keep the current pin"
    if keys.coming:
        return f"{current} and add the next one" if not is_failing else f"{current} and the next one"
    if not keys.anchor:
        return f"nobody has announced the next key; ask for it, and {current} until then"
    if is_failing:
        return f"{current}, and the root above every likely chain, because nobody has announced the next key"
    return "nobody has announced the next key, so keep what fits today and add the root above every likely chain"


def _holds_current(found: Sequence[Stake], ground: Ground) -> bool:
    """A release can hold the key of one address and fail at another, which serves the next one already."""
    current = found[0].keys.current
    held = ground.holders.get(current.spki_sha256, frozenset()) if current else frozenset()
    return {row.release_id for row in found[0].struck} <= held


def _ship(value: Value, struck: Sequence[Verdict], ground: Ground) -> str:
    if value is Value.FAILING:
        return "Ship it now and force the update."
    by = _ship_by(struck)
    if by is None:
        return "Ship it as soon as you can."
    if by < ground.now.date():
        return f"The last safe day was {day(by, ground.now)}: ship it at once and force the update."
    return f"Ship it by {day(by, ground.now)}."


def _deliver(value: Value, struck: Sequence[Verdict], ground: Ground) -> str:
    by = _ship_by(struck)
    if value is Value.FAILING or by is None or by < ground.now.date():
        return "Get it to every user at once, with a forced update."
    return f"Get it to users by {day(by, ground.now)}."


def _until(struck: Sequence[Verdict], ground: Ground) -> str:
    by = _ship_by(struck)
    if by is None:
        return ""
    return f" by {day(by, ground.now)}" if by >= ground.now.date() else " at once"


def _ship_by(struck: Sequence[Verdict]) -> date | None:
    return min((row.ship_by for row in struck if row.ship_by), default=None)


def _pins(found: Sequence[Stake], ground: Ground) -> Iterator[PinLine]:
    """Current and next key of the hosts to repair; without a known next key the root above what is served."""
    if not _is_about_pins(found):
        return
    for one in found:
        keys = one.keys
        if keys.coming or (keys.current and keys.current.spki_sha256 in ground.holders):
            yield from _pin(keys.current, f"current key of {one.host}, until it rotates", one, ground)
        if keys.coming:
            yield from _pin(keys.coming, f"next key of {one.host}", one, ground)
        elif keys.anchor:
            yield from _pin(keys.anchor, f"root {keys.anchor.name}, above every likely chain", one, ground)


def _pin(key: Key | None, note: str, one: Stake, ground: Ground) -> Iterator[PinLine]:
    """What every struck release holds, or a newer one repairs, is kept; anything else is added."""
    if key is None:
        return
    held = ground.holders.get(key.spki_sha256, frozenset())
    fixed = _fixed([one])
    is_held = {row.release_id for row in one.struck} <= held or (fixed is not None and fixed.pk in held)
    yield PinLine("keep" if is_held else "add", key.shown, note)


def _nothing(app: App, ground: Ground) -> tuple[Line, ...]:
    if all(one.value is Value.UNPROTECTED for one in (*ground.platform, *ground.own)):
        link = address("corrected_files", app.pk)
        words = "Nothing for the rotation. If these hosts were meant to be pinned, ship a "
        return (Line((Part(words), Part("file with a rule in force", link), Part("."))),)
    if ground.external and not (ground.platform or ground.own):
        words = "Nothing is known to change. Watch the host first; its verdict then says what to do."
    else:
        words = "Nothing. The releases in use hold the pins they need; leave these in every later release."
    return (Line((Part(words),)),)


def _held(ground: Ground) -> Iterator[PinLine]:
    """The pins in use that must not be lost while nothing else has to change."""
    for one in (*ground.platform, *ground.own):
        for key, note in ((one.keys.current, "current key"), (one.keys.coming, "next key")):
            if key and key.spki_sha256 in ground.holders and one.value is not Value.UNPROTECTED:
                yield PinLine("keep", key.shown, f"{note} of {one.host}")


def afterwards(app: App, ground: Ground) -> Answer:
    """The key that leaves is told once for all hosts of one certificate."""
    leaving = {one.leaf.sha256: one for one in (*ground.platform, *ground.own) if one.leaf and _leaves(one, ground)}
    lines = [Line((Part(_then(app, ground, is_leaving=bool(leaving))),))]
    if ground.own:
        words = "Before you renew a certificate of your own, register what comes next: the verdicts follow at once."
        lines.append(Line((Part(words),)))
    return Answer(AFTERWARDS, tuple(lines), tuple(_dropped(one, ground) for one in leaving.values()))


def _leaves(one: Stake, ground: Ground) -> bool:
    current = one.keys.current
    is_pinned = current is not None and current.spki_sha256 in ground.holders
    return is_pinned and one.keys.coming is not None and one.value is not Value.UNPROTECTED


def _then(app: App, ground: Ground, *, is_leaving: bool) -> str:
    values = {one.value for one in ground.stakes}
    if is_leaving:
        return (
            f"Once {app.target_share} % of your users have a release with the next pin and the host serves it, drop "
            "the dead pin in the release after. Not before: until then it is what connects."
        )
    if any(one.value in TO_REPAIR and _is_about_pins([one]) for one in ground.stakes):
        return _UNKNOWN_NEXT
    if values == {Value.UNKNOWN}:
        return "Nobody can tell before the verdict is known."
    return "Nothing." if values == {Value.UNPROTECTED} else "Nothing: no pin of yours dies with it."


_UNKNOWN_NEXT = (
    "When the next certificate is announced, its pin appears here. Add it beside the current one, and drop the old "
    "pin when the host has changed and your users have the new release."
)


def _dropped(one: Stake, ground: Ground) -> PinLine:
    assert one.keys.current is not None
    by = f", at the latest on {day(one.window.latest, ground.now)}" if one.window else ""
    return PinLine("drop later", one.keys.current.shown, f"current key of {one.host}: dead once it has changed{by}")
