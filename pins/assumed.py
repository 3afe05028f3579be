"""Scenarios for a successor that nobody has announced, generated from what is served now."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from pins.certificate import Certificate, ChainCertificate, UnknownCertificate
from pins.distrust import distrust_before
from pins.habits import rotating_habit
from pins.issuing import is_signed_by
from pins.path_cache import PathCache
from pins.paths import PathOrder
from pins.scenarios import Evidence, Likelihood, Scenario, Successor
from pins.trust import TrustStore

Chain = tuple[ChainCertificate, ...]

ALWAYS_PLAUSIBLE = (Scenario.NEW_KEY_SAME_INTERMEDIATE, Scenario.SIBLING_INTERMEDIATE, Scenario.OTHER_KEY_TYPE)
UNDER_SAME_ISSUER = (Scenario.SAME_KEY, Scenario.NEW_KEY_SAME_INTERMEDIATE)


class Tail(NamedTuple):
    """What stands behind a served leaf: `issuers` from the one that signed it upwards, `spare` what was sent besides.

    `stores` are the trust stores for which this holds, None for all. `issuer_name` (a DER name) is all that is known
    of the issuer where neither server nor store has its certificate.
    """

    issuers: tuple[Certificate, ...]
    spare: tuple[Certificate, ...] = ()
    stores: frozenset[str] | None = None
    issuer_name: bytes | None = None

    @property
    def same(self) -> Chain:
        return self.issuers + self.spare

    def leaf_of_same(self, leaf: UnknownCertificate) -> UnknownCertificate:
        """The next leaf of the same issuer: an app that bundles that issuer knows it by its name."""
        return leaf if self.issuers or self.issuer_name is None else replace(leaf, issuer=self.issuer_name)

    def under_sibling(self, intermediate: UnknownCertificate) -> Chain:
        """Where the leaf's issuer is the root itself, the sibling is one below it."""
        above = self.issuers[1:] or self.issuers
        return (intermediate, *above, *self.spare)

    @property
    def root(self) -> Chain:
        return self.issuers[-1:]


class Placeholders(NamedTuple):
    """One set for all scenarios of a host, so that paths through them are remembered."""

    leaf: UnknownCertificate
    intermediate: UnknownCertificate
    root: UnknownCertificate


def placeholders(leaf: UnknownCertificate | None = None) -> Placeholders:
    return Placeholders(
        leaf or UnknownCertificate("leaf"), UnknownCertificate("intermediate"), UnknownCertificate("root")
    )


def tails(
    served: tuple[Certificate, ...], stores: Sequence[TrustStore], now: datetime, cache: PathCache
) -> tuple[Tail, ...]:
    """One for all stores where they agree, else one for each group of stores that agrees."""
    found: dict[tuple[tuple[Certificate, ...], tuple[Certificate, ...]], set[str]] = {}
    for store in stores:
        issuers = _issuers(served, store, now, cache)
        spare = tuple(entry for entry in served[1:] if entry not in issuers)
        found.setdefault((issuers, spare), set()).add(store.name)
    name = served[0].issuer
    if len(found) < 2:
        return tuple(Tail(issuers, spare, None, name) for issuers, spare in found or [(served[1:], ())])
    return tuple(Tail(issuers, spare, frozenset(names), name) for (issuers, spare), names in found.items())


def _issuers(
    served: tuple[Certificate, ...], store: TrustStore, now: datetime, cache: PathCache
) -> tuple[Certificate, ...]:
    paths = cache.paths(served, store, now, PathOrder.CONSCRYPT).paths
    path = paths[0][1:] if paths else _by_name(served)
    return tuple(entry for entry in path if isinstance(entry, Certificate))


def _by_name(served: tuple[Certificate, ...]) -> tuple[Certificate, ...]:
    """The issuers that were sent, upwards, for a chain that no path leads through (expired, say)."""
    chain: list[Certificate] = [served[0]]
    rest = list(served[1:])
    while issuer := next((entry for entry in rest if is_signed_by(chain[-1], entry)), None):
        rest.remove(issuer)
        chain.append(issuer)
    return tuple(chain[1:])


