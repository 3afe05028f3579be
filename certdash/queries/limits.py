"""Questions that a form asks before a write: what is left, what is the last of its kind."""

from decimal import Decimal

from certdash.models import App, Release, TrustStore


def share_taken(app: App, *, besides: Release | None = None) -> Decimal:
    """The per cent of users that the app's other releases in use hold; a new share may not lift the sum over 100."""
    others = app.releases.filter(retired_at=None)
    if besides is not None and besides.pk is not None:
        others = others.exclude(pk=besides.pk)
    return sum((share for share in others.values_list("share", flat=True) if share is not None), Decimal(0))


def is_last_in_scope(store: TrustStore) -> bool:
    """Without any store in scope nothing could be decided."""
    others = TrustStore.objects.filter(is_in_scope=True, archived_at=None).exclude(pk=store.pk)
    return store.is_in_scope and not others.exists()
