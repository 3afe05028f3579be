"""The explanation of one cell: the drawing, the evidence, what would settle it, how old the data is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from certdash.drawing import chain as drawing
from certdash.models import App, Verdict
from certdash.queries.client_words import client_name
from certdash.queries.corrected import Corrected, corrected_view
from certdash.queries.explaining import ExplainedPin, Explanation, explain
from certdash.queries.formatting import Moment, base64_of, day, days_left, listed, moment, span
from certdash.queries.settling import settles
from certdash.queries.standing import effective_value, stale_before
from pins.certificate import Certificate, ChainCertificate
from pins.identify import PinRole
from pins.scenarios import Likelihood, Scenario
from pins.verdict import Judged, Value

WIDE, NARROW = 480, 358
REPAIRABLE = (Value.FAILING, Value.WILL_FAIL, Value.AT_RISK, Value.UNPROTECTED)
EVIDENCE = {
    "rolling_out": "rolling out: some addresses serve it already",
    "registered": "registered by the certificate's owner",
    "logged": "logged: seen in Certificate Transparency",
    "assumed": "assumed from what is served now; nobody has registered the next certificate",
    "": "what is served now",
}
SCENARIOS = {
    Scenario.SERVED: "the chain that is served now",
    Scenario.ROLLING_OUT: "the chain that is rolling out",
    Scenario.REGISTERED: "the registered successor",
    Scenario.LOGGED: "the logged successor",
    Scenario.SAME_KEY: "a renewal with the same key",
    Scenario.NEW_KEY_SAME_INTERMEDIATE: "a new key under the same intermediate",
    Scenario.SIBLING_INTERMEDIATE: "a sibling intermediate",
    Scenario.REISSUED_INTERMEDIATE: "a re-issued intermediate",
    Scenario.OTHER_KEY_TYPE: "another key type",
    Scenario.NEW_ROOT: "a new root",
    Scenario.CROSS_SIGNED_ROOT: "a cross-signed root",
    Scenario.OTHER_CA: "another CA",
}
DEAD = {
    "placeholder_pin": "placeholder",
    "hash_of_empty_input": "hash of nothing",
    "hash_of_newline": "hash of nothing",
}


@dataclass(frozen=True, slots=True)
class StoreLine:
    """What one trust store makes of the host, now and next."""

    name: str
    now: str
    next: str


@dataclass(frozen=True, slots=True)
class Panel:
    url: str
    release: str
    host: str
    now: str
    now_words: str
    next: str
    next_words: str
    reason: str
    wide: drawing.Drawing
    narrow: drawing.Drawing
    stores: tuple[StoreLine, ...]
    stores_words: str
    settles: str
    evidence: str
    fails_under: str
    ship_by: str
    ship_by_left: str
    lead: str
    age: Moment
    is_stale: bool
    clients: str
    corrected: Corrected | None


def panel(row: Verdict, app: App, now: datetime) -> Panel:
    """`row` comes with its release, the release's app and its endpoint."""
    found = explain(row, now=now)
    columns = _columns(found)
    heads = ("Served now", "Pins", f"Next, {_from(row, now)}")
    value = effective_value(row.value, found.seen_at, now) if row.endpoint_id else Value(row.value)
    now_value = Value(row.now)
    return Panel(
        url=reverse("verdict", args=(app.pk, row.pk)),
        release=str(row.release),
        host=row.host,
        now=now_value.value,
        now_words=_now_words(now_value),
        next=value.value,
        next_words=_next_words(value, row, now),
        reason=row.reason,
        wide=drawing.draw(columns, WIDE, heads=heads, verdict=value.value),
        narrow=drawing.draw(columns, NARROW, heads=("Now", "Pins", "Next"), verdict=value.value),
        stores=_stores(found),
        stores_words=_stores_words(found),
        settles=settles(row),
        evidence=EVIDENCE.get(row.evidence, row.evidence),
        fails_under=_fails_under(found),
        ship_by=day(row.ship_by, now) if row.ship_by else "",
        ship_by_left=days_left(row.ship_by, now) if row.ship_by else "",
        lead=_lead(app),
        age=moment(found.seen_at, now, stale_after=now - stale_before(now)),
        is_stale=found.is_stale,
        clients=listed(sorted({client_name(judged.decision.client) for judged in found.verdict.decisions})),
        corrected=corrected_view(row.release, now) if value in REPAIRABLE else None,
    )


def _from(row: Verdict, now: datetime) -> str:
    if row.window_end is None:
        return "not known"
    return span(row.window_start, row.window_end, now)


