"""What an endpoint may serve next: known successors, or scenarios generated from what it serves now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pins.certificate import Certificate, UnknownCertificate
from pins.path_cache import PathCache
from pins.scenarios import Evidence, Likelihood, Scenario, Successor
from pins.trust import TrustStore

__all__ = ("Announced", "Evidence", "Likelihood", "Scenario", "Served", "Successor", "announced", "successors")

Served = tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class Announced:
    """One known successor, as much of it as its owner gave: a chain or leaf, else only facts of the leaf.

    A `leaf` without `certificates` carries the key (from a request, a key or a hash) or only a fingerprint.
    """

    certificates: tuple[Certificate, ...] = ()
    leaf: UnknownCertificate | None = None
    evidence: Evidence = Evidence.REGISTERED


def announced(source: bytes) -> Announced:
    """Reads what an owner registers: PEM chain or leaf, CSR, public key, or a literal `sha256/…`; else PinError."""
    raise NotImplementedError


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
    raise NotImplementedError
