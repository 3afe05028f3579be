"""Findings in force: what is wrong with served certificates and with pin files, kept beside the verdicts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

from certdash.actions.bulk import insert_rows, update_rows
from certdash.models import App, Endpoint, Finding, PinRule, PinSet, Release
from certdash.queries.judging.contradictions import contradictions
from certdash.queries.judging.drift import newest_releases
from certdash.queries.judging.judging import Loaded
from certdash.queries.judging.known_keys import domains_serving
from certdash.queries.judging.pairs import pairs_of_releases
from certdash.queries.judging.pin_findings import drifts_of, knowledge_about, pin_set_findings, rotations_of
from certdash.queries.keys import among
from certdash.queries.loading import Chain, chunks, pin_set_value
from pins.chains import chain_findings
from pins.pinset import Problem


@dataclass(frozen=True, slots=True)
class Found:
    code: str
    text: str
    place: str = ""


class _Watched(NamedTuple):
    pk: int
    host: str
    domain_id: int | None


def find_in_endpoints(loaded: Loaded, *, now: datetime) -> None:
    """For every endpoint whose situation was loaded."""
    shared = _platform_leaves(loaded)
    known: dict[Chain, frozenset[Found]] = {}
    groups: dict[tuple[int, int | None, str], set[Found]] = {}
    found: dict[int, set[Found]] = {}
    # The first finding of a kind is the one that lists show: which one it is must not be left to the database.
    rows = Endpoint.objects.filter(pk__in=among(loaded.situations)).order_by("pk")
    for endpoint in map(_Watched._make, rows.values_list("pk", "host", "platform_domain_id")):
        parent = endpoint.host.partition(".")[2]
        group = id(loaded.situations[endpoint.pk]), endpoint.domain_id, parent
        if group in groups:
            found[endpoint.pk] = groups[group]
            continue
        found[endpoint.pk] = _of_endpoint(endpoint, loaded, shared, known)
        if endpoint.domain_id and _covers_all_below(parent, endpoint, loaded):
            groups[group] = found[endpoint.pk]
    for pk, text in contradictions(found).items():
        found[pk] = found[pk] | {Found("successor_contradicted", text)}
    _store("endpoint_id", found, Finding.objects.filter(endpoint__in=among(found)), now)


def find_in_pin_sets(release_ids: Collection[int], *, now: datetime) -> None:
    """For the pin sets in force; those of a replaced one go. A new file of one platform can make the other's differ."""
    if not release_ids:
        return
    releases = _with_twins(release_ids)
    in_force = PinSet.objects.filter(release__in=among(releases), replaced_at=None).order_by("pk")
    rows = list(in_force.only("release_id", "format", "source"))
    values = {row.pk: pin_set_value(row) for row in rows}
    owners = dict(
        App.objects.filter(pk__in=among({one.app_id for one in releases.values()})).values_list("pk", "customer_id")
    )
    customers = {row.pk: owners[releases[row.release_id].app_id] for row in rows}
    knowledge = knowledge_about(list(values.values()), set(customers.values()))
    ending = {row.release_id for row in rows if any(rule.expiration for rule in values[row.pk].rules)}
    rotations, drifts = rotations_of(pairs_of_releases(ending)), drifts_of(releases.values())
    found = {}
    for row in rows:
        about = rotations.get(row.release_id, {})
        problems = pin_set_findings(values[row.pk], knowledge, customers[row.pk], at=now, rotations=about)
        drift = drifts.get(row.pk)
        found[row.pk] = {_found(problem) for problem in (*problems, *([drift] if drift else []))}
    _store("pin_set_id", found, Finding.objects.filter(pin_set__release__in=among(releases)), now)


def with_end(release_ids: Collection[int]) -> set[int]:
    """Releases whose pins are switched off on some day: when their hosts rotate is a finding, whatever the verdict."""
    found: set[int] = set()
    for chunk in chunks(release_ids):
        rows = PinRule.objects.filter(
            pin_set__release__in=among(chunk), pin_set__replaced_at=None, expires_on__isnull=False
        )
        found.update(rows.values_list("pin_set__release_id", flat=True).distinct())
    return found


