"""The pictures of an explanation: served now, pins, next; one for all trust stores, or one for each that differs."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from certdash.drawing import chain as drawing
from certdash.queries.cells import shown_next
from certdash.queries.formatting import HashText, base64_of, key_of_certificate, listed
from certdash.queries.judging.explaining import ExplainedPin, Explanation
from pins.certificate import Certificate, ChainCertificate
from pins.decision import Outcome
from pins.identify import PinRole
from pins.pinset import PinKind
from pins.scenarios import Likelihood
from pins.verdict import Judged, Value

WIDE, NARROW = 560, 358
DEAD = {
    "placeholder_pin": "placeholder",
    "hash_of_empty_input": "hash of nothing",
    "hash_of_newline": "hash of nothing",
}
Path = Sequence[ChainCertificate]


@dataclass(frozen=True, slots=True)
class StoreLine:
    """What one trust store makes of the host, now and next."""

    name: str
    now: str
    next: str


@dataclass(frozen=True, slots=True)
class Picture:
    """`title` names the trust stores that it holds for, empty where that is all of them; `words` say the difference."""

    title: str
    now: str
    next: str
    words: str
    wide: drawing.Drawing
    narrow: drawing.Drawing


@dataclass(frozen=True, slots=True)
class PinRow:
    """A pin beside the drawing: what it is of, and which certificates of the paths it fits."""

    number: int
    hash: HashText | None
    short: str
    what: str
    now: str
    next: str


@dataclass(frozen=True, slots=True)
class _View:
    """What one group of stores sees; a chain that leads to none of their roots is shown as it is served."""

    stores: tuple[str, ...]
    served: Path
    after: Path
    now: Value
    next: Value
    is_path: bool = True
    is_next_path: bool = True


def pictures(found: Explanation, heads: tuple[str, str, str], verdict: str) -> tuple[Picture, ...]:
    """`verdict` colours the next path where all stores agree; where they do not, each has its own."""
    views = _views(found)
    pins = [_pin(entry) for entry in distinct(found.pins)]
    if len(views) == 1:
        return (_picture(views[0], "", pins, heads, verdict, ()),)
    common = set.intersection(*({_identity(one) for one in (*view.served, *view.after)} for view in views))
    return tuple(_picture(view, listed(view.stores), pins, heads, view.next.value, common) for view in views)


def pin_rows(found: Explanation) -> tuple[PinRow, ...]:
    views = _views(found)
    now = [one for view in views if view.is_path for one in _named(view.served)]
    after = [one for view in views if view.is_next_path for one in _named(view.after)]
    return tuple(_pin_row(at, entry, now, after) for at, entry in enumerate(distinct(found.pins), 1))


def store_lines(found: Explanation) -> tuple[StoreLine, ...]:
    now, after = found.by_store("now"), found.by_store("next")
    names = dict.fromkeys([*now, *after])
    return tuple(StoreLine(name, _outcome(now.get(name, ())), _outcome(after.get(name, ()))) for name in names)


def stores_words(rows: Sequence[StoreLine], drawn: int) -> str:
    if not rows:
        return ""
    if len({(row.now, row.next) for row in rows}) > 1:
        return "The trust stores in scope disagree: a device's own list of roots decides."
    where = f"all {len(rows)} trust stores" if len(rows) > 1 else "the trust store"
    same = "Same outcome, by different paths," if drawn > 1 else "Same"
    return f"{same} on {where} in scope: {listed([row.name for row in rows])}."


def distinct(pins: Iterable[ExplainedPin]) -> list[ExplainedPin]:
    return list({entry.pin.text: entry for entry in pins}.values())


def _views(found: Explanation) -> list[_View]:
    """Stores with the same paths and outcomes together; the one with the counterexample first."""
    now, after = found.by_store("now"), found.by_store("next")
    groups: dict[object, list[str]] = {}
    seen: dict[object, _View] = {}
    for name in dict.fromkeys([*now, *after]):
        view = _view(found, now.get(name, ()), after.get(name, ()))
        paths = tuple(tuple(map(_identity, path)) for path in (view.served, view.after))
        key = (*paths, view.now, view.next, view.is_path, view.is_next_path)
        groups.setdefault(key, []).append(name)
        seen[key] = view
    if not groups:
        return [_view(found, (), ())]
    views = [replace(seen[key], stores=tuple(names)) for key, names in groups.items()]
    return sorted(views, key=lambda view: min(view.now.badness, view.next.badness))


def _view(found: Explanation, now: Sequence[Judged], after: Sequence[Judged]) -> _View:
    (served, is_path), (coming, is_next_path) = _served(found, now), _coming(found, after)
    value, later = _value(now), _value(after)
    return _View((), served, coming, value, shown_next(value, later), is_path, is_next_path)


def _served(found: Explanation, decisions: Sequence[Judged]) -> tuple[Path, bool]:
    """The path that was built, first the one under which it fails; without any, what the server sends."""
    blocked = [one for one in decisions if one.decision.outcome.is_blocked]
    path = next((one.decision.path for one in (*blocked, *decisions) if one.decision.path), None)
    if path:
        return path, True
    chain = found.forecast.served[0].chain if found.forecast.served else ()
    return chain, not any(one.decision.outcome is Outcome.BLOCKED_BY_CHAIN for one in decisions)


def _coming(found: Explanation, decisions: Sequence[Judged]) -> tuple[Path, bool]:
    """The path under which it fails, else the expected one; a chain that gives no path is shown as it is served."""
    example = found.verdict.counterexample
    counted = [one for one in decisions if one.likelihood is not Likelihood.REMOTE]
    blocked = next((one for one in counted if one.decision.outcome.is_blocked), None)
    chosen = example if example in counted else blocked or next(iter(counted), None)
    if chosen and chosen.decision.path:
        return chosen.decision.path, True
    scenario = chosen.scenario if chosen else None
    chains = [one.chain for one in found.forecast.successors if scenario is None or one.scenario is scenario]
    is_path = chosen is None or chosen.decision.outcome is not Outcome.BLOCKED_BY_CHAIN
    return (chains[0] if chains else ()), is_path


def _value(decisions: Sequence[Judged]) -> Value:
    """Now: what the worst address meets. Next: what the expected chain does, else the worst that is plausible."""
    counted = [one for one in decisions if one.likelihood is not Likelihood.REMOTE]
    if not counted:
        return Value.UNKNOWN
    blocked = [one for one in counted if one.decision.outcome.is_blocked]
    if blocked:
        if all(one.when == "now" for one in blocked):
            return Value.FAILING
        is_expected = any(one.likelihood is Likelihood.EXPECTED for one in blocked)
        return Value.WILL_FAIL if is_expected else Value.AT_RISK
    outcomes = {one.decision.outcome for one in counted}
    if Outcome.INDETERMINATE in outcomes:
        return Value.AT_RISK
    return Value.READY if outcomes == {Outcome.CONNECTS} else Value.UNPROTECTED


def _outcome(decisions: Sequence[Judged]) -> str:
    """The worst of a store's decisions that count, in words."""
    counted = [one for one in decisions if one.likelihood is not Likelihood.REMOTE]
    worst = next((one for one in counted if one.decision.outcome.is_blocked), next(iter(counted), None))
    return worst.decision.outcome.value.replace("_", " ") if worst else "not known"


