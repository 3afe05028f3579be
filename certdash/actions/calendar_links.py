"""Calendar links: make one, revoke it, find whose it is. The secret itself is never stored."""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.db import transaction
from django.db.models import Q

from certdash.actions.audit import record
from certdash.models import CalendarLink, User

# How exactly the page tells when the link was read last; each reading would else be a write.
PRECISION = timedelta(hours=1)


@transaction.atomic
def make_link(user: User, *, now: datetime) -> str:
    """The secret, which nobody can read again; the link before it ends."""
    CalendarLink.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    token = token_urlsafe(32)
    link = CalendarLink.objects.create(user=user, token_sha256=hash_of(token), created_at=now)
    record(user, "created", link, at=now)
    return token


@transaction.atomic
def revoke_link(user: User, *, now: datetime) -> bool:
    """False when there was none."""
    link = CalendarLink.objects.filter(user=user, revoked_at=None).first()
    if link is None or not CalendarLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now):
        return False
    record(user, "revoked", link, at=now)
    return True


def reader_of(token: str, *, now: datetime) -> User | None:
    """Who may read with this secret; noted, so that a link nobody uses is seen as such."""
    rows = CalendarLink.objects.filter(token_sha256=hash_of(token), revoked_at=None, user__is_active=True)
    link = rows.select_related("user").first()
    if link is None:
        return None
    is_old = Q(last_read_at=None) | Q(last_read_at__lte=now - PRECISION)
    CalendarLink.objects.filter(is_old, pk=link.pk).update(last_read_at=now)
    return link.user


def hash_of(token: str) -> str:
    """No salt and one round: 256 random bits cannot be guessed from their hash."""
    return sha256(token.encode(errors="replace")).hexdigest()
