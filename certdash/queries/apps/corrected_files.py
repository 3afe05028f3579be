"""All corrected files of an app: one section for each release that does not stay as it should, the worst first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from certdash.models import App, Release, Verdict
from certdash.queries.apps.corrected import REPAIRABLE, Corrected, corrected_views
from certdash.queries.apps.page import verdict_rows
from certdash.queries.formatting import Part, Sentence, address, counted, day, days_left
from certdash.queries.judging.stakes import worth
from certdash.queries.risk.fixes import fixed_by
from certdash.queries.users import is_active, shares, users

# Each is decided again for every host of its release.
MOST_RELEASES = 8


@dataclass(frozen=True, slots=True)
class ReleaseFiles:
    """`fixed` names a release that holds these pins already, `url` leads to the explanation of the worst cell."""

    release: str
    value: str
    users: str
    ship_by: str
    ship_by_left: str
    fixed: str
    url: str
    hosts: str
    files: tuple[Corrected, ...]


@dataclass(frozen=True, slots=True)
class CorrectedPage:
    sentence: Sentence
    releases: tuple[ReleaseFiles, ...]
    hidden: int


def corrected_page(app: App, now: datetime) -> CorrectedPage:
    rows = [row for row in verdict_rows(app) if is_active(row.release)]
    groups: dict[Release, list[Verdict]] = {}
    for row in sorted(rows, key=lambda row: (worth(row, now).badness, row.host)):
        if worth(row, now) in REPAIRABLE:
            groups.setdefault(row.release, []).append(row)
    by_share = shares(app.releases.all())
    found = [
        _of_release(app, release, struck, rows, users(app.active_users, by_share[release.pk]), now)
        for release, struck in list(groups.items())[:MOST_RELEASES]
    ]
    return CorrectedPage(_sentence(app, found, rows, now), tuple(found), max(0, len(groups) - MOST_RELEASES))


def _of_release(
    app: App, release: Release, struck: Sequence[Verdict], rows: Sequence[Verdict], count: int, now: datetime
) -> ReleaseFiles:
    worst = worth(struck[0], now)
    release.app = app
    fixed = fixed_by([row for row in struck if worth(row, now) is worst], rows)
    by = min((row.ship_by for row in struck if row.ship_by), default=None)
    hosts = list(dict.fromkeys(row.host for row in struck))
    return ReleaseFiles(
        release=f"{release} ({release.build})" if release.build else str(release),
        value=worst.value,
        users=counted(count, "user") if count else "",
        ship_by=day(by, now) if by else "",
        ship_by_left=days_left(by, now) if by else "",
        fixed=str(fixed) if fixed else "",
        url=address("verdict", app.pk, struck[0].pk),
        hosts=hosts[0] if len(hosts) == 1 else f"{hosts[0]} and {counted(len(hosts) - 1, 'more host')}",
        files=tuple(_worth_showing(corrected_views(release, now))),
    )


def _worth_showing(files: Sequence[Corrected]) -> list[Corrected]:
    """Those to take home; only where there is none, why."""
    return [one for one in files if not one.problem] or list(files[:1])


def _sentence(app: App, found: Sequence[ReleaseFiles], rows: Sequence[Verdict], now: datetime) -> Sentence:
    if not found:
        return (Part(f"{app.name} needs no corrected file: no release in use stops, may stop or goes unchecked."),)
    ready = [one for one in found if any(not file.problem for file in one.files)]
    if not ready:
        return (Part(f"No file can be written that would repair {app.name}; below stands why, release by release."),)
    days = [row.ship_by for row in rows if row.ship_by and worth(row, now) in REPAIRABLE]
    until = f" by {day(min(days), now)}" if days and min(days) >= now.date() else " at once"
    count = sum(not file.problem for one in ready for file in one.files)
    verb = "repairs" if count == 1 else "repair"
    build = "build a release with it" if count == 1 else "build a release with each"
    lead = counted(count, "corrected file")
    return (
        Part(f"{lead[0].upper()}{lead[1:]} {verb} what can be repaired in {app.name}: {build} and ship it{until}."),
    )