def _now_words(value: Value) -> str:
    if value is Value.FAILING:
        return "fails now"
    return "unknown now" if value is Value.UNKNOWN else "connects now"


def _next_words(value: Value, row: Verdict, now: datetime) -> str:
    words = value.value.replace("_", " ")
    if value is Value.WILL_FAIL and row.window_start:
        return f"will fail from {day(max(row.window_start, now), now)} at the earliest"
    return words


def _columns(found: Explanation) -> drawing.Columns:
    now = next((judged for judged in found.decisions("now") if judged.decision.path), None)
    served = now.decision.path if now else found.forecast.served[0].chain if found.forecast.served else ()
    after = _next_path(found)
    known = {one.spki_sha256 for one in served}
    return drawing.Columns(
        [_node(one, at, len(served), "") for at, one in enumerate(served)],
        [_pin(entry) for entry in _distinct(found.pins)],
        [_node(one, at, len(after), "same" if one.spki_sha256 in known else "new") for at, one in enumerate(after)],
    )


def _next_path(found: Explanation) -> Sequence[ChainCertificate]:
    """The path under which it fails, else the expected one; a chain that gives no path is shown as it is served."""
    example = found.verdict.counterexample
    counted = [judged for judged in found.decisions("next") if judged.likelihood is not Likelihood.REMOTE]
    chosen = example if example and example.when == "next" else next(iter(counted), None)
    if chosen and chosen.decision.path:
        return chosen.decision.path
    scenario = chosen.scenario if chosen else None
    chains = [one.chain for one in found.forecast.successors if scenario is None or one.scenario is scenario]
    return chains[0] if chains else ()


def _distinct(pins: Iterable[ExplainedPin]) -> list[ExplainedPin]:
    return list({entry.pin.text: entry for entry in pins}.values())


def _node(one: ChainCertificate, at: int, length: int, change: str) -> drawing.Certificate:
    role = "Leaf" if at == 0 else "Root" if at == length - 1 and length > 1 else "Intermediate"
    digests = frozenset(digest for digest in (one.spki_sha256, one.spki_sha1, one.sha256, one.sha1) if digest)
    short = f"{base64_of(one.spki_sha256.hex())[:8]}…" if one.spki_sha256 else "not known"
    name = one.common_name or "" if isinstance(one, Certificate) else "key known" if one.spki_sha256 else ""
    return drawing.Certificate(role, short, change or name, digests)


def _pin(entry: ExplainedPin) -> drawing.Pin:
    pin = entry.pin
    short = f"{pin.text.removeprefix('sha256/').removeprefix('sha1/')[:8]}…"
    is_dead = pin.digest is None or entry.identity.role is PinRole.PLACEHOLDER or pin.problem == "wrong_length"
    note = DEAD.get(pin.problem or "", "never matches") if is_dead else _role(entry)
    return drawing.Pin(short, note, pin.digest, is_dead)


def _role(entry: ExplainedPin) -> str:
    return "unknown key" if entry.identity.role is PinRole.UNKNOWN else f"{entry.identity.role.value} key"


def _stores(found: Explanation) -> tuple[StoreLine, ...]:
    now, after = found.by_store("now"), found.by_store("next")
    names = dict.fromkeys([*now, *after])
    return tuple(StoreLine(name, _outcome(now.get(name, ())), _outcome(after.get(name, ()))) for name in names)


def _outcome(decisions: Sequence[Judged]) -> str:
    """The worst of a store's decisions that count, in words."""
    counted = [one for one in decisions if one.likelihood is not Likelihood.REMOTE]
    worst = next((one for one in counted if one.decision.outcome.is_blocked), next(iter(counted), None))
    return worst.decision.outcome.value.replace("_", " ") if worst else "not known"


def _stores_words(found: Explanation) -> str:
    rows = _stores(found)
    if not rows:
        return ""
    names = listed([row.name for row in rows])
    if len({(row.now, row.next) for row in rows}) > 1:
        return "The trust stores in scope disagree."
    where = f"all {len(rows)} trust stores" if len(rows) > 1 else "the trust store"
    return f"Same on {where} in scope: {names}."


def _fails_under(found: Explanation) -> str:
    blocked = [one for one in found.verdict.decisions if one.decision.outcome.is_blocked]
    counted = [one for one in blocked if one.likelihood is not Likelihood.REMOTE]
    names = dict.fromkeys(SCENARIOS[one.scenario] for one in counted)
    return listed(list(names)) or "no chain that counts"


def _lead(app: App) -> str:
    return (
        f"{app.review_days} d review + {app.adoption_days} d until {app.target_share} % have it + "
        f"{app.buffer_days} d buffer before the window opens"
    )
