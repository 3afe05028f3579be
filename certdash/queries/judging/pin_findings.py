"""What is wrong with a pin set: by itself, by what is known of the keys that it pins, by when its hosts rotate."""

from collections import ChainMap, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from certdash.models import Endpoint, Release
from certdash.queries.judging.drift import newest_releases, pin_sets_of
from certdash.queries.judging.known_keys import keys_in_use, keys_of_customers, known_keys
from certdash.queries.judging.pairs import Pair
from certdash.queries.loading import chunks, digests_of, pin_set_value
from pins.drift import Build, compare, drift_finding
from pins.identify import KnownKeys, know
from pins.lint import early_ends, lint
from pins.pinned_keys import key_findings
from pins.pinset import PinSet, Problem

Rotations = Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """`keys` are everybody's, `own` those that only their customer knows of; `in_use` hashes of keys served now."""

    keys: KnownKeys
    own: Mapping[int, KnownKeys] = field(default_factory=dict)
    in_use: Collection[bytes] = frozenset()

    def of(self, customer_id: int) -> KnownKeys:
        own = self.own.get(customer_id)
        if own is None:
            return self.keys
        return replace(self.keys, by_identifier=ChainMap(dict(self.keys.by_identifier), dict(own.by_identifier)))


def knowledge_about(pin_sets: Sequence[PinSet], customer_ids: Collection[int] = ()) -> Knowledge:
    """For many pin sets at the price of one."""
    own = {customer_id: know(keys=keys) for customer_id, keys in keys_of_customers(customer_ids).items()}
    return Knowledge(known_keys(*pin_sets), own, keys_in_use(digests_of(pin_sets)))


def pin_set_findings(
    pin_set: PinSet, knowledge: Knowledge, customer_id: int, *, at: datetime, rotations: Rotations
) -> tuple[Problem, ...]:
    """Those of the file, then those that only this installation can know."""
    keys = key_findings(pin_set, knowledge.of(customer_id), at, in_use=knowledge.in_use)
    return (*lint(pin_set, at), *early_ends(pin_set, rotations), *keys)


def drifts_of(releases: Iterable[Release]) -> Mapping[int, Problem]:
    """By pin set: that the newest releases of its app disagree, told in the first file of each."""
    by_app: dict[int, list[Release]] = defaultdict(list)
    for release in releases:
        by_app[release.app_id].append(release)
    found = {}
    newest = [pair for group in by_app.values() if len(pair := newest_releases(group)) > 1]
    files = pin_sets_of([release for pair in newest for release in pair])
    for pair in newest:
        drift = compare([Build(str(one), tuple(map(pin_set_value, files[one.pk]))) for one in pair])
        for own, release in enumerate(pair):
            problem = drift_finding(drift, own)
            if problem is not None:
                found[files[release.pk][0].pk] = problem
    return found


def rotations_of(pairs: Iterable[Pair]) -> Mapping[int, Rotations]:
    """By release and host: the last day on which the next rotation can happen, where one is known."""
    found: dict[int, dict[str, datetime]] = defaultdict(dict)
    cells = list(pairs)
    ends: dict[int, datetime] = {}
    for chunk in chunks({pair.endpoint_id for pair in cells if pair.endpoint_id is not None}):
        rows = Endpoint.objects.filter(pk__in=chunk, window_end__isnull=False)
        ends.update((pk, end) for pk, end in rows.values_list("pk", "window_end") if end)
    for pair in cells:
        end = ends.get(pair.endpoint_id or 0)
        if end is not None:
            found[pair.release_id][pair.host] = max(end, found[pair.release_id].get(pair.host, end))
    return found
