"""Rows of the report that no other page has: rotations of the next year in one list, findings by kind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from certdash.models import Rotation
from certdash.queries.access import Access
from certdash.queries.findings.list import LOOKS, WORDS, visible_findings
from certdash.queries.formatting import number, window_words
from certdash.queries.rotations.windows import Struck, custom_windows, platform_windows
from pins.findings import CATALOGUE

SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class RotationRow:
    """`is_least`: later rotations stop at least as many, because nobody knows who has shipped by then."""

    name: str
    kind: str
    window: str
    evidence: str
    fail: str
    at_risk: str
    value: str
    starts_at: datetime
    ends_at: datetime
    failing: int
    risky: int
    is_least: bool


@dataclass(frozen=True, slots=True)
class FindingCount:
    """`recent` of them were found within the period."""

    code: str
    look: str
    severity: str
    title: str
    count: str
    recent: str


def rotation_rows(
    access: Access, rotations: Iterable[Rotation], struck: Struck, now: datetime
) -> tuple[RotationRow, ...]:
    """Those of platform certificates and of custom domains, in the order in which they can begin."""
    found = [(named, "platform") for named in platform_windows(rotations, struck, now)]
    found += [(named, "custom domain") for named in custom_windows(access, now)]
    found.sort(key=lambda row: (row[0].window.start, row[0].window.end, row[0].name))
    return tuple(
        RotationRow(
            name=named.name,
            kind=kind,
            window=window_words(named.window.start, named.window.end, now),
            evidence=named.evidence,
            fail=_at_least(named.window.failing, named.window.at_least),
            at_risk=_at_least(named.window.at_risk, named.window.at_least),
            value="will_fail" if named.window.failing else "at_risk" if named.window.at_risk else "ready",
            starts_at=named.window.start,
            ends_at=named.window.end,
            failing=named.window.failing,
            risky=named.window.at_risk,
            is_least=named.window.at_least,
        )
        for named, kind in found
    )


def _at_least(count: int, is_least: bool) -> str:
    return f"≥ {number(count)}" if count and is_least else number(count)


def finding_counts(access: Access, then: datetime) -> tuple[FindingCount, ...]:
    """One statement; errors first, then what is found most often. Counted as the list of findings has them in rows."""
    groups = visible_findings(access).order_by().values_list("code")
    counted = groups.annotate(
        all=Count("text", distinct=True), recent=Count("text", distinct=True, filter=Q(first_seen_at__gt=then))
    )
    rows = [(*_kind(code), code, count, recent) for code, count, recent in counted]
    rows.sort(key=lambda row: (SEVERITIES.index(row[0]), -row[3], row[1]))
    return tuple(
        FindingCount(code, LOOKS[severity], WORDS[severity], title, number(count), number(recent))
        for severity, title, code, count, recent in rows
    )


def _kind(code: str) -> tuple[str, str]:
    kind = CATALOGUE.get(code)
    return (kind.severity, kind.title) if kind else ("info", code.replace("_", " ").capitalize())
