"""Verdicts from what is stored: which values are needed for a set of cells, and each cell judged once."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from certdash.queries.judging.forecasts import Forecast, Frame, Instead, forecast, frame
from certdash.queries.judging.likeness import Likeness
from certdash.queries.judging.pairs import Pair
from certdash.queries.judging.situations import Situation, situations
from certdash.queries.judging.subjects import Pinned, Subject, subjects_of
from pins.case import Case
from pins.decision import Reason
from pins.device import Device
from pins.forecast import Window
from pins.verdict import Value, Verdict, judge, worst

NO_PIN_SET = Reason(
    "no_pin_set", "No pin set of this release is on record, so nothing is known. Upload the pin file of its build."
)

UNWATCHED = Reason(
    "unwatched", "Nobody watches this host, so nothing is known of what it serves. Add it to an environment."
)


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
        verdict, example = self.verdict, self.verdict.counterexample
        reason = replace(verdict.reason, text=_renamed(verdict.reason.text, self.host, host))
        if example is not None:
            its = example.decision.reason
            its_reason = replace(its, text=_renamed(its.text, self.host, host))
            example = replace(example, decision=replace(example.decision, host=host, reason=its_reason))
        return replace(verdict, reason=reason, counterexample=example)


def _renamed(text: str, host: str, other: str) -> str:
    """Not inside a longer name or pattern."""
    told, *rest = text.split(host)
    for part in rest:
        is_whole = not (_is_part_of_name(told[-1:], "_.*-") or _is_part_of_name(part[:1], "_-"))
        told = f"{told}{other if is_whole else host}{part}"
    return told


def _is_part_of_name(sign: str, others: str) -> bool:
    return bool(sign) and (sign.isalnum() or sign in others)


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
    subjects, pin_set_ids = subjects_of({pair.release_id for pair in pairs})
    distinct = set(found.values()) | {UNSEEN}
    base = frame(distinct, pin_set_ids, now=now)
    forecasts = {situation: forecast(base, situation, instead=instead) for situation in distinct}
    return Loaded(base, {**subjects, **(extra or {})}, found, forecasts)


def judge_cells(pairs: Iterable[Pair], loaded: Loaded) -> Iterator[Cell]:
    """One verdict for each pair; hosts and pin sets that nothing tells apart are judged once."""
    found: dict[tuple[Any, ...], Shared] = {}
    likeness = Likeness(loaded.frame.identified, loaded.frame.stores)
    for pair in pairs:
        outlook, subject = loaded.forecast_at(pair.endpoint_id), loaded.subjects[pair.release_id]
        is_watched = pair.endpoint_id is not None
        key = (is_watched, likeness.of(subject, outlook, pair.host))
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
