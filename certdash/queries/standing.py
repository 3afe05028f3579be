"""What a stored verdict is worth now: age is applied when it is read, because a row does not notice time passing."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Case, F, IntegerField, Max, Q, QuerySet, Value, When

from certdash.models import Endpoint
from certdash.queries.formatting import Moment, moment
from pins.verdict import Value as Verdict

GREEN = (Verdict.UNPROTECTED, Verdict.READY)


def stale_before(now: datetime) -> datetime:
    """What was last seen before this instant is stale."""
    span: timedelta = settings.PROBE_INTERVAL * settings.STALE_AFTER_INTERVALS
    return now - span


def is_stale(last_seen_at: datetime | None, now: datetime) -> bool:
    return last_seen_at is None or last_seen_at < stale_before(now)


def last_read(endpoints: QuerySet[Endpoint], now: datetime) -> Moment:
    """The age of what a page about many hosts rests on; a host that is behind is `unknown` in its own row."""
    seen = endpoints.order_by().aggregate(seen=Max("schedule__last_seen_at"))["seen"]
    return data_age(seen, now)


def data_age(seen: datetime | None, now: datetime) -> Moment:
    return moment(seen, now, stale_after=now - stale_before(now))


def effective_value(value: str, last_seen_at: datetime | None, now: datetime) -> Verdict:
    """A stale `ready` or `unprotected` is `unknown`; anything worse stays, and is to be shown as stale."""
    verdict = Verdict(value)
    return Verdict.UNKNOWN if verdict in GREEN and is_stale(last_seen_at, now) else verdict


def effective_badness(now: datetime) -> Case:
    """The same for a query on verdicts."""
    return Case(
        When(stale_condition(now) & Q(badness__gt=Verdict.UNKNOWN.badness), then=Value(Verdict.UNKNOWN.badness)),
        default=F("badness"),
        output_field=IntegerField(),
    )


def stale_condition(now: datetime) -> Q:
    """On verdicts; a host without an endpoint is `unknown` anyway."""
    seen = "endpoint__schedule__last_seen_at"
    return Q(endpoint__isnull=False) & (Q(**{f"{seen}__lt": stale_before(now)}) | Q(**{f"{seen}__isnull": True}))


def in_use(prefix: str = "") -> Q:
    """Verdicts that count: of a release in use by at least one per cent, or nobody knows how many, of a live app."""
    release = f"{prefix}release__"
    return (
        Q(**{f"{release}retired_at": None})
        & Q(**{f"{release}app__archived_at": None})
        & (Q(**{f"{release}share": None}) | Q(**{f"{release}share__gte": 1}))
    )
