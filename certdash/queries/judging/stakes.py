"""What is at stake for an app on each of its hosts: whose certificate, which keys now and next, what follows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from certdash.models import Endpoint, Hosting, Pin, Verdict
from certdash.queries.formatting import HashText, key_of_certificate
from certdash.queries.judging.forecasts import Forecast
from certdash.queries.judging.judging import Loaded, load
from certdash.queries.keys import among
from certdash.queries.standing import effective_value
from pins.certificate import Certificate, ChainCertificate
from pins.forecast import Window, following
from pins.paths import PathOrder
from pins.pin_story import label
from pins.scenarios import Likelihood
from pins.verdict import Value

HORIZON = timedelta(days=730)
# Hosts of one app for which keys and windows are read; the worst come first.
MOST_READ = 40


class Kind(StrEnum):
    """Whose hand the certificate of a host is in, in the order in which it is told."""

    PLATFORM = "platform"
    OWN = "own"
    SELF_MANAGED = "self_managed"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True)
class Key:
    """A key's hash and the certificate that it is of."""

    spki_sha256: bytes
    name: str
    certificate: Certificate | None = None

    @property
    def shown(self) -> HashText:
        return key_of_certificate(self.spki_sha256.hex(), self.name, self.certificate)


@dataclass(frozen=True, slots=True)
class Keys:
    """`current` of the leaf served now, `coming` of the known next one, `anchor` of the root above what is served."""

    current: Key | None = None
    coming: Key | None = None
    anchor: Key | None = None


@dataclass(frozen=True, slots=True)
class Stake:
    """One host with its cells of releases in use, the worst first. `later` are the rotations after the next one.

    `serves_platform_leaf`: an own domain that serves the platform's certificate, and so rotates with it.
    """

    host: str
    kind: Kind
    rows: tuple[Verdict, ...]
    value: Value
    leaf: Certificate | None = None
    window: Window | None = None
    keys: Keys = Keys()
    later: tuple[Window, ...] = ()
    serves_platform_leaf: bool = False

    @property
    def endpoint(self) -> Endpoint | None:
        return self.rows[0].endpoint

    @property
    def struck(self) -> tuple[Verdict, ...]:
        """The cells that are as bad as the host's verdict."""
        return tuple(row for row in self.rows if row.badness == self.rows[0].badness)


def worth(row: Verdict, now: datetime) -> Value:
    """The verdict of a cell, with the age of its data applied."""
    if row.endpoint is None:
        return Value(row.value)
    seen = row.endpoint.schedule.last_seen_at if hasattr(row.endpoint, "schedule") else None
    return effective_value(row.value, seen, now)


def stakes(rows: Iterable[Verdict], now: datetime) -> tuple[Stake, ...]:
    """Of cells of releases in use, with `endpoint__environment` selected; the worst host first."""
    by_host: dict[str, list[Verdict]] = defaultdict(list)
    for row in rows:
        by_host[row.host].append(row)
    groups = [sorted(group, key=lambda row: (worth(row, now).badness, row.pk)) for group in by_host.values()]
    groups.sort(key=lambda group: (worth(group[0], now).badness, group[0].host))
    endpoints = [group[0].endpoint for group in groups[:MOST_READ] if group[0].endpoint is not None]
    loaded = load([], now=now, endpoint_ids={one.pk for one in endpoints})
    theirs = platform_leaves(loaded) if any(one.platform_domain_id is None for one in endpoints) else frozenset()
    return tuple(_stake(group, loaded, theirs, now) for group in groups)


def _stake(rows: Sequence[Verdict], loaded: Loaded, theirs: frozenset[bytes], now: datetime) -> Stake:
    endpoint, value = rows[0].endpoint, worth(rows[0], now)
    plain = Stake(rows[0].host, _kind(endpoint), tuple(rows), value)
    if endpoint is None or endpoint.pk not in loaded.situations:
        return plain
    forecast = loaded.forecast_at(endpoint.pk)
    if not forecast.served or forecast.window is None:
        return plain
    chain = min((one.chain for one in forecast.served), key=lambda one: one[0].not_after)
    window = _kept_window(endpoint, forecast.window)
    anchor, is_public = _anchor(chain, loaded)
    return Stake(
        plain.host,
        plain.kind,
        plain.rows,
        value,
        chain[0],
        window,
        Keys(_key(chain[0]), _coming(forecast, chain[0]), _key(anchor)),
        following(
            chain[0],
            window,
            now=now,
            until=now + HORIZON,
            is_public=is_public,
            successor=_known_leaf(forecast, chain[0]),
        ),
        endpoint.platform_domain_id is None and chain[0].sha256 in theirs,
    )