def assumed(
    leaf: Certificate,
    found_tails: Iterable[Tail],
    likelihoods: Mapping[Scenario, Likelihood],
    unknown: Placeholders,
) -> Iterator[Successor]:
    """Every scenario on every tail; the likelihood tells which count."""
    kept = same_key(leaf, unknown.leaf)
    for tail in found_tails:
        for scenario, build in _BUILDERS.items():
            key = kept if scenario is Scenario.SAME_KEY else unknown.leaf
            if scenario in UNDER_SAME_ISSUER:
                key = tail.leaf_of_same(key)
            chain = (key, *build(tail, unknown))
            yield Successor(
                scenario, Evidence.ASSUMED, likelihoods.get(scenario, Likelihood.REMOTE), chain, stores=tail.stores
            )


def same_key(leaf: Certificate, unknown: UnknownCertificate) -> UnknownCertificate:
    return UnknownCertificate(
        "leaf",
        unknown.sha256,
        unknown.sha1,
        leaf.spki_sha256,
        leaf.spki_sha1,
        raw_key=leaf.raw_key,
        key_kind=leaf.key_kind,
    )


def _reissued(tail: Tail, unknown: Placeholders) -> Chain:
    """A new certificate for the same subject and key."""
    if not tail.issuers:
        return (unknown.intermediate,)
    issuer = tail.issuers[0]
    twin = UnknownCertificate(
        "intermediate",
        spki_sha256=issuer.spki_sha256,
        spki_sha1=issuer.spki_sha1,
        raw_key=issuer.raw_key,
        key_kind=issuer.key_kind,
        subject=issuer.subject,
    )
    return tail.under_sibling(twin)


_BUILDERS: dict[Scenario, Callable[[Tail, Placeholders], Chain]] = {
    Scenario.SAME_KEY: lambda tail, _: tail.same,
    Scenario.NEW_KEY_SAME_INTERMEDIATE: lambda tail, _: tail.same,
    Scenario.SIBLING_INTERMEDIATE: lambda tail, unknown: tail.under_sibling(unknown.intermediate),
    Scenario.OTHER_KEY_TYPE: lambda tail, unknown: (unknown.intermediate, *tail.root),
    Scenario.REISSUED_INTERMEDIATE: _reissued,
    Scenario.CROSS_SIGNED_ROOT: lambda tail, unknown: (unknown.intermediate, unknown.root, *tail.root),
    Scenario.NEW_ROOT: lambda _, unknown: (unknown.intermediate, unknown.root),
    Scenario.OTHER_CA: lambda _, unknown: (unknown.intermediate, unknown.root),
}


def likelihoods_of(
    leaf: Certificate,
    issuers: Iterable[Certificate],
    *,
    history: Sequence[Certificate] = (),
    overrides: Mapping[Scenario, Likelihood] | None = None,
) -> dict[Scenario, Likelihood]:
    """Exactly one scenario is expected; one that an override expects takes the place of the one found here."""
    expected = _expected(leaf, issuers, history)
    found = dict.fromkeys((*ALWAYS_PLAUSIBLE, expected), Likelihood.PLAUSIBLE)
    found.update(overrides or {})
    chosen = [scenario for scenario, how in (overrides or {}).items() if how is Likelihood.EXPECTED]
    found.update(dict.fromkeys(chosen, Likelihood.PLAUSIBLE))
    found[chosen[0] if chosen else expected] = Likelihood.EXPECTED
    return found


def _expected(leaf: Certificate, issuers: Iterable[Certificate], history: Sequence[Certificate]) -> Scenario:
    distrust = distrust_before(issuers, leaf.not_after)
    if distrust:
        return distrust.scenario
    if history and all(past.spki_sha256 == leaf.spki_sha256 for past in history[-2:]):
        return Scenario.SAME_KEY
    return Scenario.SIBLING_INTERMEDIATE if rotating_habit(leaf) else Scenario.NEW_KEY_SAME_INTERMEDIATE
