"""When the next rotation happens: always a window, with the evidence it rests on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pins.certificate import Certificate
from pins.lifetimes import maximum_days
from pins.scenarios import Evidence, Successor


class WindowEvidence(StrEnum):
    """What the start of a window rests on, strongest first."""

    ROLLING_OUT = "rolling_out"
    ANNOUNCED = "announced"
    REGISTERED = "registered"
    ARI = "ari"
    LOGGED = "logged"
    HISTORY = "history"
    PLATFORM_RULE = "platform_rule"
    LIFETIME_RULE = "lifetime_rule"


HABITS = (WindowEvidence.HISTORY, WindowEvidence.PLATFORM_RULE, WindowEvidence.LIFETIME_RULE)


@dataclass(frozen=True, slots=True)
class Window:
    """The rotation happens between `earliest` and `latest`, the expiry. `earliest` may lie in the past.

    `any_day`: the owner rotates without notice, so it may happen on any day from now on; shown, never used for ship-by.
    """

    earliest: datetime
    latest: datetime
    evidence: WindowEvidence
    any_day: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """What is known about the start from outside; an empty field is not known."""

    announced_start: datetime | None = None
    announced_end: datetime | None = None
    ari_start: datetime | None = None
    first_logged_at: datetime | None = None
    learned_lead: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A past rotation: the leaf that was served and the instant at which another took its place."""

    leaf: Certificate
    replaced_at: datetime


PLATFORM_LEAD = timedelta(days=30)
SHORT_LIFETIME = timedelta(days=10)
# A certificate made to live for seconds would rotate millions of times until the horizon.
SHORTEST = timedelta(days=1)


def window(
    leaf: Certificate,
    *,
    now: datetime,
    successors: Sequence[Successor] = (),
    notice: Notice | None = None,
    is_platform_owned: bool = False,
) -> Window:
    """The window of the next rotation of `leaf` (of several served leaves, the one that expires first)."""
    earliest, evidence = _earliest(leaf, now, successors, notice or Notice(), is_platform_owned)
    return Window(earliest, leaf.not_after, evidence, is_platform_owned)


def following(
    leaf: Certificate,
    first: Window,
    *,
    now: datetime,
    until: datetime,
    is_public: bool = True,
    successor: Certificate | None = None,
) -> tuple[Window, ...]:
    """The rotations after `first` that can begin before `until`.

    Every certificate is replaced when its window opens, the first not before `now`. It lives as long as `leaf` does, or
    as the policy of its own day of issue allows, from which private authorities are free; its window takes the same
    part of that lifetime as its owner's habit does now. The days of a known `successor` are its own.
    """
    usual = max(leaf.not_after - leaf.not_before, SHORTEST)
    part = min(_lead(leaf, first) / usual, 0.5)
    issued = max(first.earliest, now)
    windows: list[Window] = []
    while issued < until:
        lifetime, expires = _lifetime(usual, issued, is_public=is_public), None
        if successor and not windows:
            lifetime, expires = max(successor.not_after - successor.not_before, SHORTEST), successor.not_after
        expires = expires or issued + lifetime
        windows.append(Window(expires - part * lifetime, expires, first.evidence, first.any_day))
        issued = max(windows[-1].earliest, issued + SHORTEST / 2)
    return tuple(entry for entry in windows if entry.earliest < until)


def _lead(leaf: Certificate, first: Window) -> timedelta:
    """Known from the window where that rests on a habit; an announcement tells of one rotation only."""
    if first.evidence in HABITS:
        return first.latest - first.earliest
    return PLATFORM_LEAD if first.any_day else _rule_lead(leaf)


def _lifetime(usual: timedelta, issued_at: datetime, *, is_public: bool) -> timedelta:
    limit = maximum_days(issued_at) if is_public else None
    return usual if limit is None else min(usual, timedelta(days=limit))


def learned_lead(changes: Iterable[Change]) -> timedelta | None:
    """The greatest time before expiry at which this owner has rotated; None without a past rotation."""
    leads = [change.leaf.not_after - change.replaced_at for change in changes]
    return max(leads, default=None)


def _earliest(
    leaf: Certificate, now: datetime, successors: Sequence[Successor], notice: Notice, is_platform_owned: bool
) -> tuple[datetime, WindowEvidence]:
    known = {successor.evidence: successor for successor in successors if successor.evidence.is_known}
    if Evidence.ROLLING_OUT in known:
        return now, WindowEvidence.ROLLING_OUT
    # Whatever was said: once the leaf has expired nobody connects any more, so it is replaced by then.
    if notice.announced_start:
        return min(notice.announced_start, leaf.not_after), WindowEvidence.ANNOUNCED
    if Evidence.REGISTERED in known:
        return min(_from(now, successors), max(leaf.not_after, now)), WindowEvidence.REGISTERED
    if notice.ari_start:
        return min(notice.ari_start, leaf.not_after), WindowEvidence.ARI
    if notice.first_logged_at:
        return notice.first_logged_at, WindowEvidence.LOGGED
    if notice.learned_lead is not None:
        return leaf.not_after - notice.learned_lead, WindowEvidence.HISTORY
    if is_platform_owned:
        return leaf.not_after - PLATFORM_LEAD, WindowEvidence.PLATFORM_RULE
    return leaf.not_after - _rule_lead(leaf), WindowEvidence.LIFETIME_RULE


def _from(now: datetime, successors: Sequence[Successor]) -> datetime:
    """With several registered successors any of them may come first."""
    starts = [entry.not_before or now for entry in successors if entry.evidence is Evidence.REGISTERED]
    return max(now, min(starts))


def _rule_lead(leaf: Certificate) -> timedelta:
    lifetime = leaf.not_after - leaf.not_before
    # Let's Encrypt integration guide: renew with a third of the lifetime left, with half where it is below ten days
    return lifetime / 2 if lifetime < SHORT_LIFETIME else lifetime / 3
