"""Trust stores: upload a PEM bundle, choose which stores verdicts are decided on."""

from datetime import datetime

from django.db import transaction

from certdash.actions import records
from certdash.models import TrustStore, User
from certdash.queries.loading import BUILT_IN

FIELDS = ("name", "version", "is_public", "is_in_scope")


@transaction.atomic
def save_trust_store(store: TrustStore, *, actor: User | None, now: datetime) -> TrustStore:
    return records.save(store, FIELDS, actor=actor, now=now)


@transaction.atomic
def add_trust_store(store: TrustStore, *, actor: User | None, now: datetime) -> TrustStore:
    """The first one does not take the place of the built-in store: it would break every public chain unasked."""
    is_first = not TrustStore.objects.exists()
    save_trust_store(store, actor=actor, now=now)
    if is_first and str(store) != BUILT_IN:
        save_trust_store(TrustStore(name=BUILT_IN), actor=actor, now=now)
    return store


@transaction.atomic
def archive_trust_store(store: TrustStore, *, actor: User | None, now: datetime) -> None:
    records.archive(store, actor=actor, now=now)


@transaction.atomic
def restore_trust_store(store: TrustStore, *, actor: User | None, now: datetime) -> None:
    records.restore(store, actor=actor, now=now)
