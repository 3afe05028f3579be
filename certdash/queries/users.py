"""How many people use a release: its share of the app's active users, estimated where nobody has said."""

from collections.abc import Iterable
from decimal import Decimal

from certdash.models import Release

# Releases below this share do not decide an app's standing.
LEAST_SHARE = Decimal(1)


def is_active(release: Release) -> bool:
    """Not retired, and used by at least one per cent, or by nobody knows how many."""
    return release.retired_at is None and (release.share is None or release.share >= LEAST_SHARE)


def shares(releases: Iterable[Release]) -> dict[int, Decimal]:
    """Per cent by release of one app; releases without a known share divide evenly what the others leave."""
    in_use = [release for release in releases if release.retired_at is None]
    known = sum((release.share for release in in_use if release.share is not None), Decimal(0))
    unknown = sum(release.share is None for release in in_use)
    rest = max(Decimal(0), 100 - known) / unknown if unknown else Decimal(0)
    return {release.pk: rest if release.share is None else release.share for release in in_use}


def users(active_users: int, share: Decimal) -> int:
    return int(active_users * share / 100)
