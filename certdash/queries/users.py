"""How many people use a release: its share of the app's active users, estimated where nobody has said."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Protocol

from certdash.models import Release
from certdash.queries.keys import among

# Releases below this share do not decide an app's standing.
LEAST_SHARE = Decimal(1)


class Used(Protocol):
    """A release, or as much of it as is asked here."""

    @property
    def pk(self) -> int: ...
    @property
    def share(self) -> Decimal | None: ...
    @property
    def retired_at(self) -> datetime | None: ...


class Use(NamedTuple):
    pk: int
    share: Decimal | None
    retired_at: datetime | None


def uses_by_app(app_ids: Iterable[int]) -> dict[int, list[Use]]:
    """For many thousands: no model is built for a release."""
    found: dict[int, list[Use]] = defaultdict(list)
    rows = Release.objects.filter(app__in=among(app_ids)).order_by("pk")
    for app_id, pk, share, retired_at in rows.values_list("app_id", "pk", "share", "retired_at"):
        found[app_id].append(Use(pk, share, retired_at))
    return found


def is_active(release: Used) -> bool:
    """Not retired, and used by at least one per cent, or by nobody knows how many."""
    return release.retired_at is None and (release.share is None or release.share >= LEAST_SHARE)


def shares(releases: Iterable[Used]) -> dict[int, Decimal]:
    """Per cent by release of one app; releases without a known share divide evenly what the others leave."""
    in_use = [release for release in releases if release.retired_at is None]
    known = sum((release.share for release in in_use if release.share is not None), Decimal(0))
    unknown = sum(release.share is None for release in in_use)
    rest = max(Decimal(0), 100 - known) / unknown if unknown else Decimal(0)
    return {release.pk: rest if release.share is None else release.share for release in in_use}


def users(active_users: int, share: Decimal) -> int:
    return int(active_users * share / 100)
