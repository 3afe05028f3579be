"""The move of an app from a default host to an own domain: each step with what was observed, when, and what to do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from ipaddress import ip_address

from django.db.models import QuerySet

from certdash.models import App, Endpoint, Observation, PinRule, Release
from certdash.queries.access import Access
from certdash.queries.formatting import Moment, Part, Sentence, address, moment
from certdash.queries.judging.judging import Loaded, judge_cells, load
from certdash.queries.judging.pairs import Pair, watched_endpoints
from certdash.queries.judging.stakes import platform_leaves
from certdash.queries.judging.subjects import Pinned
from certdash.queries.keys import among
from certdash.queries.standing import data_age, is_stale
from certdash.queries.users import is_active, shares
from certdash.queries.versions import version_key
from pins.decide import pins_for
from pins.device import Device
from pins.moving import Build, Host, Move, Source, State, Step, steps
from pins.verdict import Value

MOST_HOSTS = 30
TITLES = {
    "watched": "The own host is watched",
    "dns": "Its DNS leads to the environment",
    "names": "Its certificate covers the name",
    "chain": "The uploaded chain is complete",
    "key": "Key and lifetime are within limits",
    "pins": "Both pins are with your users",
    "switch": "The app calls the own host",
    "old_pin": "The old pin is dropped",
}
# A shape and a word for each state; the words are those of the page, not verdicts.
STATES = {
    State.DONE: ("ready", "done"),
    State.TO_DO: ("unprotected", "to do"),
    State.UNTOLD: ("unknown", "cannot be told yet"),
}


@dataclass(frozen=True, slots=True)
class StepRow:
    number: int
    title: str
    value: str
    word: str
    observed: str
    remedy: str
    age: Moment


@dataclass(frozen=True, slots=True)
class Choice:
    """A host to move to. `watch_url` is where an unwatched one is added; `note` says which it is."""

    host: str
    note: str
    url: str = ""
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class MovePage:
    app_pk: int
    app: str
    customer: str
    host: str
    own: str
    sentence: Sentence
    steps: tuple[StepRow, ...]
    choices: tuple[Choice, ...]
    watch_url: str
    age: Moment
    notices: tuple[str, ...]


def default_hosts(app: App) -> QuerySet[Endpoint]:
    """Hosts below a platform's domain that an app can move away from."""
    rows = watched_endpoints().filter(environment__customer=app.customer_id, platform_domain__isnull=False)
    return rows.select_related("environment", "schedule", "platform_domain")


def move_page(app: App, old: Endpoint, wanted: str, access: Access, now: datetime) -> MovePage:
    """`wanted` is the key of the host to move to, as the address has it; the first of the environment without one."""
    own_hosts = _own_hosts(app, old)
    own = _chosen(own_hosts, old, wanted)
    releases = sorted((one for one in Release.objects.filter(app=app) if is_active(one)), key=version_key, reverse=True)
    found = steps(_move(app, old, own, releases, now))
    watch_url = address("endpoint_new", old.environment_id) if access.may_administer(app.customer_id) else ""
    ages = _ages(own, releases, now)
    return MovePage(
        app_pk=app.pk,
        app=app.name,
        customer=app.customer.name,
        host=old.host,
        own=own.host if own else "",
        sentence=_sentence(app, old, own, found),
        steps=tuple(_row(at, step, ages) for at, step in enumerate(found, 1)),
        choices=(*_watched_choices(app, old, own_hosts, own), *_named_choices(app, old, own_hosts, watch_url)),
        watch_url=watch_url,
        age=ages[Source.HOSTS],
        notices=_notices(wanted, own),
    )


def _own_hosts(app: App, old: Endpoint) -> list[Endpoint]:
    """Of the same environment first, then those of the app's other environments, then the customer's."""
    rows = watched_endpoints().filter(environment__customer=app.customer_id, platform_domain=None)
    linked = set(app.environments.values_list("pk", flat=True))
    found = list(rows.select_related("environment", "schedule")[: MOST_HOSTS * 4])
    found.sort(key=lambda one: (one.environment_id != old.environment_id, one.environment_id not in linked, one.host))
    return found[:MOST_HOSTS]


def _chosen(hosts: Sequence[Endpoint], old: Endpoint, wanted: str) -> Endpoint | None:
    named = next((one for one in hosts if str(one.pk) == wanted), None)
    return named or next((one for one in hosts if one.environment_id == old.environment_id), None)


def _notices(wanted: str, own: Endpoint | None) -> tuple[str, ...]:
    if not wanted or (own is not None and str(own.pk) == wanted):
        return ()
    shown = f" {own.host} is shown instead." if own else ""
    return (f"The address names no host of yours to move to.{shown}",)


def _move(app: App, old: Endpoint, own: Endpoint | None, releases: Sequence[Release], now: datetime) -> Move:
    ends = [old, *([own] if own else [])]
    pairs = [Pair(release.pk, end.pk, end.host) for release in releases for end in ends]
    loaded = load(pairs, now=now, endpoint_ids={end.pk for end in ends})
    addresses = _addresses(ends)
    fits = {cell.pair: cell.verdict.now is Value.READY for cell in judge_cells(pairs, loaded)}
    by_share = shares(releases)
    return Move(
        _host(old, loaded, addresses, now),
        _host(own, loaded, addresses, now) if own else None,
        tuple(_build(one, old, own, by_share[one.pk], loaded, fits) for one in releases),
        app.target_share,
        loaded.frame.stores,
        now,
        platform_leaves(loaded),
    )