def _kept_window(endpoint: Endpoint, found: Window) -> Window:
    """The one that is kept with the host, so that every page tells the same days of this rotation and of later ones."""
    if endpoint.window_start is None or endpoint.window_end is None:
        return found
    return Window(endpoint.window_start, endpoint.window_end, found.evidence, found.any_day)


def _kind(endpoint: Endpoint | None) -> Kind:
    if endpoint is None:
        return Kind.EXTERNAL
    if endpoint.platform_domain_id:
        return Kind.PLATFORM
    return Kind.SELF_MANAGED if endpoint.environment.hosting == Hosting.SELF_MANAGED else Kind.OWN


def _anchor(chain: tuple[Certificate, ...], loaded: Loaded) -> tuple[Certificate | None, bool]:
    """The root above the chain on the first store that trusts it, and whether public rules bind its authority."""
    for store in loaded.frame.stores:
        paths = loaded.frame.cache.paths(chain, store, loaded.frame.now, PathOrder.CONSCRYPT).paths
        root = paths[0][-1] if paths else None
        if isinstance(root, Certificate):
            return (root if len(paths[0]) > 1 else None), store.is_public
    return None, True


def _known_leaf(forecast: Forecast, served: Certificate) -> Certificate | None:
    """Of the one successor that is known and expected, as far as its days are."""
    for one in forecast.successors:
        if one.evidence.is_known and one.likelihood is Likelihood.EXPECTED:
            leaf = one.chain[0]
            return leaf if isinstance(leaf, Certificate) and leaf.sha256 != served.sha256 else None
    return None


def _coming(forecast: Forecast, leaf: Certificate) -> Key | None:
    """The key of the one successor that is known and expected; a renewal with the same key adds nothing."""
    for one in forecast.successors:
        if one.evidence.is_known and one.likelihood is Likelihood.EXPECTED:
            return _key(one.chain[0]) if one.chain[0].spki_sha256 != leaf.spki_sha256 else None
    return None


def _key(one: ChainCertificate | None) -> Key | None:
    if one is None or one.spki_sha256 is None:
        return None
    return Key(one.spki_sha256, label(one), one if isinstance(one, Certificate) else None)


def platform_leaves(loaded: Loaded) -> frozenset[bytes]:
    """Of the chains at hand, those leaves that default hosts serve."""
    leaves = [chain[0].sha256.hex() for chain in loaded.frame.chains.values()]
    rows = Endpoint.objects.filter(platform_domain__isnull=False, chain__leaf__sha256__in=among(leaves)).order_by()
    found = rows.values_list("chain__leaf__sha256", flat=True).distinct()
    return frozenset(bytes.fromhex(one) for one in found if one)


def holders(found: Iterable[Stake]) -> Mapping[bytes, frozenset[int]]:
    """By key of these hosts the releases in use whose pin file holds it. One statement."""
    kept = list(found)
    keys = {key.spki_sha256 for one in kept for key in (one.keys.current, one.keys.coming, one.keys.anchor) if key}
    releases = {row.release_id for one in kept for row in one.rows}
    rows = Pin.objects.filter(rule__pin_set__release__in=among(releases), rule__pin_set__replaced_at=None)
    pinned = rows.filter(digest__in=among(key.hex() for key in keys)).order_by()
    held: dict[bytes, set[int]] = defaultdict(set)
    for digest, pk in pinned.values_list("digest", "rule__pin_set__release_id").distinct():
        held[bytes.fromhex(digest)].add(pk)
    return {key: frozenset(pks) for key, pks in held.items()}
