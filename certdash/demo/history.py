"""The ninety days before the demo began, written by the seed alone: counts by day, standings, changes of verdicts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from certdash.demo.apps import StoryApp
from certdash.models import App, DailyCount, StandingChange, User, VerdictChange
from pins.verdict import Value

DAYS = 90
# Everybody was here before, so that the overview has something to tell at the first look.
LAST_VISIT = timedelta(days=6)
STEP = 9
CONCERNED = (Value.FAILING, Value.WILL_FAIL, Value.AT_RISK)
REASONS = {
    Value.FAILING: "The certificate that is served matched no pin any more.",
    Value.WILL_FAIL: "Only the key of the certificate served now was pinned, and the next one is new.",
    Value.AT_RISK: "A plausible next certificate would have matched no pin.",
    Value.UNKNOWN: "The host could not be read.",
    Value.UNPROTECTED: "The pins expired, so any trusted certificate was accepted.",
    Value.READY: "A release with the next pin reached its users.",
}

Cast = Sequence[tuple[StoryApp, App]]


def write_history(apps: Cast, *, now: datetime) -> None:
    DailyCount.objects.bulk_create(_counts(apps, now), batch_size=1000)
    VerdictChange.objects.bulk_create(_changes(apps, now))
    StandingChange.objects.bulk_create(_standings(apps, now))
    for story, app in apps:
        if story.history:
            App.objects.filter(pk=app.pk).update(created_at=_changed_at(story.history[0][0], app, now))
    User.objects.update(last_overview_at=now - LAST_VISIT)


def _counts(apps: Cast, now: datetime) -> Iterable[DailyCount]:
    for days_ago in range(DAYS, 0, -1):
        counts: Counter[tuple[int | None, Value]] = Counter()
        for story, app in apps:
            value = value_at(story, days_ago)
            if value is not None:
                counts[app.customer_id, value] += 1
                counts[None, value] += 1
        day = (now - timedelta(days=days_ago)).date()
        for (customer_id, value), number in counts.items():
            yield DailyCount(day=day, customer_id=customer_id, value=value, apps=number)


def value_at(story: StoryApp, days_ago: int) -> Value | None:
    """The verdict in force then; None before the app was registered."""
    past = [value for since, value in story.history if since >= days_ago]
    return past[-1] if past else None


def _changes(apps: Cast, now: datetime) -> Iterable[VerdictChange]:
    for story, app in apps:
        release = app.releases.order_by("pk").first()
        host = story.builds[0].rules[0].host if story.builds[0].rules else ""
        steps = zip(story.history, story.history[1:], strict=False)
        for (_, before), (days_ago, after) in steps:
            if release is not None and host:
                changed_at = _changed_at(days_ago, app, now)
                yield VerdictChange(
                    release=release, host=host, before=before, after=after, reason=REASONS[after], changed_at=changed_at
                )


def _standings(apps: Cast, now: datetime) -> Iterable[StandingChange]:
    """While an app is concerned, its users leave the release that is: fewer of them every few days, until today."""
    for story, app in apps:
        ends = [*(days_ago for days_ago, _ in story.history[1:]), 0]
        left = max(build.share for build in story.builds)
        for (begin, value), end in zip(story.history, ends, strict=True):
            for days_ago in range(begin, end, -STEP) if value in CONCERNED else (begin,):
                share = max(left, left + (96 - left) * days_ago // DAYS) if value in CONCERNED else 0
                yield StandingChange(
                    app=app,
                    badness=value.badness,
                    users_at_risk=story.users * share // 100,
                    active_users=story.users,
                    changed_at=_changed_at(days_ago, app, now),
                )


def _changed_at(days_ago: int, app: App, now: datetime) -> datetime:
    """Not all at once; what the story begins with was so the day before already."""
    return now - timedelta(days=days_ago + (days_ago >= DAYS), minutes=app.pk * 7 % 600)
