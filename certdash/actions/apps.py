"""Apps and releases: create, edit, archive, retire, user shares."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from certdash.actions import records, standing
from certdash.actions.audit import record
from certdash.actions.standing_counts import kept_right
from certdash.models import App, Environment, Release, User

APP_FIELDS = (
    "customer",
    "name",
    "owner",
    "active_users",
    "review_days",
    "adoption_days",
    "target_share",
    "adoption",
    "buffer_days",
)
RELEASE_FIELDS = ("app", "platform", "version", "build", "share", "retired_at")


@transaction.atomic
def save_app(app: App, environments: Iterable[Environment], *, actor: User | None, now: datetime) -> App:
    """`environments` replaces the whole set that the app is linked to."""
    with kept_right(lambda: [app.pk] if app.pk else []):
        records.save(app, APP_FIELDS, actor=actor, now=now, customer=app.customer, derived=standing.APP_FIELDS)
    before = sorted(app.environments.values_list("name", flat=True))
    app.environments.set(environments)
    after = sorted(app.environments.values_list("name", flat=True))
    if before != after:
        was, is_now = {"environments": before}, {"environments": after}
        record(actor, "edited", app, at=now, before=was, after=is_now, customer=app.customer)
    return app


@transaction.atomic
def archive_app(app: App, *, actor: User | None, now: datetime) -> None:
    with kept_right(lambda: [app.pk]):
        records.archive(app, actor=actor, now=now, customer=app.customer)


@transaction.atomic
def restore_app(app: App, *, actor: User | None, now: datetime) -> None:
    with kept_right(lambda: [app.pk]):
        records.restore(app, actor=actor, now=now, customer=app.customer)


@transaction.atomic
def save_release(release: Release, *, actor: User | None, now: datetime) -> Release:
    return records.save(release, RELEASE_FIELDS, actor=actor, now=now, customer=release.app.customer)
