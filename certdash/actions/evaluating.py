"""Evaluation: decide anew what a change touches and store what differs: verdicts, findings, rotations, standing."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from certdash.actions import findings, probing, rotations, serving, standing, telling, verdict_rows
from certdash.actions.turns import take_turn_alone
from certdash.models import Endpoint, ProbeSchedule, Release, Verdict
from certdash.queries.judging.judging import judge_cells, load
from certdash.queries.judging.pairs import Pair, pairs_of_releases, parents_of, releases_at, watched_endpoints
from certdash.queries.keys import among


@transaction.atomic
def evaluate_endpoints(endpoint_ids: Collection[int], *, now: datetime) -> frozenset[int]:
    """After new observations, a new successor or a new window.

    Gives the platform domains on which a rotation was just noticed: all their other endpoints need an evaluation too,
    which the caller enqueues. What was predicted is frozen before any verdict is written.
    """
    take_turn_alone()
    keys = set(endpoint_ids)
    domains = _noticed(keys, now)
    watched = _watched(keys)
    releases = releases_at(watched)
    pairs = [pair for pair in pairs_of_releases(releases) if pair.endpoint_id in watched]
    loaded = load(pairs, now=now, endpoint_ids=watched)
    stored = Verdict.objects.filter(endpoint__in=among(keys))
    touched = verdict_rows.store(judge_cells(pairs, loaded), stored, now=now)
    moved = _settle_unwatched(touched.left | _met_anew(releases, watched), now)
    standing.derive_endpoints(loaded.situations, loaded.forecasts)
    findings.find_in_endpoints(loaded, now=now)
    findings.find_in_pin_sets(touched.releases | findings.with_end(releases), now=now)
    rotations.settle(watched, now=now)
    _derive(touched.releases | moved, keys, now)
    probing.mark_evaluated(keys, now=now)
    return domains


@transaction.atomic
def evaluate_releases(release_ids: Collection[int], *, now: datetime) -> frozenset[int]:
    """After a change of pin sets, releases, or the environments of their app.

    Here too a rotation may be noticed first: what was predicted is frozen before a row is overwritten.
    """
    take_turn_alone()
    keys = set(release_ids)
    pairs = pairs_of_releases(keys)
    domains = _noticed(_keys(pairs), now)
    before = _endpoints_of(keys)
    loaded = load(pairs, now=now)
    stored = Verdict.objects.filter(release__in=among(keys))
    verdict_rows.store(judge_cells(pairs, loaded), stored, now=now)
    findings.find_in_pin_sets(keys, now=now)
    _derive(keys, before | _keys(pairs), now)
    return domains


@transaction.atomic
def refresh_kept() -> None:
    """What lists are filtered by, anew: whatever was written past an evaluation or a count is right again."""
    take_turn_alone()
    rotations.mark_stopping()
    serving.recount()


def endpoints_of_domain(platform_domain_id: int) -> list[int]:
    return list(watched_endpoints().filter(platform_domain=platform_domain_id).values_list("pk", flat=True))


def _noticed(endpoint_ids: Collection[int], now: datetime) -> frozenset[int]:
    """The mark makes the beat ask again for the rest of the domain, should the caller's message get lost."""
    begun = rotations.begin(endpoint_ids, now=now)
    domains = frozenset(rotation.platform_domain_id for rotation in begun if rotation.platform_domain_id)
    if domains:
        concerned = ProbeSchedule.objects.filter(endpoint__platform_domain__in=domains, unevaluated_since=None)
        concerned.update(unevaluated_since=now)
    return domains


def _met_anew(release_ids: Collection[int], endpoint_ids: Collection[int]) -> set[int]:
    """Those with a host on record as watched by nobody that one of these endpoints is, or lies below."""
    hosts = Endpoint.objects.filter(pk__in=among(endpoint_ids)).order_by().values_list("host", flat=True)
    names = {parent for host in hosts.distinct() for parent in parents_of(host)}
    rows = Verdict.objects.filter(release__in=among(release_ids), endpoint=None).order_by()
    return {pk for pk, host in rows.values_list("release_id", "host") if host in names}


def _settle_unwatched(release_ids: Collection[int], now: datetime) -> set[int]:
    """The hosts that these releases name and nobody watches, anew; gives those of which a row changed.

    Nobody else notices in time: while the evaluation of everything is hours away, an app whose host was archived would
    stay green, and one whose host has come to be watched would stay unknown.
    """
    if not release_ids:
        return set()
    pairs = [pair for pair in pairs_of_releases(release_ids) if pair.endpoint_id is None]
    stored = Verdict.objects.filter(release__in=among(release_ids), endpoint=None)
    return verdict_rows.store(judge_cells(pairs, load(pairs, now=now)), stored, now=now).releases


def _watched(endpoint_ids: Collection[int]) -> set[int]:
    return set(watched_endpoints().filter(pk__in=among(endpoint_ids)).order_by().values_list("pk", flat=True))


def _endpoints_of(release_ids: Collection[int]) -> set[int]:
    rows = Verdict.objects.filter(release__in=among(release_ids), endpoint__isnull=False)
    return {pk for pk in rows.values_list("endpoint_id", flat=True) if pk}


def _keys(pairs: Collection[Pair]) -> set[int]:
    return {pair.endpoint_id for pair in pairs if pair.endpoint_id is not None}


def _derive(release_ids: Collection[int], endpoint_ids: Collection[int], now: datetime) -> None:
    environments = Endpoint.objects.filter(pk__in=among(endpoint_ids)).values_list("environment_id", flat=True)
    apps = set(Release.objects.filter(pk__in=among(release_ids)).values_list("app_id", flat=True))
    standing.derive_environments(environments.order_by().distinct(), now=now)
    before = telling.standing_of(apps)
    standing.derive_apps(apps, now=now)
    rotations.mark_stopping(endpoint_ids)
    telling.tell_worse_apps(before, now=now)
