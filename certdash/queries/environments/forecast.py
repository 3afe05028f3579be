"""Why an endpoint's next rotation is expected when it is, as facts side by side, and what follows it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Coalesce

from certdash.models import Endpoint, Observation, Profile, Rotation, RotationState
from certdash.queries.environments.chains import Links
from certdash.queries.environments.words import EVIDENCE
from certdash.queries.formatting import counted, full_day, number, span
from certdash.queries.loading import certificate_value
from pins.certificate import Certificate
from pins.forecast import Window, WindowEvidence, following
from pins.habits import rotating_habit
from pins.lifetimes import lifetime_days, maximum_days
from pins.paths import PathOrder, validated_paths
from pins.renewals import Renewal, TrackRecord, track_record
from pins.trust import TrustStore

HORIZON = timedelta(days=730)
MOST_FOLLOWING = 3


@dataclass(frozen=True, slots=True)
class Fact:
    """`source` says where a rule or habit is written down; empty for what was seen here."""

    label: str
    text: str
    source: str = ""


def forecast_facts(
    endpoint: Endpoint,
    leaf: Certificate,
    seen: Sequence[Observation],
    links: Links,
    now: datetime,
    *,
    is_public: bool,
    successor: Certificate | None = None,
) -> tuple[Fact, ...]:
    """`leaf` is the served one that ends first, `seen` what the endpoint served over time."""
    if endpoint.window_start is None or endpoint.window_end is None:
        return ()
    return (
        Fact("Window", _window(endpoint, now)),
        Fact("Expiry", _expiry(leaf)),
        *([Fact("Any day", ANY_DAY)] if endpoint.platform_domain_id else []),
        Fact("Past renewals", _past(track_record(tuple(_renewals(seen, links))))),
        *_habit(leaf),
        _policy(leaf, is_public=is_public),
        *_later(endpoint, leaf, successor, now, is_public=is_public),
    )


ANY_DAY = (
    "The platform owns this certificate and may replace it without notice: a release that is not ready can stop "
    "before the window, too."
)
POLICY = "CA/Browser Forum Baseline Requirements, section 6.3.2"


def _window(endpoint: Endpoint, now: datetime) -> str:
    because = EVIDENCE.get(endpoint.window_evidence, "")
    return f"{span(endpoint.window_start, endpoint.window_end, now)}{f': {because}' if because else ''}."


def _expiry(leaf: Certificate) -> str:
    days = lifetime_days(leaf.not_before, leaf.not_after)
    return f"The served certificate was issued for {days:,} days and ends on {full_day(leaf.not_after)}."


def _past(record: TrackRecord | None) -> str:
    if record is None:
        return "None was seen yet, so neither the key nor the intermediate is known to stay."
    of = f"of {number(record.count)}"
    kept = f"The key stayed in {record.kept_key} {of} renewals, the intermediate in {record.kept_intermediate} {of}."
    if record.count == 1:
        kept = f"One was seen: {_kept(record.kept_key)} key, {_kept(record.kept_intermediate)} intermediate."
        return f"{kept} It came {_lead(record.longest)}."
    leads = f"The earliest came {_lead(record.longest)}, half of them {_lead(record.middle)} or sooner"
    return f"{kept} {leads}, the latest {_lead(record.shortest)}."


def _kept(count: int) -> str:
    return "same" if count else "new"


def _lead(lead: timedelta) -> str:
    if lead < timedelta(0):
        return f"{counted(-(lead // timedelta(days=1)), 'day')} after expiry"
    return f"{counted(lead.days, 'day')} before expiry"


def _habit(leaf: Certificate) -> Iterator[Fact]:
    habit = rotating_habit(leaf)
    if habit:
        yield Fact("Authority", f"{habit.text}.", habit.source)


def _policy(leaf: Certificate, *, is_public: bool) -> Fact:
    if not is_public:
        return Fact("Policy", "A private authority: the lifetime limits of public certificates do not bind it.")
    limit = maximum_days(leaf.not_after)
    text = f"What is issued on {full_day(leaf.not_after)} may live {limit} days at most; the limits only get shorter."
    return Fact("Policy", text, POLICY)


def _later(
    endpoint: Endpoint, leaf: Certificate, successor: Certificate | None, now: datetime, *, is_public: bool
) -> Iterator[Fact]:
    if endpoint.window_start is None or endpoint.window_end is None:
        return
    evidence = WindowEvidence(endpoint.window_evidence or WindowEvidence.LIFETIME_RULE)
    any_day = endpoint.platform_domain_id is not None
    first = Window(endpoint.window_start, endpoint.window_end, evidence, any_day)
    windows = following(leaf, first, now=now, until=now + HORIZON, is_public=is_public, successor=successor)
    if not windows:
        return
    dates = "; ".join(span(one.earliest, one.latest, now) for one in windows[:MOST_FOLLOWING])
    more = len(windows) - MOST_FOLLOWING
    rest = f"; and {more} more until {full_day(now + HORIZON)}" if more > 0 else ""
    provided = "if each is replaced as early and lives as long as this one, or as its day allows"
    yield Fact("After that", f"{dates}{rest}, {provided}.")


def known_next(endpoints: Collection[Endpoint]) -> dict[int, Certificate]:
    """By endpoint the leaf that follows, where an open rotation knows it; none where that is served already."""
    domains = {one.platform_domain_id for one in endpoints if one.platform_domain_id}
    rows = Rotation.objects.exclude(state__in=(RotationState.DONE, RotationState.CANCELLED))
    rows = rows.filter(Q(platform_domain__in=domains) | Q(endpoint__in=[one.pk for one in endpoints]))
    columns = ("platform_domain_id", "endpoint_id", "leaf_id")
    known = Coalesce("actual_chain__leaf__der", "successor__chain__leaf__der")
    found = {
        tuple(place): certificate_value(bytes(der))
        for *place, der in rows.annotate(known=known).values_list(*columns, "known")
        if der
    }
    served = {one.pk: one.chain.leaf_id for one in endpoints if one.chain}
    places = {one.pk: (one.platform_domain_id, None if one.platform_domain_id else one.pk) for one in endpoints}
    return {pk: found[key] for pk, leaf in served.items() if (key := (*places[pk], leaf)) in found}


def is_public(chain: tuple[Certificate, ...], stores: Collection[TrustStore]) -> bool:
    """A chain that leads to no store is taken for a public one: shorter lifetimes are the safer guess."""
    leads = {store.is_public for store in stores if _leads_to(chain, store)}
    return True in leads or not leads


def _leads_to(chain: tuple[Certificate, ...], store: TrustStore) -> bool:
    return bool(validated_paths(chain, store, chain[0].not_before, PathOrder.CONSCRYPT).paths)


def _renewals(seen: Sequence[Observation], links: Links) -> Iterator[Renewal]:
    """Each change of the leaf once, however many addresses made it."""
    last: dict[str, int] = {}
    told: set[tuple[int, int]] = set()
    for one in sorted(seen, key=lambda entry: (entry.first_seen_at, entry.pk)):
        after = links.get(one.chain_id or 0)
        if one.profile != Profile.ECDSA_FIRST or not after or one.chain_id is None:
            continue
        before = links.get(last.get(one.address, 0))
        last[one.address] = one.chain_id
        if not before or before[0].pk == after[0].pk or (before[0].pk, after[0].pk) in told:
            continue
        told.add((before[0].pk, after[0].pk))
        old, new = ([each.spki_sha256 for each in chain[:2]] for chain in (before, after))
        yield Renewal(old[0] == new[0], old[1:] == new[1:], before[0].not_after - one.first_seen_at)
