"""The platform's rotation as it stood before the demo began: open since then, with the counts of its apps by day."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from certdash.demo.apps import StoryApp
from certdash.demo.history import DAYS, Cast, value_at
from certdash.demo.story import TENANTS
from certdash.models import App, Certificate, PlatformDomain, Rotation, RotationCount
from certdash.queries.rotations.scope import STOPS

DEFAULT = {f"{tenant.slug}-{stage.label}" for tenant in TENANTS for stage in tenant.stages}

Counts = dict[tuple[int | None, str], tuple[int, int]]


def open_rotation(domain: PlatformDomain, leaf: Certificate, apps: Cast, *, now: datetime) -> None:
    """As the first probe of that time would have opened it."""
    rotation = Rotation.objects.create(platform_domain=domain, leaf=leaf, created_at=now - timedelta(days=DAYS))
    RotationCount.objects.bulk_create(
        RotationCount(rotation=rotation, day=day, customer_id=customer_id, value=value, apps=number, users=users)
        for day, counts in _changes(apps, now)
        for (customer_id, value), (number, users) in counts.items()
    )


def _changes(apps: Cast, now: datetime) -> Iterator[tuple[date, Counts]]:
    """The days whose counts differ from those of the day before."""
    before: Counts = {}
    for days_ago in range(DAYS, 0, -1):
        counts = _counts(apps, days_ago)
        if counts != before:
            yield (now - timedelta(days=days_ago)).date(), counts
        before = counts


def _users(story: StoryApp) -> int:
    """Of the release that most of them use: it is the one that stops."""
    return story.users * max((build.share for build in story.builds), default=0) // 100


def _counts(apps: Cast, days_ago: int) -> Counts:
    found: dict[tuple[int | None, str], list[App]] = defaultdict(list)
    users = dict[int, int]()
    for story, app in apps:
        value = value_at(story, days_ago)
        if value is not None and DEFAULT.intersection(story.environments):
            users[app.pk] = _users(story) if value.badness <= STOPS else 0
            for customer_id in (None, app.customer_id):
                found[customer_id, value.value].append(app)
    return {key: (len(group), sum(users[app.pk] for app in group)) for key, group in found.items()}
