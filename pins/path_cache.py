"""Validated paths and encounters: computed once for each chain, store, instant and order, shared by all verdicts."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from pins.certificate import Certificate, ChainCertificate, UnknownCertificate
from pins.device import Device
from pins.encounter import Encounter
from pins.names import covers, covers_on_android
from pins.paths import PathOrder, ValidatedPaths, validated_paths
from pins.trust import AnchorKeys, TrustStore

Chain = tuple[ChainCertificate, ...]


class PathCache:
    """Keep one for a whole evaluation run: judging the second pin set on a chain costs no signature check.

    Stores count as equal by name and version, so one cache must not see two stores that share both.
    """

    def __init__(self) -> None:
        self._paths: dict[tuple[object, ...], ValidatedPaths] = {}
        self._encounters: dict[tuple[object, ...], Encounter] = {}
        self._same: dict[tuple[object, ...], bool] = {}
        self._anchor_keys: dict[tuple[str, str], AnchorKeys] = {}
        self._covered: dict[tuple[ChainCertificate, str], bool] = {}

    def paths(
        self, chain: Chain, store: TrustStore, instant: datetime, order: PathOrder, device: Device | None = None
    ) -> ValidatedPaths:
        extra = device.cached_intermediates if device else ()
        key = (chain, store.name, store.version, instant, order, extra)
        found = self._paths.get(key)
        if found is None:
            found = self._paths[key] = validated_paths(chain, store, instant, order, extra=extra)
        return found

    def encounter(self, host: str, chain: Chain, store: TrustStore, instant: datetime, *, device: Device) -> Encounter:
        key = (host, chain, store.name, store.version, instant, device)
        found = self._encounters.get(key)
        if found is None:
            lazy = _LazyPaths(self, chain, store, instant, device)
            covered = self.is_covered(host, chain)
            on_android = None if covered else _is_covered_on_android(host, chain)
            found = Encounter(host, chain, store.name, lazy, instant, covered, device, on_android)
            self._encounters[key] = found
        return found

    def is_same(self, chain: Chain, store: TrustStore, start: datetime, end: datetime) -> bool:
        """Every order gives the same paths at both instants, so that only a rule's own expiry can make a difference."""
        key = (chain, store.name, store.version, start, end)
        found = self._same.get(key)
        if found is None:
            found = self._same[key] = all(
                self.paths(chain, store, start, order) == self.paths(chain, store, end, order) for order in PathOrder
            )
        return found

    def anchor_keys(self, store: TrustStore) -> Mapping[bytes, Certificate]:
        """Every anchor by the hashes of its key."""
        key = (store.name, store.version)
        if key not in self._anchor_keys:
            self._anchor_keys[key] = AnchorKeys(store.anchors)
        return self._anchor_keys[key]

    def is_covered(self, host: str, chain: Chain) -> bool:
        """True for a placeholder leaf and for no leaf at all: neither says anything about the name."""
        if not chain or isinstance(chain[0], UnknownCertificate):
            return True
        key = (chain[0], host)
        if key not in self._covered:
            self._covered[key] = covers(chain[0], host)
        return self._covered[key]


def _is_covered_on_android(host: str, chain: Chain) -> bool:
    return isinstance(chain[0], Certificate) and covers_on_android(chain[0], host)


class _LazyPaths(Mapping[PathOrder, ValidatedPaths]):
    """Most clients ask for one order only, so the others are never built."""

    def __init__(self, cache: PathCache, chain: Chain, store: TrustStore, instant: datetime, device: Device) -> None:
        self._cache, self._chain, self._store, self._instant, self._device = cache, chain, store, instant, device

    def __getitem__(self, order: PathOrder) -> ValidatedPaths:
        return self._cache.paths(self._chain, self._store, self._instant, order, self._device)

    def __iter__(self) -> Iterator[PathOrder]:
        return iter(PathOrder)

    def __len__(self) -> int:
        return len(PathOrder)
