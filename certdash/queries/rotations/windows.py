"""Every rotation window of the next year, with the apps that it stops: what the timeline draws and the report lists."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from certdash.drawing.timeline import Window
from certdash.models import Chain, Endpoint, Rotation, Stake
from certdash.queries.access import Access
from certdash.queries.environments.forecast import is_public
from certdash.queries.formatting import counted, span
from certdash.queries.loading import certificate_value, chain_values, trust_stores
from certdash.queries.prepared import ask, given, given_keys
from certdash.queries.risk.figures import NOBODY, STOPS, live_endpoints, visible_stakes
from pins import forecast
from pins.certificate import Certificate

MOST_LANES = 3
# Of a certificate that lives for days there are hundreds in a year.
MOST_LATER = 24
MOST_SMALL = 60
YEAR = timedelta(days=366)
Struck = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Named:
    """A window with the platform domain or host that it is of, and what its beginning rests on."""

    name: str
    evidence: str
    window: Window


def in_lanes(rotations: Iterable[Rotation], now: datetime) -> list[Rotation]:
    """Those of platform domains that can still happen within their window, the soonest first."""
    return [one for one in rotations if one.window_start and one.window_end and one.window_end > now][:MOST_LANES]


def platform_windows(rotations: Iterable[Rotation], struck: Struck, now: datetime) -> list[Named]:
    found = windows_by_rotation(in_lanes(rotations, now), struck, now)
    return [named for windows in found.values() for named in windows]


def windows_by_rotation(rotations: Sequence[Rotation], struck: Struck, now: datetime) -> dict[int, list[Named]]:
    """By key, each rotation itself and then those that follow it, as its hosts and apps tell them on their pages.

    `struck` says by platform domain how many apps are hit there, and how many of them stop.
    """
    private = _private({one.leaf_id for one in rotations})
    return {one.pk: _windows_of(one, struck, now, is_public=one.leaf_id not in private) for one in rotations}


def _private(leaf_ids: set[int]) -> set[int]:
    """Leaves of authorities that the limits of public certificates do not bind."""
    leaves = dict(Chain.objects.filter(leaf__in=leaf_ids).order_by().values_list("pk", "leaf_id"))
    stores = trust_stores()
    public = {leaves[pk] for pk, chain in chain_values(leaves).items() if is_public(chain, stores)}
    return set(leaves.values()) - public


def _windows_of(rotation: Rotation, struck: Struck, now: datetime, *, is_public: bool) -> list[Named]:
    start, end, name = rotation.window_start, rotation.window_end, str(rotation.platform_domain)
    if start is None or end is None:
        return []
    hit = struck.get(rotation.platform_domain_id or 0, NOBODY)
    counts = hit["stops"], hit["hit"] - hit["stops"]
    how = rotation.window_evidence.replace("_", " ") or "assumed"
    found = [Named(name, how, Window(start, end, *counts, f"{span(start, end, now)} · {how}"))]
    for one in itertools.islice(_following(rotation, start, end, now, is_public=is_public), MOST_LATER):
        words = f"{span(one.earliest, one.latest, now)} · assumed"
        found.append(Named(name, "assumed", Window(one.earliest, one.latest, *counts, words, at_least=True)))
    return found


def _following(
    rotation: Rotation, start: datetime, end: datetime, now: datetime, *, is_public: bool
) -> tuple[forecast.Window, ...]:
    evidence = forecast.WindowEvidence(rotation.window_evidence or forecast.WindowEvidence.PLATFORM_RULE)
    return forecast.following(
        certificate_value(bytes(rotation.leaf.der)),
        forecast.Window(start, end, evidence, any_day=True),
        now=now,
        until=now + YEAR,
        is_public=is_public,
        successor=_known_next(rotation),
    )


def _known_next(rotation: Rotation) -> Certificate | None:
    der = getattr(rotation, "next_leaf")  # noqa: B009  # annotated
    return certificate_value(bytes(der)) if der else None


def custom_windows(access: Access, now: datetime) -> list[Named]:
    """Windows of custom domains in the next year, those with most at stake first if there are too many.

    At most four statements, each held by an index however large the fleet: the worst stakes, their hosts, where those
    leave room the soonest, and who depends on them.
    """
    found = _at_stake(access, now)
    if len(found) < MOST_SMALL:
        soonest = ask(_soonest, access, now=now, end=now + YEAR)
        found |= {pk: endpoint for pk, *endpoint in soonest if pk not in found}
    kept = list(found.items())[:MOST_SMALL]
    counts = {pk: (fail, hit - fail) for pk, fail, hit in ask(_hit, access, hosts=[pk for pk, _ in kept])}
    return [_named(endpoint, counts.get(pk, (0, 0)), now) for pk, endpoint in kept]


COLUMNS = ("host", "window_evidence", "window_start", "window_end")


def _at_stake(access: Access, now: datetime) -> dict[int, Sequence[Any]]:
    """Hosts with the worst stakes, which have one for each app. Some of them may be out of view or of the year: that
    is asked here, because a database that is asked would look at all custom hosts of the year.
    """
    staked = dict.fromkeys(pk for (pk,) in ask(_staked, access))
    keys = list(itertools.islice(staked, 2 * MOST_SMALL))
    hosts = {pk: endpoint for pk, *endpoint in ask(_hosts, access, hosts=keys)}
    return {pk: hosts[pk] for pk in keys if pk in hosts and hosts[pk][3] > now and hosts[pk][2] < now + YEAR}


def _staked(access: Access) -> QuerySet[Stake, Any]:
    rows = visible_stakes(access).filter(endpoint__isnull=False).order_by("badness", "window_start", "endpoint_id")
    return rows.values_list("endpoint_id")[: 4 * MOST_SMALL]


def _hosts(access: Access) -> QuerySet[Endpoint, Any]:
    rows = live_endpoints(access).filter(pk__in=given_keys("hosts"), window_end__isnull=False)
    return rows.values_list("pk", *COLUMNS)


def _soonest(access: Access) -> QuerySet[Endpoint, Any]:
    rows = live_endpoints(access).filter(platform_domain=None)
    rows = rows.filter(window_end__gt=given("now"), window_start__lt=given("end"))
    return rows.order_by("window_start", "host").values_list("pk", *COLUMNS)[:MOST_SMALL]


def _hit(access: Access) -> QuerySet[Stake, Any]:
    """Apps that stop, and apps that stop or are at risk, by custom endpoint."""
    rows = visible_stakes(access).filter(endpoint__in=given_keys("hosts")).values_list("endpoint")
    return rows.annotate(fail=Count("pk", filter=Q(badness__lte=STOPS)), hit=Count("pk"))


def _named(endpoint: Sequence[Any], hit: tuple[int, int], now: datetime) -> Named:
    host, how, start, end = endpoint
    fail, risk = hit
    words = f"{host}: {span(start, end, now)}, {counted(fail, 'app')} fail, {risk} at risk"
    evidence = "assumed" if how.endswith("_rule") or not how else how.replace("_", " ")
    return Named(host, evidence, Window(start, end, fail, risk, words))
