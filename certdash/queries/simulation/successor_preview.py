"""What a successor is understood as, and what it would change, before it is registered."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from certdash.models import Endpoint, SuccessorKind
from certdash.queries.formatting import HashText, Part, Sentence, counted, day, full_day, key_hash, number
from certdash.queries.judging.candidates import Candidate, Target
from certdash.queries.judging.forecasts import Registered
from certdash.queries.judging.pairs import watched_endpoints
from certdash.queries.judging.previews import ChangedCell, Effect, successor_effect
from pins.certificate import Certificate
from pins.lifetimes import lifetime_days
from pins.scenarios import Evidence
from pins.verdict import Value

MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Understood:
    """The leaf as far as it is known. `value` and `word` say whether its key is the one that is served now."""

    kind: str
    names: str
    validity: str
    hash: HashText | None
    issuers: tuple[str, ...]
    value: str
    word: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    value: Value
    before: int
    after: int
    change: str


@dataclass(frozen=True, slots=True)
class ChangedRow:
    app_pk: int
    app: str
    customer: str
    release: str
    host: str
    before: Value
    after: Value
    users: str
    ship_by: str
    is_late: bool
    reason: str


@dataclass(frozen=True, slots=True)
class SuccessorPreview:
    sentence: Sentence
    understood: Understood
    counts: tuple[Count, ...]
    endpoints: str
    changed: tuple[ChangedRow, ...]
    hidden: int


def successor_preview(
    candidate: Candidate, target: Target, window: tuple[datetime | None, datetime | None], now: datetime
) -> SuccessorPreview:
    effect = successor_effect(
        Registered(candidate.announced, *window, now if candidate.announced.evidence is Evidence.LOGGED else None),
        now=now,
        platform_domain=target.platform_domain,
        endpoint_ids=[target.endpoint.pk] if target.endpoint else [],
    )
    return SuccessorPreview(
        sentence=_sentence(effect, target),
        understood=_understood(candidate, target),
        counts=tuple(_count(value, effect) for value in Value),
        endpoints=counted(effect.endpoints, "endpoint"),
        changed=tuple(_changed(cell, now) for cell in effect.changed[:MOST_ROWS]),
        hidden=max(0, len(effect.changed) - MOST_ROWS),
    )


def _sentence(effect: Effect, target: Target) -> Sentence:
    releases = {cell.release_id for cell in effect.changed}
    if not releases:
        return (Part(f"Registering it for {target.name} changes no verdict."),)
    stop = {cell.release_id for cell in effect.changed if cell.after.badness <= Value.WILL_FAIL.badness}
    clear = {cell.release_id for cell in effect.changed if cell.after.badness >= Value.UNPROTECTED.badness} - stop
    parts = [Part("Registering it changes the verdict of "), Part(counted(len(releases), "release"), "#changed")]
    words = []
    if stop:
        words.append(f"{number(len(stop))} would stop, with {number(effect.users_who_stop)} users")
    if clear:
        words.append(f"{number(len(clear))} would be clear")
    return (*parts, Part(f": {'; '.join(words)}." if words else "."))


def _understood(candidate: Candidate, target: Target) -> Understood:
    certificates = candidate.announced.certificates
    leaf = certificates[0] if certificates else None
    digest = _digest(candidate)
    value, word = _change(digest, target)
    return Understood(
        kind=SuccessorKind(candidate.kind).label,
        names=", ".join(leaf.dns_names[:6]) + (" …" if len(leaf.dns_names) > 6 else "") if leaf else "not told",
        validity=_validity(leaf) if leaf else "not told",
        hash=key_hash(digest, "key of the successor") if digest else None,
        issuers=tuple(one.common_name or one.subject_text for one in certificates[1:]),
        value=value,
        word=word,
        notes=candidate.notes,
    )


def _digest(candidate: Candidate) -> str:
    certificates = candidate.announced.certificates
    leaf = certificates[0] if certificates else candidate.announced.leaf
    return leaf.spki_sha256.hex() if leaf and leaf.spki_sha256 else ""


def _validity(leaf: Certificate) -> str:
    days = lifetime_days(leaf.not_before, leaf.not_after)
    return f"{full_day(leaf.not_before)} to {full_day(leaf.not_after)}, {counted(days, 'day')}"


def _change(digest: str, target: Target) -> tuple[str, str]:
    """Against the keys that the target serves now."""
    if not digest:
        return "unknown", "key not told"
    served = set(_endpoints(target).exclude(chain=None).values_list("chain__leaf__spki_sha256", flat=True).distinct())
    if not served:
        return "unknown", "nothing read yet to compare it with"
    return ("ready", "same key as now") if digest in served else ("will_fail", "new key")


def _endpoints(target: Target) -> QuerySet[Endpoint]:
    if target.endpoint is not None:
        return Endpoint.objects.filter(pk=target.endpoint.pk)
    return watched_endpoints().filter(platform_domain=target.platform_domain)


def _count(value: Value, effect: Effect) -> Count:
    before, after = effect.before.get(value, 0), effect.after.get(value, 0)
    gap = after - before
    return Count(value, before, after, f"{'+' if gap > 0 else '−'}{abs(gap)}" if gap else "")


def _changed(cell: ChangedCell, now: datetime) -> ChangedRow:
    return ChangedRow(
        cell.app_id,
        cell.app,
        cell.customer,
        cell.release,
        cell.host,
        cell.before,
        cell.after,
        number(cell.users),
        day(cell.ship_by, now) if cell.ship_by else "",
        cell.ship_by is not None and cell.ship_by < now.date(),
        cell.reason,
    )
