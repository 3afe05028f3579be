"""The evidence behind one stored verdict, decided afresh from what is on record: chains, paths, pins, matches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from certdash.models import ProbeSchedule
from certdash.models import Verdict as VerdictRow
from certdash.queries.judging.forecasts import Forecast
from certdash.queries.judging.judging import judge_cells, load
from certdash.queries.judging.known_keys import known_keys
from certdash.queries.judging.pairs import Pair
from certdash.queries.judging.subjects import Pinned
from certdash.queries.standing import is_stale
from pins.decide import pins_for
from pins.decision import Client
from pins.device import Device
from pins.forecast import Window
from pins.identify import Identity, identify
from pins.pinset import Pin
from pins.trust import TrustStore
from pins.verdict import Judged, Verdict


@dataclass(frozen=True, slots=True)
class ExplainedPin:
    """A pin that a client compares for the host, and which known key it is."""

    client: Client
    pin: Pin
    identity: Identity


@dataclass(frozen=True, slots=True)
class Explanation:
    """`verdict.decisions` holds every decision by client, store and scenario; `stored` is the row that pages show.

    `seen_at` is when the host was last read; None where it never was.
    """

    stored: VerdictRow
    verdict: Verdict
    forecast: Forecast
    window: Window | None
    stores: tuple[TrustStore, ...]
    pins: tuple[ExplainedPin, ...]
    seen_at: datetime | None
    is_stale: bool

    def decisions(self, when: str) -> tuple[Judged, ...]:
        return tuple(judged for judged in self.verdict.decisions if judged.when == when)

    def by_store(self, when: str) -> Mapping[str, tuple[Judged, ...]]:
        found = self.decisions(when)
        names = dict.fromkeys(judged.decision.trust_store for judged in found)
        return {name: tuple(one for one in found if one.decision.trust_store == name) for name in names}


def explain(row: VerdictRow, *, now: datetime) -> Explanation:
    """`row.release.app` and `row.endpoint` should be selected with the row."""
    pair = Pair(row.release_id, row.endpoint_id, row.host)
    loaded = load([pair], now=now)
    cell = next(judge_cells([pair], loaded))
    seen_at = _seen_at(row.endpoint_id)
    pinned = loaded.subjects[row.release_id].pin_sets
    return Explanation(
        row,
        cell.verdict,
        loaded.forecast_at(row.endpoint_id),
        cell.window,
        loaded.frame.stores,
        tuple(entry for one in pinned for entry in _pins(one, row)),
        seen_at,
        is_stale(seen_at, now),
    )


def _pins(pinned: Pinned, row: VerdictRow) -> list[ExplainedPin]:
    known = known_keys(pinned.value, customer_id=row.release.app.customer_id)
    device = Device(client_version=pinned.client_version or None)
    return [
        ExplainedPin(client, pin, identify(pin, known))
        for client in pinned.clients
        for pin in pins_for(client, pinned.value, row.host, device)
    ]


def _seen_at(endpoint_id: int | None) -> datetime | None:
    return ProbeSchedule.objects.filter(endpoint=endpoint_id).values_list("last_seen_at", flat=True).first()
