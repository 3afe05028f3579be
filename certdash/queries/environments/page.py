"""One environment: what each host serves, when it changes and how we know, and which apps depend on it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from certdash.drawing import lifetime
from certdash.drawing.scale import Scale
from certdash.models import Endpoint, Environment, Finding, Hosting, Observation, Profile, Verdict
from certdash.queries.access import Access
from certdash.queries.environments.apps import AppRow, app_rows, moves, ready_words, seen_at
from certdash.queries.environments.chains import CertificateRow, Links, certificate_rows, links_of
from certdash.queries.environments.forecast import Fact, forecast_facts, is_public, known_next
from certdash.queries.environments.histories import Change, history
from certdash.queries.environments.served_lanes import ServedHistory, served_history
from certdash.queries.environments.words import EVIDENCE, environment_sentence
from certdash.queries.findings.list import FindingRow, finding_row
from certdash.queries.formatting import (
    Moment,
    Part,
    Sentence,
    address,
    moment,
    value_of,
    window_words,
)
from certdash.queries.loading import chain_values, trust_stores
from certdash.queries.standing import effective_value, in_use, is_stale, stale_before
from pins.verdict import Value

MOST_VERDICTS = 200


@dataclass(frozen=True, slots=True)
class Served:
    """One chain that a host serves, and at which addresses."""

    addresses: str
    profile: str
    since: Moment
    certificates: tuple[CertificateRow, ...]


@dataclass(frozen=True, slots=True)
class EndpointView:
    pk: int
    name: str
    kind: str
    value: str
    failure: str
    served: tuple[Served, ...]
    bar: lifetime.LifetimeBar
    window: str
    evidence: str
    successor_url: str
    age: Moment
    forecast: tuple[Fact, ...] = ()
    moves: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class EnvironmentPage:
    pk: int
    name: str
    customer: str
    customer_pk: int
    stage: str
    is_self_managed: bool
    value: str
    sentence: Sentence
    age: Moment
    scale: lifetime.ScaleHead
    endpoints: tuple[EndpointView, ...]
    apps: tuple[AppRow, ...]
    ready_apps: tuple[AppRow, ...]
    ready_words: str
    history: tuple[Change, ...]
    served: ServedHistory | None
    is_read: bool
    findings: tuple[FindingRow, ...]


def environment_page(environment: Environment, access: Access, now: datetime) -> EnvironmentPage:
    endpoints = list(
        Endpoint.objects.filter(environment=environment, archived_at=None).select_related(
            "schedule", "platform_domain", "environment", "chain"
        )
    )
    seen = _observations(endpoints)
    links = links_of(
        {one.chain_id for one in seen if one.chain_id} | {one.chain_id for one in endpoints if one.chain_id}
    )
    verdicts = list(_verdicts(endpoints))
    rows = app_rows(verdicts, now)
    ready = tuple(row for row in rows if row.value == Value.READY)
    scale = lifetime.scale_for((one.window_end for one in endpoints), now)
    worst = _worst(verdicts, now)
    views = tuple(_endpoint(one, seen, links, worst, scale, now, _successor_url(one, access)) for one in endpoints)
    views = _forecast(views, endpoints, seen, links, now)
    views = tuple(replace(view, moves=moves(one, verdicts)) for view, one in zip(views, endpoints, strict=True))
    read = [one.schedule.last_seen_at for one in endpoints if _schedule(one) and one.schedule.last_seen_at]
    findings = Finding.objects.filter(endpoint__in=endpoints).select_related("endpoint__environment__customer")
    return EnvironmentPage(
        pk=environment.pk,
        name=environment.name,
        customer=environment.customer.name,
        customer_pk=environment.customer_id,
        stage=environment.get_stage_display(),
        is_self_managed=environment.hosting == Hosting.SELF_MANAGED,
        value=value_of(environment.badness),
        sentence=environment_sentence(environment, endpoints, verdicts, now),
        age=moment(min(read, default=None), now, stale_after=now - stale_before(now)),
        scale=lifetime.head_of(scale),
        endpoints=views,
        apps=tuple(row for row in rows if row.value != Value.READY),
        ready_apps=ready,
        ready_words=ready_words(ready, is_all=len(ready) == len(rows)),
        history=history(seen, links, now),
        served=served_history(seen, links, now),
        is_read=any(one.chain_id for one in endpoints),
        findings=tuple(finding_row(one, now) for one in findings),
    )


def _observations(endpoints: list[Endpoint]) -> list[Observation]:
    rows = Observation.objects.filter(endpoint__in=endpoints).select_related("endpoint")
    return list(rows.order_by("-first_seen_at")[:400])


def _verdicts(endpoints: list[Endpoint]) -> QuerySet[Verdict]:
    rows = Verdict.objects.filter(in_use(), endpoint__in=endpoints).defer("decisions", "counterexample")
    return rows.select_related("release__app", "endpoint__schedule").order_by("badness", "pk")[:MOST_VERDICTS]


def _schedule(endpoint: Endpoint) -> bool:
    return hasattr(endpoint, "schedule")


def _worst(verdicts: Iterable[Verdict], now: datetime) -> dict[int, Value]:
    """The worst verdict of each endpoint, with its age applied."""
    found: dict[int, Value] = {}
    for one in verdicts:
        if one.endpoint is not None:
            value = effective_value(one.value, seen_at(one.endpoint), now)
            found[one.endpoint.pk] = min(value, found.get(one.endpoint.pk, value), key=lambda each: each.badness)
    return found


def _endpoint(
    one: Endpoint,
    seen: list[Observation],
    links: Links,
    worst: dict[int, Value],
    scale: Scale,
    now: datetime,
    successor_url: str,
) -> EndpointView:
    last_seen = seen_at(one)
    is_unread = bool(one.failure) or is_stale(last_seen, now)
    value = worst.get(one.pk, Value.READY)
    return EndpointView(
        pk=one.pk,
        name=str(one),
        kind=f"default, under {one.platform_domain}" if one.platform_domain else "custom domain",
        value=Value.UNKNOWN if is_unread and value.badness > Value.UNKNOWN.badness else value,
        failure=one.failure.rstrip("."),
        served=_served([each for each in seen if each.endpoint_id == one.pk], links, now),
        bar=lifetime.bar(_life(one, links, value, last_seen if one.failure else None), scale),
        window=window_words(one.window_start, one.window_end, now),
        evidence=EVIDENCE.get(one.window_evidence, ""),
        successor_url=successor_url,
        age=moment(last_seen, now, stale_after=now - stale_before(now)),
    )


def _forecast(
    views: tuple[EndpointView, ...],
    endpoints: list[Endpoint],
    seen: list[Observation],
    links: Links,
    now: datetime,
) -> tuple[EndpointView, ...]:
    first = _first_to_end(seen, links)
    chains = chain_values(set(first.values()))
    stores = trust_stores()
    public = {pk: is_public(chain, stores) for pk, chain in chains.items()}
    coming = known_next(endpoints)
    return tuple(
        replace(
            view,
            forecast=forecast_facts(
                one,
                chains[first[one.pk]][0],
                [each for each in seen if each.endpoint_id == one.pk],
                links,
                now,
                is_public=public[first[one.pk]],
                successor=coming.get(one.pk),
            ),
        )
        if one.pk in first
        else view
        for view, one in zip(views, endpoints, strict=True)
    )


def _first_to_end(seen: list[Observation], links: Links) -> dict[int, int]:
    """For each endpoint the served chain whose leaf ends first."""
    served = [one for one in seen if one.ended_at is None and one.chain_id in links]
    served.sort(key=lambda one: links[one.chain_id or 0][0].not_after, reverse=True)
    return {one.endpoint_id: one.chain_id for one in served if one.chain_id}


def _life(one: Endpoint, links: Links, value: Value, silent_since: datetime | None) -> lifetime.Life:
    leaf = next(iter(links.get(one.chain_id or 0, ())), None)
    if leaf is None:
        return lifetime.Life(value, silent_since=silent_since)
    return lifetime.Life(value, leaf.not_before, leaf.not_after, one.window_start, one.window_end, silent_since)


def _successor_url(one: Endpoint, access: Access) -> str:
    """Empty for who may not say what comes next: the certificate of a default host is the platform's."""
    if one.platform_domain_id:
        is_own = access.may_administer_platform
        return address("successor_new", platform_domain=one.platform_domain_id) if is_own else ""
    may = access.may_administer(one.environment.customer_id)
    return address("successor_new", endpoint=one.pk) if may else ""


def _served(seen: list[Observation], links: Links, now: datetime) -> tuple[Served, ...]:
    """Open observations with a chain, addresses that serve the same one together."""
    groups: dict[tuple[int, str], list[Observation]] = defaultdict(list)
    for one in seen:
        if one.ended_at is None and one.chain_id is not None:
            groups[one.chain_id, one.profile].append(one)
    return tuple(
        Served(
            addresses=", ".join(sorted(one.address for one in group)),
            profile="" if profile == Profile.ECDSA_FIRST else Profile(profile).label,
            since=moment(min(one.first_seen_at for one in group), now),
            certificates=certificate_rows(links.get(chain, ()), now),
        )
        for (chain, profile), group in sorted(groups.items(), key=lambda item: min(one.address for one in item[1]))
    )
