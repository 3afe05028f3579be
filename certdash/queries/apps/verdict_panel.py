"""The explanation of one cell: the drawing, the evidence, what would settle it, how old the data is."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from certdash.models import App, Successor, SuccessorKind, Verdict
from certdash.queries.apps.client_words import client_name
from certdash.queries.apps.corrected import REPAIRABLE, Corrected, corrected_view
from certdash.queries.apps.verdict_drawing import (
    Picture,
    PinRow,
    StoreLine,
    pictures,
    pin_rows,
    store_lines,
    stores_words,
)
from certdash.queries.formatting import Moment, Part, Sentence, day, days_left, listed, moment, span
from certdash.queries.judging.explaining import Explanation, explain
from certdash.queries.risk.lead_words import lead_of
from certdash.queries.settling import settles
from certdash.queries.standing import effective_value, stale_before
from pins.scenarios import Likelihood, Scenario
from pins.verdict import Value

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
    pictures: tuple[Picture, ...]
    pins: tuple[PinRow, ...]
    stores: tuple[StoreLine, ...]
    stores_words: str
    settles: str
    evidence: Sentence
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
    heads = ("Served now", "Pins", f"Next, {_from(row, now)}")
    value = effective_value(row.value, found.seen_at, now) if row.endpoint_id else Value(row.value)
    drawn, stores = pictures(found, heads, value.value), store_lines(found)
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
        pictures=drawn,
        pins=pin_rows(found),
        stores=stores,
        stores_words=stores_words(stores, len(drawn)),
        settles=settles(row),
        evidence=_evidence(row, now),
        fails_under=_fails_under(found),
        ship_by=day(row.ship_by, now) if row.ship_by else "",
        ship_by_left=days_left(row.ship_by, now) if row.ship_by else "",
        lead=lead_of(app),
        age=moment(found.seen_at, now, stale_after=now - stale_before(now)),
        is_stale=found.is_stale,
        clients=listed(sorted({client_name(judged.decision.client) for judged in found.verdict.decisions})),
        corrected=corrected_view(row.release, now) if value in REPAIRABLE else None,
    )


def _evidence(row: Verdict, now: datetime) -> Sentence:
    """What the next chain rests on; of a registered one what it is, who said so and when, and where it is announced."""
    known = _registered(row) if row.evidence == "registered" else None
    if known is None:
        return (Part(EVIDENCE.get(row.evidence, row.evidence)),)
    by = f" by {known.registered_by}" if known.registered_by else ""
    kind = SuccessorKind(known.kind).label
    words = Part(f"registered: {kind}{by}, {day(known.registered_at, now)}")
    return (words, Part(", "), Part("announcement", known.source_url)) if known.source_url else (words,)


def _registered(row: Verdict) -> Successor | None:
    """The one in force: an endpoint's own before that of its platform domain."""
    if row.endpoint is None:
        return None
    rows = Successor.objects.filter(withdrawn_at=None).select_related("registered_by").order_by("-registered_at", "-pk")
    own = rows.filter(endpoint=row.endpoint).first()
    return own or rows.filter(platform_domain=row.endpoint.platform_domain_id or 0).first()


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


def _fails_under(found: Explanation) -> str:
    blocked = [one for one in found.verdict.decisions if one.decision.outcome.is_blocked]
    counted = [one for one in blocked if one.likelihood is not Likelihood.REMOTE]
    names = dict.fromkeys(SCENARIOS[one.scenario] for one in counted)
    return listed(list(names)) or "no chain that counts"
