"""Findings in force, worst first, with what each means and what to do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, Min, OuterRef, Q, QuerySet, Value, When

from certdash.models import Endpoint, Environment, Finding, PinSet
from certdash.queries.access import Access
from certdash.queries.formatting import Moment, Part, Sentence, address, counted, moment, number
from certdash.queries.kept import kept
from certdash.queries.keys import among
from certdash.queries.lists.keyset import DAMAGED
from certdash.queries.lists.lists import Address, Columns, Filters, Page, Select
from certdash.queries.lists.saved_filters import SavedMenu, own_filters, saved_menu
from certdash.queries.lists.text_search import containing, place_of
from pins.findings import CATALOGUE, GROUPS, FindingKind

SEVERITIES = {"error": "errors", "warning": "warnings", "info": "notes"}
ABOUT = {"endpoint": "certificates", "pin_set": "pin sets"}
# The shape and colour that a severity borrows from the verdicts.
LOOKS = {"error": "failing", "warning": "at_risk", "info": "unprotected"}
WORDS = {"error": "error", "warning": "warning", "info": "note"}
COLUMNS = {"where": "Where", "since": "Since"}
SIZE = 50


@dataclass(frozen=True, slots=True)
class FindingRow:
    code: str
    look: str
    severity: str
    title: str
    text: str
    why: str
    remedy: str
    subject: str
    others: int
    more: str
    customer: str
    place: str
    url: str
    since: Moment


@dataclass(frozen=True, slots=True)
class FindingList:
    rows: tuple[FindingRow, ...]
    page: Page
    filters: Filters
    choice: Columns
    saved: SavedMenu
    sentence: Sentence
    notices: tuple[str, ...]
    csv_url: str


@dataclass(frozen=True, slots=True)
class Help:
    code: str
    look: str
    severity: str
    title: str
    why: str
    remedy: str


def help_groups() -> Mapping[str, tuple[Help, ...]]:
    return {title: tuple(map(_help, kinds)) for title, kinds in GROUPS.items()}


def _help(kind: FindingKind) -> Help:
    return Help(kind.code, LOOKS[kind.severity], WORDS[kind.severity], kind.title, kind.why, kind.remedy)


def visible_findings(access: Access) -> QuerySet[Finding]:
    """Of hosts and pin sets in force that the reader may see."""
    files = PinSet.objects.filter(
        access.rows("release__app__customer_id"),
        replaced_at=None,
        release__retired_at=None,
        release__app__archived_at=None,
    )
    if not access.sees_everything:
        # By keys: a join would be asked of every finding of every customer.
        own = Environment.objects.filter(access.rows(), archived_at=None)
        hosts = Endpoint.objects.filter(environment__in=own, archived_at=None)
        own_ones = (Finding.objects.filter(endpoint__in=hosts), Finding.objects.filter(pin_set__in=files))
        return Finding.objects.filter(reduce(or_, (Q(pk__in=rows.order_by().values("pk")) for rows in own_ones)))
    archived = Environment.objects.filter(archived_at__isnull=False)
    gone = Endpoint.objects.filter(environment__in=archived)
    in_force = Exists(files.filter(pk=OuterRef("pin_set")))
    # What is gone is little; of the findings most are of hosts, and none of them is looked up in a table of pin sets.
    rows = Finding.objects.exclude(endpoint__in=gone).exclude(endpoint__in=Endpoint.objects.exclude(archived_at=None))
    return rows.filter(Q(pin_set__isnull=True) | Q(in_force))


def _in_force(access: Access) -> Q:
    """The same of a few findings: they are joined to all that can be archived, and nothing else is read."""
    hosts = access.rows("endpoint__environment__customer_id") & Q(
        endpoint__isnull=False, endpoint__archived_at=None, endpoint__environment__archived_at=None
    )
    files = access.rows("pin_set__release__app__customer_id") & Q(
        pin_set__isnull=False,
        pin_set__replaced_at=None,
        pin_set__release__retired_at=None,
        pin_set__release__app__archived_at=None,
    )
    return hosts | files


def finding_list(access: Access, given: Mapping[str, str], now: datetime) -> FindingList:
    place = Address(given)
    own = own_filters(access, "findings", place)
    selects, matching = filtered(access, place)
    choice, start = place.columns(COLUMNS), _start(place)
    found = kept(
        ("groups", access.scope, place.filters(), start), lambda: list(groups(matching)[start : start + SIZE + 1])
    )
    rows = samples(access, found[:SIZE])
    return FindingList(
        rows=tuple(finding_row(row, now, more=count - 1) for row, count in rows),
        page=_page(place, start, found),
        filters=Filters(selects, place.value("q"), "Filter by host, app or words", place.kept_beside(selects)),
        choice=choice,
        saved=saved_menu("findings", own, place),
        sentence=_sentence(access),
        notices=tuple(place.notices),
        csv_url=place.url(format="csv"),
    )


def filtered(access: Access, place: Address) -> tuple[tuple[Select, ...], QuerySet[Finding]]:
    selects = (
        place.choice("severity", "Severity", SEVERITIES.items()),
        place.choice("about", "About", ABOUT.items()),
        place.choice("code", "Finding", sorted(((kind.code, kind.title) for kind in CATALOGUE.values()), key=_second)),
    )
    place.tell_unknown(*(select.name for select in selects))
    return selects, _matching(visible_findings(access), place)


def samples(access: Access, found: Sequence[Mapping[str, int]]) -> list[tuple[Finding, int]]:
    """The first finding of each group, with how many there are of its kind. One statement."""
    keys = among(group["sample"] for group in found)
    rows = Finding.objects.filter(_in_force(access), pk__in=keys)
    related = rows.select_related("endpoint__environment__customer", "pin_set__release__app__customer")
    by_key = {row.pk: row for row in related.order_by()}
    return [(by_key[group["sample"]], group["count"]) for group in found if group["sample"] in by_key]


def groups(rows: QuerySet[Finding]) -> QuerySet[Any, Any]:
    """What says the same of many hosts, as of all that serve one certificate, is one row."""
    ranked = rows.annotate(rank=_rank()).order_by().values("rank", "code", "text")
    return ranked.annotate(count=Count("pk"), sample=Min("pk")).order_by("rank", "-sample")


def _matching(rows: QuerySet[Finding], place: Address) -> QuerySet[Finding]:
    if severity := place.value("severity"):
        rows = rows.filter(code__in=_codes(severity))
    if about := place.value("about"):
        rows = rows.filter(**{f"{about}__isnull": False})
    if code := place.value("code"):
        rows = rows.filter(code=code)
    if text := place.text():
        named = (place_of(text, "host", path="endpoint"), place_of(text, "name", path="pin_set__release__app"))
        rows = rows.filter(containing(Finding, text, place_of(text, "text"), *named))
    return rows


def _codes(severity: str) -> list[str]:
    return [kind.code for kind in CATALOGUE.values() if kind.severity == severity]


def _second(pair: tuple[str, str]) -> str:
    return pair[1]


def _rank() -> Case:
    ranks = [When(code__in=_codes(severity), then=Value(at)) for at, severity in enumerate(SEVERITIES)]
    return Case(*ranks, default=Value(len(SEVERITIES)), output_field=IntegerField())


def _start(place: Address) -> int:
    """Findings are few: a plain offset, held to what a person would page through."""
    text = place.given.get("from", "0")
    if text.isdecimal() and len(text) < 9:
        return min(int(text), 10_000)
    place.notices.append(DAMAGED)
    return 0


def _page(place: Address, start: int, found: Sequence[object]) -> Page:
    count = min(len(found), SIZE)
    before = place.url(**{"from": str(max(0, start - SIZE))}) if start else ""
    after = place.url(**{"from": str(start + SIZE)}) if len(found) > SIZE else ""
    return Page(f"{start + 1}–{start + count}" if count else "no rows", before, after)


def _sentence(access: Access) -> Sentence:
    counts = kept(("findings", access.scope), lambda: _counts(access))
    if not any(counts.values()):
        return (Part("Nothing is wrong with the certificates and pin sets that certdash knows."),)
    parts = [
        Part(_amount(count, severity), address("findings", severity=severity))
        for severity, count in counts.items()
        if count
    ]
    joined = [parts[0]] if len(parts) == 1 else [parts[0], Part(" and "), parts[1]]
    verb = " is" if sum(counts.values()) == 1 else " are"
    return (*joined, Part(f"{verb} in force: facts about certificates and pin sets, beside the verdicts of the apps."))


def _counts(access: Access) -> dict[str, int]:
    """Rows of the list by severity, notes left out. One statement."""
    rows = visible_findings(access).order_by().values_list("code").annotate(count=Count("text", distinct=True))
    by_code = Counter(dict(rows))
    return {severity: sum(by_code[code] for code in _codes(severity)) for severity in ("error", "warning")}


def _amount(count: int, severity: str) -> str:
    return counted(count, WORDS[severity]) if count < 1000 else f"{number(count)} {SEVERITIES[severity]}"


def finding_row(row: Finding, now: datetime, more: int = 0) -> FindingRow:
    kind = CATALOGUE.get(row.code)
    severity = kind.severity if kind else "info"
    subject, customer, url = _subject(row)
    return FindingRow(
        code=row.code,
        look=LOOKS[severity],
        severity=WORDS[severity],
        title=kind.title if kind else row.code.replace("_", " ").capitalize(),
        text=row.text,
        why=kind.why if kind else "",
        remedy=kind.remedy if kind else "",
        subject=subject,
        others=more,
        more=f"and {counted(more, 'other')}" if more else "",
        customer=customer,
        place=row.place,
        url=url,
        since=moment(row.first_seen_at, now),
    )


def _subject(row: Finding) -> tuple[str, str, str]:
    if row.endpoint is not None:
        environment = row.endpoint.environment
        return str(row.endpoint), environment.customer.name, f"{address('environments')}{environment.pk}/"
    if row.pin_set is not None:
        release = row.pin_set.release
        return f"{release.app.name} {release}", release.app.customer.name, f"{address('apps')}{release.app_id}/"
    return "", "", ""
