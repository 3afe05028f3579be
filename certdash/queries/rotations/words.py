"""What the rotation pages say first: when it changes, who stops then, and whether there is time left."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from certdash.models import Rotation, RotationState
from certdash.queries.formatting import Part, Sentence, address, counted, day, full_day, number, people
from certdash.queries.rotations.outcome import OutcomeView
from certdash.queries.rotations.scope import Stopping

STATES = {
    RotationState.PLANNED: "planned",
    RotationState.ANNOUNCED: "announced",
    RotationState.UNDER_WAY: "under way",
    RotationState.DONE: "done",
    RotationState.CANCELLED: "cancelled",
}


def rotation_sentence(
    rotation: Rotation, stops: Sequence[Stopping], outcome: OutcomeView, changed: int, total: int, now: datetime
) -> Sentence:
    if rotation.state == RotationState.DONE:
        return _done(rotation, outcome, now)
    if rotation.state == RotationState.CANCELLED:
        return _cancelled(rotation)
    if rotation.state == RotationState.UNDER_WAY:
        whole = f"{number(changed)} of {counted(total, 'endpoint')}"
        since = f" since {day(rotation.first_changed_at, now)}" if rotation.first_changed_at else ""
        first = [Part("It is rotating now: "), Part(whole, "#endpoints"), Part(f" changed{since}. ")]
    else:
        first = _when(rotation, now)
    return (*first, *_who(rotation, stops, now))


def acknowledged(answered: int, total: int) -> Sentence:
    """Nothing where nobody has to answer."""
    if not total:
        return ()
    owners = "The owner has" if total == 1 else f"For {number(answered)} of {counted(total, 'app')} the owner has"
    if answered == 0:
        return (Part(" Nobody has "), Part("acknowledged", "#acknowledgements"), Part(" yet."))
    return (Part(f" {owners} "), Part("acknowledged", "#acknowledgements"), Part("."))


def _when(rotation: Rotation, now: datetime) -> list[Part]:
    opens, closes = rotation.window_start, rotation.window_end
    if opens is None or closes is None:
        return [Part("When it rotates is not known. ")]
    if rotation.leaf.not_after < now:
        return [Part(f"It expired on {full_day(rotation.leaf.not_after)} and is still served: it can change any day. ")]
    days = (opens.date() - now.date()).days
    if days > 0:
        return [Part("It can rotate in "), Part(counted(days, "day"), "#line"), Part(". ")]
    return [Part("It can rotate "), Part("any day", "#line"), Part(", its window is open. ")]


def _who(rotation: Rotation, stops: Sequence[Stopping], now: datetime) -> list[Part]:
    by = f"By {day(rotation.window_end, now)} " if rotation.window_end and rotation.window_end > now else "Then "
    if not stops:
        return [Part(f"{by}no app stops under the expected change.")]
    apps = {one.app_id for one in stops}
    verb = "stops" if len(apps) == 1 else "stop"
    users = sum(one.users for one in stops)
    parts = [
        Part(by),
        Part(counted(len(apps), "app"), "#apps"),
        Part(" and "),
        *people(users, "#flow"),
        Part(f" {verb if len(apps) > 1 else 'stop'}; "),
    ]
    dates = _last_days(stops, now)
    if not dates:
        late = "it has no time left to ship." if len(apps) == 1 else "for none of them is there time left to ship."
        return [*parts, Part(late)]
    who = "all of them" if len(dates) == len(apps) > 1 else "it" if len(apps) == 1 else counted(len(dates), "app")
    return [*parts, Part(who, "#apps"), Part(f" can still ship safely until {day(min(dates.values()), now)}.")]


def _last_days(stops: Sequence[Stopping], now: datetime) -> dict[int, date]:
    """By app, of those of which each release that stops has time left: none fails already, and none is too late."""
    days: dict[int, list[date | None]] = defaultdict(list)
    for one in stops:
        days[one.app_id].append(one.ship_by)
    whole = {pk: [found for found in its if found and found >= now.date()] for pk, its in days.items()}
    return {pk: min(found) for pk, found in whole.items() if len(found) == len(days[pk])}


def _cancelled(rotation: Rotation) -> Sentence:
    """Its certificate stays for now; that it expires is the next rotation."""
    when = f" on {full_day(rotation.cancelled_at)}" if rotation.cancelled_at else ""
    why = f": {rotation.cancel_reason}" if rotation.cancel_reason else "."
    after = Rotation.objects.filter(platform_domain=rotation.platform_domain_id, endpoint=rotation.endpoint_id)
    following = after.filter(pk__gt=rotation.pk).order_by("pk").first()
    return (
        Part(f"This rotation was called off{when}{why} "),
        Part(f"Its certificate expires on {full_day(rotation.leaf.not_after)}, and "),
        Part("another rotation", address("rotation", following.pk) if following else ""),
        Part(" comes by then."),
    )


def why_not_changeable(rotation: Rotation) -> str:
    if rotation.state == RotationState.UNDER_WAY:
        return (
            "This rotation is under way: the next certificate is served already, so it cannot be called off or edited. "
            "What was predicted is frozen, and its page follows what happens."
        )
    if rotation.state == RotationState.DONE:
        return "This rotation is done, so it cannot be called off or edited. The next one has its own page."
    return "This rotation was called off before. The next one has its own page."


def _done(rotation: Rotation, outcome: OutcomeView, now: datetime) -> Sentence:
    first = Part(_took_place(rotation))
    if not outcome.settled:
        return (first, Part("No prediction can be held against it."))
    if outcome.wrong:
        share = f"{number(outcome.wrong)} of {counted(outcome.settled, 'prediction')}"
        verb = "was" if outcome.wrong == 1 else "were"
        return (first, Part(share, "#outcome"), Part(f" {verb} wrong."))
    if outcome.settled == 1:
        return (first, Part("The one prediction", "#outcome"), Part(" about it came true."))
    return (first, Part(f"All {number(outcome.settled)} predictions", "#outcome"), Part(" came true."))


def _took_place(rotation: Rotation) -> str:
    began, ended = rotation.first_changed_at, rotation.done_at
    if began is None or ended is None:
        return "It is over. "
    if began.date() == ended.date():
        return f"It took place on {full_day(ended)}. "
    return f"It took place from {full_day(began)} to {full_day(ended)}. "