def _picture(
    view: _View,
    title: str,
    pins: Sequence[drawing.Pin],
    heads: tuple[str, str, str],
    verdict: str,
    common: Collection[object],
) -> Picture:
    known = {one.spki_sha256 for one in view.served}
    changes = ["same" if one.spki_sha256 in known else "new" for one in view.after]
    columns = drawing.Columns(
        _nodes(view.served, [""] * len(view.served), common, is_path=view.is_path),
        pins,
        _nodes(view.after, changes, common, is_path=view.is_next_path),
    )
    return Picture(
        title,
        view.now.value,
        view.next.value,
        _difference(view, common) if title else "",
        drawing.draw(columns, WIDE, heads=heads, verdict=verdict),
        drawing.draw(columns, NARROW, heads=("Now", "Pins", "Next"), verdict=verdict),
    )


def _identity(one: ChainCertificate) -> object:
    """Placeholders of one role are the same picture, though they equal nothing."""
    return one.sha256 or one.spki_sha256 or one.role if not isinstance(one, Certificate) else one.sha256


def _mark(one: ChainCertificate, common: Collection[object]) -> str:
    return "only here" if common and _identity(one) not in common else ""


def _difference(view: _View, common: Collection[object]) -> str:
    """In words what the marks show: where this path leaves the others'."""
    if not view.is_path:
        return "The chain leads to no root of this store, so devices refuse it before any pin is compared."
    own = [one for one in (*view.served, *view.after) if _identity(one) not in common and isinstance(one, Certificate)]
    names = list(dict.fromkeys(one.common_name or one.subject_text for one in own))
    return f"Only here: {listed(names[:3])}." if names else "The certificates are those that the others see, too."


