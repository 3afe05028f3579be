"""Which releases meet which hosts: linked environments, and every concrete host that a pin set names."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from certdash.models import App, Endpoint, PinRule, Release
from certdash.queries.keys import among
from certdash.queries.loading import chunks


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """One cell of the matrix. Without an endpoint it is a host that a pin set names and nobody watches."""

    release_id: int
    endpoint_id: int | None
    host: str


@dataclass(frozen=True, slots=True)
class _Named:
    host: str
    includes_subdomains: bool


def pairs_of_releases(release_ids: Collection[int]) -> list[Pair]:
    """Every cell of these releases; none for a retired release or an archived app."""
    apps = _releases_by_app(release_ids)
    linked = _linked_endpoints(apps)
    named = _named_hosts([pk for releases in apps.values() for pk in releases])
    hosts = {entry.host for entries in named.values() for entry in entries}
    customers = dict(App.objects.filter(pk__in=among(apps)).values_list("pk", "customer_id"))
    watched = _watched(hosts, set(customers.values()))
    pairs = []
    for app_id, releases in apps.items():
        for pk in releases:
            pairs += _cells(pk, linked[app_id], named[pk], watched[customers[app_id]])
    return pairs


def releases_at(endpoint_ids: Collection[int]) -> set[int]:
    """The releases that have one of these endpoints in a cell."""
    found: set[int] = set()
    for chunk in chunks(endpoint_ids):
        endpoints = Endpoint.objects.filter(pk__in=among(chunk))
        in_use = Release.objects.filter(retired_at=None, app__archived_at=None)
        found.update(in_use.filter(app__environments__endpoints__in=among(chunk)).values_list("pk", flat=True))
        rules = PinRule.objects.filter(pin_set__replaced_at=None, host__in=endpoints.values("host"))
        named = in_use.filter(pin_sets__rules__in=rules)
        customers = endpoints.values("environment__customer")
        found.update(named.filter(app__customer__in=customers).values_list("pk", flat=True))
    return found


def watched_endpoints() -> QuerySet[Endpoint]:
    """Endpoints in force: neither they nor their environment or customer is archived."""
    return Endpoint.objects.filter(
        archived_at=None, environment__archived_at=None, environment__customer__archived_at=None
    )


def candidate_pairs(app: App, hosts: Iterable[tuple[str, bool]]) -> list[Pair]:
    """The cells that a new pin set of this app would have; `hosts` are its concrete hosts and their subdomain flags."""
    named = [_Named(host, includes) for host, includes in hosts]
    watched = _watched({entry.host for entry in named}, {app.customer_id})
    return _cells(0, _linked_endpoints([app.pk])[app.pk], named, watched[app.customer_id])


def _releases_by_app(release_ids: Collection[int]) -> dict[int, list[int]]:
    apps: dict[int, list[int]] = defaultdict(list)
    for chunk in chunks(release_ids):
        rows = Release.objects.filter(
            pk__in=among(chunk), retired_at=None, app__archived_at=None, app__customer__archived_at=None
        )
        for pk, app_id in rows.order_by("pk").values_list("pk", "app_id"):
            apps[app_id].append(pk)
    return apps


def _linked_endpoints(app_ids: Iterable[int]) -> dict[int, dict[int, str]]:
    linked: dict[int, dict[int, str]] = defaultdict(dict)
    for chunk in chunks(app_ids):
        rows = watched_endpoints().filter(environment__apps__in=among(chunk)).order_by("pk")
        for app_id, pk, host in rows.values_list("environment__apps", "pk", "host"):
            linked[app_id][pk] = host
    return linked


def _named_hosts(release_ids: Collection[int]) -> dict[int, list[_Named]]:
    named: dict[int, list[_Named]] = defaultdict(list)
    for chunk in chunks(release_ids):
        rules = PinRule.objects.filter(pin_set__release__in=among(chunk), pin_set__replaced_at=None).exclude(host="")
        for pk, host, includes in rules.values_list("pin_set__release_id", "host", "include_subdomains").distinct():
            named[pk].append(_Named(host, includes))
    return named


def _watched(hosts: Collection[str], customer_ids: Collection[int]) -> dict[int, dict[str, list[int]]]:
    """Endpoints by customer and host; a host that another customer watches stays unknown to this one."""
    found: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for chunk in chunks(hosts):
        rows = watched_endpoints().filter(host__in=among(chunk)).order_by("pk")
        for customer_id, host, pk in rows.values_list("environment__customer_id", "host", "pk"):
            if customer_id in customer_ids:
                found[customer_id][host].append(pk)
    return found


def _cells(
    release_id: int, linked: dict[int, str], named: Iterable[_Named], watched: dict[str, list[int]]
) -> list[Pair]:
    cells = dict(linked)
    unwatched = []
    for entry in named:
        keys = watched.get(entry.host, [])
        cells.update(dict.fromkeys(keys, entry.host))
        if not keys:
            unwatched.append(entry)
    hosts = list(cells.values())
    # A parent that only stands for its subdomains is no host of its own while one of those is watched.
    lonely = {entry.host for entry in unwatched if not _stands_for_others(entry, hosts)}
    watched_cells = [Pair(release_id, pk, host) for pk, host in cells.items()]
    return watched_cells + [Pair(release_id, None, host) for host in sorted(lonely)]


def _stands_for_others(entry: _Named, hosts: list[str]) -> bool:
    return entry.includes_subdomains and any(host.endswith(f".{entry.host}") for host in hosts)


def parents_of(host: str) -> list[str]:
    """The host itself and every name above it: `a.b.test`, `b.test`, `test`."""
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(len(labels))]
