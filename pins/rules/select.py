"""Which rules speak for a host: the most specific one, or all that match."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from pins.hosts import SuffixList, parents

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MostSpecific(Generic[T]):
    """An exact domain wins, else the longest domain above the host that includes its subdomains."""

    exact: Mapping[str, T]
    subdomains: Mapping[str, T]

    def select(self, host: str) -> T | None:
        found = self.exact.get(host)
        if found is not None:
            return found
        return next((self.subdomains[name] for name in parents(host) if name in self.subdomains), None)


@dataclass(frozen=True, slots=True)
class Union(Generic[T]):
    """Every pattern that matches counts: exact, `*.` for one label, `**.` for any number and the name itself."""

    exact: Mapping[str, tuple[T, ...]]
    one_label: Mapping[str, tuple[T, ...]]
    any_depth: Mapping[str, tuple[T, ...]]

    def select(self, host: str) -> tuple[T, ...]:
        found = list(self.exact.get(host, ()))
        found += self.one_label.get(host.partition(".")[2], ()) if self.one_label else ()
        if self.any_depth:
            for name in (host, *parents(host)):
                found += self.any_depth.get(name, ())
        return tuple(found)


def union(patterns: Iterable[tuple[str, T]]) -> Union[T]:
    """From patterns in OkHttp's notation, canonical behind their stars."""
    exact: dict[str, tuple[T, ...]] = {}
    one_label: dict[str, tuple[T, ...]] = {}
    any_depth: dict[str, tuple[T, ...]] = {}
    for pattern, value in patterns:
        stars, _, name = pattern.rpartition("*.")
        table = {"": one_label, "*": any_depth}[stars] if name != pattern else exact
        table[name] = (*table.get(name, ()), value)
    return Union(exact, one_label, any_depth)


def covering_domains(domains: Iterable[str], host: str, suffixes: SuffixList) -> Iterator[str]:
    """The domains above `host` under the same public suffix, letter by letter."""
    # TrustKit configuration_utils.m isSubdomain
    for domain in domains:
        if host.endswith("." + domain) and suffixes.registry_length(domain) == suffixes.registry_length(host):
            yield domain
