"""Findings in force: what is wrong with served certificates and with pin files, kept beside the verdicts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from certdash.actions.bulk import update_rows
from certdash.models import Endpoint, Finding, PinSet
from certdash.queries.judging import Loaded
from certdash.queries.keys import among
from certdash.queries.loading import Chain, chunks, pin_set_value
from certdash.queries.pin_findings import Knowledge, knowledge_about, pin_set_findings
from pins.chains import chain_findings
from pins.pinset import PinSet as PinSetValue


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
    found: dict[int, set[Found]] = {}
    rows = Endpoint.objects.filter(pk__in=among(loaded.situations)).order_by()
    for row in rows.values_list("pk", "host", "platform_domain_id"):
        found[row[0]] = _of_endpoint(_Watched(*row), loaded, shared, known)
    _store("endpoint_id", found, Finding.objects.filter(endpoint__in=among(found)), now)


def find_in_pin_sets(release_ids: Collection[int], *, now: datetime) -> None:
    """For the pin sets in force; those of a replaced one go."""
    rows = [
        row
        for chunk in chunks(release_ids)
        for row in PinSet.objects.filter(release__in=among(chunk), replaced_at=None)
    ]
    values = {row.pk: pin_set_value(row) for row in rows}
    knowledge = knowledge_about(list(values.values()))
    found = {pk: _of_pin_set(value, knowledge, now) for pk, value in values.items()}
    _store("pin_set_id", found, Finding.objects.filter(pin_set__release__in=among(release_ids)), now)


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
    rows = Endpoint.objects.filter(platform_domain__isnull=False, chain__leaf__sha256__in=leaves).order_by()
    found = rows.values_list("chain__leaf__sha256", "platform_domain__domain").distinct()
    return {bytes.fromhex(sha256): f"*.{domain}" for sha256, domain in found if sha256 and domain}


def _of_pin_set(value: PinSetValue, knowledge: Knowledge, now: datetime) -> set[Found]:
    found = pin_set_findings(value, knowledge, at=now)
    return {Found(problem.code, problem.message, str(problem.place)[:120]) for problem in found}


def _store(column: str, found: Mapping[int, Iterable[Found]], stored: QuerySet[Finding], now: datetime) -> None:
    """A finding that stays keeps the day of its first sight, whatever its sentence says now."""
    before: dict[tuple[int, str, str], list[tuple[int, str]]] = defaultdict(list)
    for subject, code, place, *row in stored.order_by().values_list(column, "code", "place", "pk", "text"):
        before[subject, code, place].append((row[0], row[1]))
    created: list[Finding] = []
    reworded: list[tuple[int, str]] = []
    for key, entries in found.items():
        for entry in sorted(entries, key=lambda one: (one.code, one.place, one.text)):
            kept = before.get((key, entry.code, entry.place))
            if not kept:
                created.append(
                    Finding(code=entry.code, text=entry.text, place=entry.place, first_seen_at=now, **{column: key})
                )
            elif (row := kept.pop())[1] != entry.text:
                reworded.append((row[0], entry.text))
    Finding.objects.filter(pk__in=among(pk for rows in before.values() for pk, _ in rows)).delete()
    update_rows(Finding, ("text",), reworded)
    Finding.objects.bulk_create(created, batch_size=1000)
