"""Verdicts from what is stored: which values are needed for a set of cells, and each cell judged once."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from certdash.models import BackupKey, Release
from certdash.models import PinSet as PinSetRow
from certdash.queries.forecasts import Forecast, Frame, Instead, forecast, frame
from certdash.queries.keys import among
from certdash.queries.loading import chunks, clients_for, pin_set_value
from certdash.queries.pairs import Pair
from certdash.queries.situations import Situation, situations
from pins.case import Case
from pins.certificate import Certificate
from pins.decision import Client, Reason
from pins.device import Device
from pins.forecast import Window
from pins.hosts import BUNDLED_SUFFIXES
from pins.pinset import PinSet
from pins.remedy import Lead
from pins.verdict import Value, Verdict, judge, worst

NO_PIN_SET = Reason(
    "no_pin_set", "No pin set of this release is on record, so nothing is known. Upload the pin file of its build."
)

UNWATCHED = Reason(
    "unwatched", "Nobody watches this host, so nothing is known of what it serves. Add it to an environment."
)


@dataclass(frozen=True, slots=True)
class Pinned:
    """One pin set with the clients that enforce it on its release's platform."""

    value: PinSet
    clients: tuple[Client, ...]
    client_version: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """All pin sets in force of one release, how fast a fix reaches its users, and the backup keys of its customer."""

    pin_sets: tuple[Pinned, ...]
    lead: Lead
    backup_keys: Mapping[bytes, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Shared:
    """The verdict of all cells that nothing tells apart, in the words of one of their hosts."""

    host: str
    verdict: Verdict
    window: Window | None

    def for_host(self, host: str) -> Verdict:
        """With this host's name in its sentences."""
        if self.host == host:
            return self.verdict
        name, verdict = re.compile(rf"(?<![\w.*-]){re.escape(self.host)}(?![\w-])"), self.verdict
        reason = replace(verdict.reason, text=name.sub(host, verdict.reason.text))
        example = verdict.counterexample
        if example is not None:
            its_reason = replace(example.decision.reason, text=name.sub(host, example.decision.reason.text))
            example = replace(example, decision=replace(example.decision, host=host, reason=its_reason))
        return replace(verdict, reason=reason, counterexample=example)


@dataclass(frozen=True, slots=True)
class Cell:
    """The value is that of all cells that share it; only sentences are the host's own, and made on request."""

    pair: Pair
    shared: Shared

    @property
    def value(self) -> Value:
        return self.shared.verdict.value

    @property
    def verdict(self) -> Verdict:
        return self.shared.for_host(self.pair.host)

    @property
    def window(self) -> Window | None:
        return self.shared.window


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything that the judgement of a set of cells needs."""

    frame: Frame
    subjects: Mapping[int, Subject]
    situations: Mapping[int, Situation]
    forecasts: Mapping[Situation, Forecast]

    def forecast_at(self, endpoint_id: int | None) -> Forecast:
        return self.forecasts[self.situations.get(endpoint_id or 0, UNSEEN)]


UNSEEN = Situation()
_OWN = "\ue000"  # no label of any name
_PLAIN_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.((?:[a-z0-9-]+\.)+[a-z-]+)")


class Shapes:
    """A number for each pin set, the same for two that differ in nothing but the bytes around their rules.

    A rule for the host itself counts as one for "this host" among hosts of one parent, so that the apps of many hosts
    share what is judged.
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._known: dict[tuple[int, str], int] = {}
        self._names: dict[int, tuple[frozenset[str], ...]] = {}

    def covering(self, outlook: Forecast, host: str) -> tuple[bool, ...]:
        """Which of the known leaves has a name for this host."""
        if id(outlook) not in self._names:
            self._names[id(outlook)] = _known_names(outlook)
        wildcard = "*." + host.partition(".")[2]
        return tuple(host in names or wildcard in names for names in self._names[id(outlook)])

    def of(self, value: PinSet, host: str) -> int:
        key = (id(value), host if any(rule.pattern == host for rule in value.rules) else "")
        if key not in self._known:
            self._known[key] = self._numbers.setdefault(_shape(value, key[1]), len(self._numbers))
        return self._known[key]


def _shape(value: PinSet, own: str) -> tuple[Any, ...]:
    """All that a pin set says, without its source. A name that is a public suffix, or none at all, is like no other."""
    rules, name = value.rules, _PLAIN_NAME.fullmatch(own)
    if name and BUNDLED_SUFFIXES.registry_length(own) < len(own):
        rules = tuple(replace(rule, pattern=f"{_OWN}.{name[1]}") if rule.pattern == own else rule for rule in rules)
    told = (value.format, value.problems, value.default_anchors, value.debug_anchors)
    return (rules, *told, value.is_complete, value.client_kinds)


def load(
    pairs: Collection[Pair],
    *,
    now: datetime,
    endpoint_ids: Collection[int] = (),
    extra: Mapping[int, Subject] | None = None,
    instead: Instead | None = None,
) -> Loaded:
    """For these cells and any further endpoints. `extra` are subjects not stored yet; `instead` is a successor not
    registered yet, or a scenario, taken for every endpoint.
    """
    watched = {pair.endpoint_id for pair in pairs if pair.endpoint_id is not None}
    found = situations(watched.union(endpoint_ids))
    subjects, pin_set_ids = _subjects({pair.release_id for pair in pairs})
    distinct = set(found.values()) | {UNSEEN}
    base = frame(distinct, pin_set_ids, now=now)
    forecasts = {situation: forecast(base, situation, instead=instead) for situation in distinct}
    return Loaded(base, {**subjects, **(extra or {})}, found, forecasts)


def judge_cells(pairs: Iterable[Pair], loaded: Loaded) -> Iterator[Cell]:
    """One verdict for each pair; hosts and pin sets that nothing tells apart are judged once."""
    found: dict[tuple[Any, ...], Shared] = {}
    shapes = Shapes()
    for pair in pairs:
        outlook, subject = loaded.forecast_at(pair.endpoint_id), loaded.subjects[pair.release_id]
        is_watched = pair.endpoint_id is not None
        key = (id(outlook), is_watched, likeness(subject, outlook, pair.host, shapes))
        if key not in found:
            verdict = _verdict(loaded.frame, subject, outlook, pair.host)
            found[key] = Shared(pair.host, verdict if is_watched else _unwatched(verdict), outlook.window)
        yield Cell(pair, found[key])


def _unwatched(verdict: Verdict) -> Verdict:
    """What a client refuses, it refuses without any server; all else about such a host is unknown."""
    return verdict if verdict.value is Value.FAILING else replace(verdict, reason=UNWATCHED)


def _verdict(frame: Frame, subject: Subject, outlook: Forecast, host: str) -> Verdict:
    if not subject.pin_sets:
        return Verdict(Value.UNKNOWN, NO_PIN_SET)
    return worst(
        judge(
            pinned.value,
            pinned.clients,
            case_of(frame, subject, pinned, outlook, host),
        )
        for pinned in subject.pin_sets
    )


def case_of(frame: Frame, subject: Subject, pinned: Pinned, outlook: Forecast, host: str) -> Case:
    """A customer's backup key is the next key of their own certificates, never of the platform's."""
    keys, device = subject.backup_keys, Device(client_version=pinned.client_version or None)
    found = frame.case(host, outlook, lead=subject.lead, device=device)
    if outlook.is_platform_owned:
        return replace(found, identified={**found.identified, **keys}) if keys else found
    return replace(found, backup_keys=keys) if keys else found


def likeness(subject: Subject, outlook: Forecast, host: str, shapes: Shapes) -> tuple[Any, ...]:
    """Equal for two cells exactly when no rule, no other pin set and no known leaf makes a difference between them."""
    places = tuple(_place(rule.pattern, host) for pinned in subject.pin_sets for rule in pinned.value.rules)
    names = shapes.covering(outlook, host)
    pins = tuple((shapes.of(pinned.value, host), pinned.clients, pinned.client_version) for pinned in subject.pin_sets)
    return (pins, subject.lead, frozenset(subject.backup_keys.items()), places, names, host.count("."))


def _place(pattern: str, host: str) -> int:
    """How many labels the host has more than the pattern's parent, -1 where it does not lie below."""
    parent = pattern.strip().lower().lstrip("*").lstrip(".").rstrip(".")
    if host == parent:
        return 0
    return host.count(".") - parent.count(".") if host.endswith(f".{parent}") else -1


def _known_names(outlook: Forecast) -> tuple[frozenset[str], ...]:
    leaves = [entry.chain[0] for entry in outlook.served] + [entry.chain[0] for entry in outlook.successors]
    known = dict.fromkeys(leaf for leaf in leaves if isinstance(leaf, Certificate))
    return tuple(frozenset(name.lower() for name in leaf.dns_names) for leaf in known)


def _subjects(release_ids: Collection[int]) -> tuple[dict[int, Subject], list[int]]:
    pin_sets: dict[int, list[Pinned]] = defaultdict(list)
    leads, owners, keys = {}, dict[int, int](), []
    for chunk in chunks(release_ids):
        releases = {row.pk: row for row in Release.objects.filter(pk__in=among(chunk)).select_related("app")}
        leads.update({pk: lead_of(row) for pk, row in releases.items()})
        owners.update({pk: row.app.customer_id for pk, row in releases.items()})
        rows = PinSetRow.objects.filter(release__in=among(chunk), replaced_at=None).order_by("pk")
        for row in rows:
            keys.append(row.pk)
            pin_sets[row.release_id].append(pinned_of(row, releases[row.release_id].platform))
    backups = backup_keys(owners.values())
    return {pk: Subject(tuple(pin_sets[pk]), lead, backups[owners[pk]]) for pk, lead in leads.items()}, keys


def backup_keys(customer_ids: Iterable[int]) -> Mapping[int, Mapping[bytes, str]]:
    """By customer: the digests of their registered backup keys, with their names."""
    found: dict[int, dict[bytes, str]] = defaultdict(dict)
    rows = BackupKey.objects.filter(customer__in=set(customer_ids), archived_at=None)
    for customer_id, name, *digests in rows.values_list("customer_id", "name", "spki_sha256", "spki_sha1"):
        found[customer_id].update({bytes.fromhex(digest): name for digest in digests})
    return found


def pinned_of(row: PinSetRow, platform: str) -> Pinned:
    return Pinned(pin_set_value(row), clients_for(platform, row.clients), row.client_version)


def lead_of(release: Release) -> Lead:
    app = release.app
    return Lead(app.review_days, app.adoption_days, app.target_share, app.buffer_days)