def _with_twins(release_ids: Collection[int]) -> dict[int, Release]:
    """With the newest releases of the same apps on every platform."""
    keys = set(release_ids)
    apps = Release.objects.filter(pk__in=among(keys)).order_by().values_list("app_id", flat=True).distinct()
    rows = Release.objects.filter(Q(pk__in=among(keys)) | Q(retired_at=None), app__in=among(apps)).order_by("pk")
    of_app: dict[int, list[Release]] = defaultdict(list)
    for release in rows.only("app_id", "platform", "version", "build", "retired_at"):
        of_app[release.app_id].append(release)
    newest = {one.pk for group in of_app.values() if len(group) > 1 for one in newest_releases(group)}
    return {one.pk: one for group in of_app.values() for one in group if one.pk in keys or one.pk in newest}


def _covers_all_below(parent: str, endpoint: _Watched, loaded: Loaded) -> bool:
    """Default hosts of one parent and situation differ in nothing where a wildcard covers them all."""
    return all(
        f"*.{parent}" in served.chain[0].dns_names and loaded.frame.cache.is_covered(endpoint.host, served.chain)
        for served in loaded.forecast_at(endpoint.pk).served
    )


def _of_endpoint(
    endpoint: _Watched, loaded: Loaded, shared: Mapping[bytes, str], known: dict[Chain, frozenset[Found]]
) -> set[Found]:
    situation = loaded.situations[endpoint.pk]
    found = set()
    if situation.failure:
        found.add(Found("endpoint_unreachable", situation.failure))
    if situation.is_rolling_out:
        found.add(Found("chains_differ", _difference(loaded, endpoint.pk)))
    for served in loaded.forecast_at(endpoint.pk).served:
        found |= _of_chain(served.chain, endpoint.host, loaded, known)
        owner = shared.get(served.chain[0].sha256)
        if endpoint.domain_id is None and owner:
            text = f"{endpoint.host} serves the certificate of {owner}."
            found.add(Found("platform_certificate_on_custom_domain", text))
    return found


def _of_chain(chain: Chain, host: str, loaded: Loaded, known: dict[Chain, frozenset[Found]]) -> frozenset[Found]:
    """Endpoints that a chain covers share its findings; only a wrong name is the host's own."""
    if not loaded.frame.cache.is_covered(host, chain):
        return _on_stores(chain, host, loaded)
    if chain not in known:
        known[chain] = _on_stores(chain, None, loaded)
    return known[chain]


def _on_stores(chain: Chain, host: str | None, loaded: Loaded) -> frozenset[Found]:
    return frozenset(
        Found(finding.code, finding.text)
        for store in loaded.frame.stores
        for finding in chain_findings(chain, store, host=host, instant=loaded.frame.now)
    )


def _difference(loaded: Loaded, endpoint_id: int) -> str:
    parts = []
    for served in loaded.situations[endpoint_id].served:
        leaf = loaded.frame.chains[served.chain_id][0]
        parts.append(f"{', '.join(served.addresses)} {leaf.sha256.hex()[:8]}… valid until {leaf.not_after:%-d %b %Y}")
    return "; ".join(parts) + "."


def _platform_leaves(loaded: Loaded) -> dict[bytes, str]:
    """Leaves that default hosts serve, by their hash, for the custom hosts among these endpoints."""
    leaves = {chain[0].sha256.hex() for chain in loaded.frame.chains.values()}
    return {bytes.fromhex(sha256): f"*.{domain}" for sha256, domain in domains_serving(leaves).items()}


def _found(problem: Problem) -> Found:
    return Found(problem.code, problem.message, str(problem.place)[:120])


def _store(column: str, found: Mapping[int, Iterable[Found]], stored: QuerySet[Finding], now: datetime) -> None:
    """A finding that stays keeps the day of its first sight, whatever its sentence says now."""
    before: dict[tuple[int, str, str], list[tuple[int, str]]] = defaultdict(list)
    for subject, code, place, *row in stored.order_by().values_list(column, "code", "place", "pk", "text"):
        before[subject, code, place].append((row[0], row[1]))
    created: list[tuple[object, ...]] = []
    reworded: list[tuple[int, str]] = []
    for key, entries in found.items():
        for entry in sorted(entries, key=lambda one: (one.code, one.place, one.text)):
            kept = before.get((key, entry.code, entry.place))
            if not kept:
                created.append((key, entry.code, entry.text, entry.place, now))
            elif (row := kept.pop())[1] != entry.text:
                reworded.append((row[0], entry.text))
    Finding.objects.filter(pk__in=among(pk for rows in before.values() for pk, _ in rows)).delete()
    update_rows(Finding, ("text",), reworded)
    insert_rows(Finding, (column.removesuffix("_id"), "code", "text", "place", "first_seen_at"), created)
