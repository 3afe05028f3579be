"""What may come next for one situation, and when: successors and window, computed once for all its endpoints."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from certdash.models import Successor as SuccessorRow
from certdash.queries.judging.candidates import read_material
from certdash.queries.judging.situations import Situation
from certdash.queries.loading import Chain, chain_values, identified, leaf_values, trust_stores
from pins.case import Case, ServedChain
from pins.certificate import Certificate
from pins.device import Device
from pins.forecast import Notice, Window, window
from pins.path_cache import PathCache
from pins.remedy import Lead
from pins.scenarios import ASSUMED, Evidence, Likelihood, Scenario, Successor
from pins.successors import Announced, successors
from pins.trust import TrustStore


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered successor as a value, with the window that its owner announced.

    `logged_at` instead of a window: when somebody found it in a public log.
    """

    announced: Announced
    window_start: datetime | None = None
    window_end: datetime | None = None
    logged_at: datetime | None = None


Instead = Registered | Scenario


@dataclass(frozen=True, slots=True)
class Forecast:
    """All of a case that does not depend on the app."""

    served: tuple[ServedChain, ...]
    successors: tuple[Successor, ...]
    window: Window | None
    failure: str = ""
    is_platform_owned: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What one run of judgements shares: instant, stores, chains, names of known keys, and a cache of paths."""

    now: datetime
    stores: tuple[TrustStore, ...]
    chains: Mapping[int, Chain]
    leaves: Mapping[int, Certificate]
    registered: Mapping[int, Registered]
    identified: Mapping[bytes, str]
    cache: PathCache

    def case(self, host: str, forecast: Forecast, *, lead: Lead, device: Device) -> Case:
        return Case(
            host,
            forecast.served,
            self.stores,
            self.now,
            forecast.successors,
            forecast.window,
            forecast.failure,
            device,
            self.identified,
            lead,
            cache=self.cache,
        )


def frame(situations: Collection[Situation], pin_set_ids: Collection[int], *, now: datetime) -> Frame:
    stores = trust_stores()
    chain_ids = {served.chain_id for situation in situations for served in situation.served}
    chain_ids |= {situation.rolling_chain_id for situation in situations if situation.rolling_chain_id}
    leaf_ids = {leaf_id for situation in situations for leaf_id in situation.history}
    successor_ids = {pk for situation in situations for pk in situation.successors}
    rows = SuccessorRow.objects.filter(pk__in=successor_ids)
    return Frame(
        now,
        stores,
        chain_values(chain_ids),
        leaf_values(leaf_ids),
        {row.pk: _read(row) for row in rows},
        identified(pin_set_ids, stores),
        PathCache(),
    )


def _read(row: SuccessorRow) -> Registered:
    announced = read_material(row.material.encode())
    if row.is_logged:
        return Registered(replace(announced, evidence=Evidence.LOGGED), logged_at=row.registered_at)
    return Registered(announced, row.window_start, row.window_end)


def forecast(frame: Frame, situation: Situation, *, instead: Instead | None = None) -> Forecast:
    """`instead` takes the place of what is known or assumed: the effect of a change before it is stored."""
    served = tuple(
        ServedChain(frame.chains[entry.chain_id], entry.addresses, entry.profile) for entry in situation.served
    )
    is_platform_owned = situation.is_platform_owned
    if not served:
        return Forecast((), (), None, situation.failure, is_platform_owned)
    registered = _registered(frame, situation, instead)
    scenario = instead if isinstance(instead, Scenario) else None
    next_chains = _successors(frame, situation, served, registered, scenario)
    window = _window(frame, situation, served, registered, next_chains)
    return Forecast(served, next_chains, window, is_platform_owned=is_platform_owned)


def _registered(frame: Frame, situation: Situation, instead: Instead | None) -> list[Registered]:
    if isinstance(instead, Registered):
        return [instead]
    return [] if instead else [frame.registered[pk] for pk in situation.successors]


def _successors(
    frame: Frame,
    situation: Situation,
    served: tuple[ServedChain, ...],
    registered: list[Registered],
    scenario: Scenario | None = None,
) -> tuple[Successor, ...]:
    """`scenario`: what if the next renewal is of this kind and no other."""
    known = [entry.announced for entry in registered]
    if situation.rolling_chain_id and scenario is None:
        known.insert(0, Announced(frame.chains[situation.rolling_chain_id], evidence=Evidence.ROLLING_OUT))
    return successors(
        [entry.chain for entry in served],
        frame.stores,
        now=frame.now,
        known=known,
        history=[frame.leaves[leaf_id] for leaf_id in situation.history],
        likelihoods=_likelihoods(situation, scenario),
        is_rolling_out=situation.is_rolling_out and scenario is None,
        cache=frame.cache,
    )


def _likelihoods(situation: Situation, scenario: Scenario | None) -> dict[Scenario, Likelihood]:
    if scenario is None:
        return {Scenario(one): Likelihood(how) for one, how in situation.likelihoods}
    return {one: Likelihood.EXPECTED if one is scenario else Likelihood.REMOTE for one in ASSUMED}


def _window(
    frame: Frame,
    situation: Situation,
    served: tuple[ServedChain, ...],
    registered: list[Registered],
    next_chains: tuple[Successor, ...],
) -> Window:
    leaf = min((entry.chain[0] for entry in served), key=lambda certificate: certificate.not_after)
    starts = [entry.window_start for entry in registered if entry.window_start]
    if not starts and situation.announced_start:
        starts = [situation.announced_start]
    ends = [entry.window_end for entry in registered if entry.window_end]
    logged = [entry.logged_at for entry in registered if entry.logged_at]
    lead = None if situation.lead_days is None else timedelta(days=situation.lead_days)
    notice = Notice(
        min(starts, default=None),
        min(ends, default=None),
        ari_start=situation.suggested_at,
        first_logged_at=min(logged, default=None),
        learned_lead=lead,
    )
    return window(
        leaf,
        now=frame.now,
        successors=next_chains,
        notice=notice,
        is_platform_owned=situation.is_platform_owned,
    )
