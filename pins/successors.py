"""What an endpoint may serve next: known successors, or scenarios generated from what it serves now."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from pins.announced import Announced, announced, known_successors
from pins.assumed import Placeholders, Tail, assumed, likelihoods_of, placeholders, tails
from pins.certificate import Certificate, UnknownCertificate
from pins.path_cache import PathCache
from pins.scenarios import Evidence, Likelihood, Scenario, Successor
from pins.trust import TrustStore

__all__ = ("Announced", "Evidence", "Likelihood", "Scenario", "Served", "Successor", "announced", "successors")

Served = tuple[Certificate, ...]


def successors(
    served: Sequence[Served],
    stores: Sequence[TrustStore],
    *,
    now: datetime,
    known: Sequence[Announced] = (),
    history: Sequence[Certificate] = (),
    likelihoods: Mapping[Scenario, Likelihood] | None = None,
    is_rolling_out: bool = False,
    cache: PathCache | None = None,
) -> tuple[Successor, ...]:
    """What may be served next, known successors alone where there are any, else the assumed scenarios.

    `served` are the distinct chains served now, leaf first. `is_rolling_out`: they differ between addresses of one
    profile, so the one with the newest leaf is the successor. `history` are the leaves served before, oldest first.
    `likelihoods` are the overrides of the domain or endpoint. A registered successor that is served everywhere already
    is no longer one: leave it out.
    """
    paths = cache or PathCache()
    found_tails = {chain: tails(chain, stores, now, paths) for chain in served}
    entries = (*_rolling_out(served, is_rolling_out), *known)
    unknown = placeholders(_fingerprint(entries))
    settled = [entry for entry in entries if entry.leaf is not unknown.leaf]
    if settled:
        every_tail = [tail for group in found_tails.values() for tail in group] or [Tail(())]
        found = [entry for each in settled for entry in known_successors(each, every_tail, stores, unknown)]
        return tuple(dict.fromkeys(found))
    return tuple(dict.fromkeys(_assumed(found_tails, history, likelihoods, unknown)))


def _rolling_out(served: Sequence[Served], is_rolling_out: bool) -> tuple[Announced, ...]:
    if not is_rolling_out:
        return ()
    newest = max(served, key=lambda chain: chain[0].not_before)
    return (Announced(newest, evidence=Evidence.ROLLING_OUT),)


def _fingerprint(entries: Sequence[Announced]) -> UnknownCertificate | None:
    """A successor of which only the fingerprint is known settles certificate pins; for keys everything stays open."""
    leaves = [entry.leaf for entry in entries if entry.leaf]
    return next((leaf for leaf in leaves if leaf.spki_sha256 is None and leaf.spki_sha1 is None), None)


def _assumed(
    found_tails: Mapping[Served, tuple[Tail, ...]],
    history: Sequence[Certificate],
    overrides: Mapping[Scenario, Likelihood] | None,
    unknown: Placeholders,
) -> Iterator[Successor]:
    for chain, group in found_tails.items():
        issuers = [issuer for tail in group for issuer in tail.issuers]
        how = likelihoods_of(chain[0], issuers, history=history, overrides=overrides)
        yield from assumed(chain[0], group, how, unknown)