def _named(path: Path) -> list[tuple[str, frozenset[bytes]]]:
    return [(_role(at, len(path)), _digests(one)) for at, one in enumerate(path)]


def _role(at: int, length: int) -> str:
    return "Leaf" if at == 0 else "Root" if at == length - 1 and length > 1 else "Intermediate"


def _digests(one: ChainCertificate) -> frozenset[bytes]:
    known = (one.spki_sha256, one.spki_sha1, one.sha256, one.sha1)
    return frozenset(digest for digest in known if digest)


def _nodes(
    path: Path, changes: Sequence[str], common: Collection[object], *, is_path: bool
) -> list[drawing.Certificate]:
    """A chain that leads to no root ends in an empty place."""
    length = len(path) + (not is_path)
    nodes = [
        _node(one, _role(at, length), _mark(one, common) or change, is_compared=is_path)
        for at, (one, change) in enumerate(zip(path, changes, strict=True))
    ]
    return nodes if is_path or not path else [*nodes, drawing.Certificate("Root", "none here", "", is_compared=False)]


def _node(one: ChainCertificate, role: str, note: str, *, is_compared: bool) -> drawing.Certificate:
    short = f"{base64_of(one.spki_sha256.hex())[:8]}…" if one.spki_sha256 else "not known"
    name = one.common_name or "" if isinstance(one, Certificate) else "key known" if one.spki_sha256 else ""
    return drawing.Certificate(role, short, note or name, _digests(one), is_compared)


def _pin(entry: ExplainedPin) -> drawing.Pin:
    is_dead = _is_dead(entry)
    note = DEAD.get(entry.pin.problem or "", "never matches") if is_dead else _whose(entry)
    return drawing.Pin(f"{_short(entry)}…", note, entry.pin.digest, is_dead)


def _is_dead(entry: ExplainedPin) -> bool:
    pin = entry.pin
    return pin.digest is None or entry.identity.role is PinRole.PLACEHOLDER or pin.problem == "wrong_length"


def _short(entry: ExplainedPin) -> str:
    return entry.pin.text.removeprefix("sha256/").removeprefix("sha1/")[:8]


def _whose(entry: ExplainedPin) -> str:
    return "unknown key" if entry.identity.role is PinRole.UNKNOWN else f"{entry.identity.role.value} key"


def _pin_row(
    number: int,
    entry: ExplainedPin,
    now: Sequence[tuple[str, frozenset[bytes]]],
    after: Sequence[tuple[str, frozenset[bytes]]],
) -> PinRow:
    pin, is_dead = entry.pin, _is_dead(entry)
    digest = pin.digest or b""
    what = DEAD.get(pin.problem or "", "never matches") if is_dead else _whose(entry)
    label = entry.identity.label
    named = f"{what} of {label}" if label and not is_dead else what
    is_key = pin.kind is PinKind.SPKI_SHA256 and len(digest) == 32
    fits = [_fits(digest, path) if not is_dead else "" for path in (now, after)]
    shown = key_of_certificate(digest.hex(), named, entry.identity.certificate) if is_key else None
    return PinRow(number, shown, _short(entry), named, *fits)


def _fits(digest: bytes, path: Iterable[tuple[str, frozenset[bytes]]]) -> str:
    return listed(list(dict.fromkeys(role.lower() for role, digests in path if digest in digests)))
