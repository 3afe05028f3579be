"""Windows that authorities suggest: whom to ask about what, and keeping what they answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from certdash.models import Certificate, Endpoint
from pins.certificate import parse_certificate
from pins.distrust import values_of
from pins.renewal_info import Suggestion, identifier


@dataclass(frozen=True, slots=True)
class Question:
    certificate_id: int
    identifier: str


def questions(issuer: str, *, asked_before: datetime, now: datetime, most: int) -> list[Question]:
    """Served leaves of this organisation that nobody has asked about since; those asked longest ago come first."""
    is_served = Exists(Endpoint.objects.filter(archived_at=None, chain__leaf=OuterRef("pk")))
    rows = Certificate.objects.filter(is_served, issuer__contains=issuer, not_after__gt=now)
    rows = rows.filter(Q(renewal_asked_at=None) | Q(renewal_asked_at__lt=asked_before))
    found = []
    for pk, der in rows.order_by("renewal_asked_at", "pk").values_list("pk", "der")[:most]:
        leaf = parse_certificate(bytes(der))
        name = identifier(leaf) if issuer in values_of(leaf.issuer_text, "O=") else None
        if name:
            found.append(Question(pk, name))
    return found


@transaction.atomic
def keep(answers: Mapping[int, Suggestion | None], *, now: datetime) -> list[int]:
    """By certificate; gives the endpoints whose window may have moved. An authority that knows nothing clears it."""
    moved = []
    rows = Certificate.objects.filter(pk__in=answers).values_list("pk", "renewal_start", "renewal_end")
    for pk, *window in rows:
        answer = answers[pk]
        start, end = (answer.start, answer.end) if answer else (None, None)
        if [start, end] != window:
            moved.append(pk)
        Certificate.objects.filter(pk=pk).update(renewal_start=start, renewal_end=end, renewal_asked_at=now)
    return _served_by(moved)


def _served_by(certificate_ids: Iterable[int]) -> list[int]:
    rows = Endpoint.objects.filter(archived_at=None, chain__leaf__in=list(certificate_ids))
    return list(rows.order_by("pk").values_list("pk", flat=True))