def _addresses(ends: Iterable[Endpoint]) -> dict[int, set[str]]:
    rows = Observation.objects.filter(
        endpoint__in=among(end.pk for end in ends), ended_at=None, missing_since=None, chain__isnull=False
    )
    found: dict[int, set[str]] = {end.pk: set() for end in ends}
    for endpoint_id, seen in rows.values_list("endpoint_id", "address"):
        found[endpoint_id].add(without_port(seen))
    return found


def without_port(seen: str) -> str:
    """An address as it was read may carry the port that was typed in with it."""
    try:
        return str(ip_address(seen))
    except ValueError:
        return seen.rpartition(":")[0].strip("[]") or seen


def _host(end: Endpoint, loaded: Loaded, addresses: Mapping[int, set[str]], now: datetime) -> Host:
    served = loaded.forecast_at(end.pk).served
    chains = tuple(one.chain for one in served)
    return Host(
        end.host, frozenset(addresses[end.pk]), chains, bool(end.connect_to), end.failure, is_stale(_seen_at(end), now)
    )


def _build(
    release: Release, old: Endpoint, own: Endpoint | None, share: Decimal, loaded: Loaded, fits: Mapping[Pair, bool]
) -> Build:
    pinned = loaded.subjects[release.pk].pin_sets
    names_old, names_own = (end is not None and _names(pinned, end.host) for end in (old, own))
    fits_old, fits_own = (end is not None and fits[Pair(release.pk, end.pk, end.host)] for end in (old, own))
    return Build(
        str(release),
        float(share),
        pins_old=names_old and fits_old,
        pins_own=names_own and fits_own,
        names_old=names_old,
        names_own=names_own,
        is_known=bool(pinned),
    )


def _names(pin_sets: Iterable[Pinned], host: str) -> bool:
    return any(
        pins_for(client, one.value, host, Device(client_version=one.client_version or None))
        for one in pin_sets
        for client in one.clients
    )


def _ages(own: Endpoint | None, releases: Sequence[Release], now: datetime) -> dict[Source, Moment]:
    newest = Release.objects.filter(pk__in=among(one.pk for one in releases), pin_sets__replaced_at=None)
    uploaded = newest.order_by("-pin_sets__uploaded_at").values_list("pin_sets__uploaded_at", flat=True).first()
    return {Source.HOSTS: data_age(_seen_at(own) if own else None, now), Source.RELEASES: moment(uploaded, now)}


def _seen_at(end: Endpoint) -> datetime | None:
    return end.schedule.last_seen_at if hasattr(end, "schedule") else None


def _row(number: int, step: Step, ages: Mapping[Source, Moment]) -> StepRow:
    value, word = STATES[step.state]
    return StepRow(number, TITLES[step.code], value, word, step.observed, step.remedy, ages[step.source])


def _sentence(app: App, old: Endpoint, own: Endpoint | None, found: Sequence[Step]) -> Sentence:
    done = sum(step.state is State.DONE for step in found)
    if own is None:
        words = f"{app.name} depends on {old.host}, and no host of an own domain is watched to move to. "
        return (Part(words), Part("Choose one", "#target"), Part("; the steps below say what it needs."))
    told = f"{done} of {len(found)} steps"
    start = f"Moving {app.name} from {old.host} to {own.host}: "
    if done == len(found):
        return (Part(f"{start}all {len(found)} steps are done; the platform's rotation no longer touches it."),)
    title = TITLES[next(step.code for step in found if step.state is not State.DONE)]
    is_done = "is done" if done == 1 else "are done"
    return (Part(start), Part(told, "#steps"), Part(f" {is_done}. Next: {title[:1].lower()}{title[1:]}."))


def _watched_choices(app: App, old: Endpoint, hosts: Iterable[Endpoint], own: Endpoint | None) -> tuple[Choice, ...]:
    base = address("move", app.pk, old.pk)
    return tuple(Choice(one.host, f"in {one.environment.name}", f"{base}?to={one.pk}", one == own) for one in hosts)


def _named_choices(app: App, old: Endpoint, hosts: Iterable[Endpoint], watch_url: str) -> tuple[Choice, ...]:
    """Hosts that pin files name and nobody watches: one click from being watched."""
    known = {one.host for one in hosts}
    rules = PinRule.objects.filter(
        pin_set__release__app=app, pin_set__release__retired_at=None, pin_set__replaced_at=None
    ).exclude(host="")
    names = sorted(set(rules.values_list("host", flat=True)) - known)
    domain = old.platform_domain.domain if old.platform_domain else ""
    return tuple(
        Choice(name, "named in your pin files, not watched", f"{watch_url}?host={name}" if watch_url else "")
        for name in names[:MOST_HOSTS]
        if name != domain and not name.endswith(f".{domain}")
    )
