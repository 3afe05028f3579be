"""How the figures of a report are known: what was probed, what devices trust, what is assumed where nobody has said."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q

from certdash.models import Successor, TrustStore
from certdash.queries.access import Access
from certdash.queries.environments.words import EVIDENCE
from certdash.queries.formatting import age, clock, counted, listed, number
from certdash.queries.risk.figures import live_apps, live_endpoints
from certdash.queries.standing import stale_before

MOST_LEADS = 4


@dataclass(frozen=True, slots=True)
class Paragraph:
    title: str
    text: str


Method = tuple[Paragraph, ...]


def method(access: Access, now: datetime) -> Method:
    return (
        Paragraph("What was read", _read(access, now)),
        Paragraph("What devices trust", _trust()),
        Paragraph("What is served next", _next(access)),
        Paragraph("When it changes", _when(access)),
        Paragraph("Ship-by dates", _leads(access)),
        Paragraph(
            "Users",
            "Of each app as its owner gives them, times the share of a release; a release below 1 % does not count. "
            "An app with several verdicts counts with its worst one.",
        ),
        Paragraph(
            "What is not in here",
            "Apps that nobody registered and hosts that nobody watches. Unknown is never counted as safe: such an app "
            "has no current reading of its host or no readable pin file.",
        ),
    )


def _read(access: Access, now: datetime) -> str:
    rows = live_endpoints(access)
    limit = stale_before(now)
    found = rows.aggregate(
        hosts=Count("pk"),
        fresh=Count("pk", filter=Q(schedule__last_seen_at__gte=limit)),
        oldest=Min("schedule__last_seen_at"),
    )
    every = _interval(settings.PROBE_INTERVAL)
    first = f"certdash connects to every address of every host {every} and keeps the certificate chain that it serves. "
    if not found["hosts"]:
        return f"{first}No host is watched yet."
    rest = f"{number(found['fresh'])} of {counted(found['hosts'], 'host')} have been read within {_span(now - limit)}"
    if found["oldest"] is None:
        return f"{first}{rest}."
    return f"{first}{rest}; the oldest reading is {age(found['oldest'], now)} old ({clock(found['oldest'])})."


def _interval(every: timedelta) -> str:
    return "every minute" if every == timedelta(minutes=1) else f"every {_span(every)}"


def _span(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    return counted(minutes, "minute") if minutes < 120 else counted(minutes // 60, "hour")


def _trust() -> str:
    """A store that is not in scope is named too: who reads that it was left out can object."""
    stores = list(TrustStore.objects.order_by("name", "version"))
    if not stores:
        return "Verdicts are decided on the public roots of certifi, as no trust store was added."
    within = [str(store) for store in stores if store.is_in_scope and not store.archived_at]
    beyond = [str(store) for store in stores if not store.is_in_scope and not store.archived_at]
    if not within:
        return "No trust store is in scope, so no verdict rests on one."
    text = f"Verdicts are decided on {counted(len(within), 'trust store')}: {listed(within)}."
    return f"{text} Not in scope: {listed(beyond)}." if beyond else text


def _next(access: Access) -> str:
    """Successors that the reader may know of: those of platform domains, and those of the hosts in scope."""
    rows = Successor.objects.filter(withdrawn_at=None)
    own = Q(endpoint__in=live_endpoints(access)) | Q(platform_domain__isnull=False)
    known = rows.filter(own).count()
    first = f"{counted(known, 'successor is', 'successors are')} registered and taken as known. " if known else ""
    return (
        f"{first}Elsewhere the change that is most likely is assumed: a new key under the same intermediate, unless "
        "the host's history or the authority's habit says otherwise. An app that stops then will fail; one that stops "
        "under another plausible change is at risk."
    )


def _when(access: Access) -> str:
    rows = live_endpoints(access).exclude(window_end=None).values_list("window_evidence")
    counts = sorted(rows.annotate(hosts=Count("pk")), key=lambda row: -row[1])
    if not counts:
        return "No rotation window is known yet."
    parts = [f"{EVIDENCE.get(evidence, EVIDENCE['assumed'])} ({counted(hosts, 'host')})" for evidence, hosts in counts]
    return f"Each rotation is a window, never one date. They rest on: {'; '.join(parts)}."


def _leads(access: Access) -> str:
    columns = ("review_days", "adoption_days", "target_share", "buffer_days")
    rows = live_apps(access).order_by().values_list(*columns).annotate(apps=Count("pk")).order_by("-apps", *columns)
    found = list(rows[: MOST_LEADS + 1])
    if not found:
        return "No app is registered yet."
    parts = [
        f"{review} days of store review, {adoption} until {share} % of users have it, {buffer} to spare "
        f"({counted(apps, 'app')})"
        for review, adoption, share, buffer, apps in found[:MOST_LEADS]
    ]
    more = "; others have their own" if len(found) > MOST_LEADS else ""
    return f"The first day of the window less what a fix needs: {'; '.join(parts)}{more}."
