"""The Django app; importing it loads Celery, which the command line must not need."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate

Plan = Sequence[tuple[Any, bool]]


class CertdashConfig(AppConfig):
    name = "certdash"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from certdash import celery  # noqa: F401  # tasks bind to the configured app, not to Celery's default
        from certdash.forms.sentences import replace_stock_sentences

        replace_stock_sentences()
        pre_migrate.connect(_before_migrations, sender=self)
        post_migrate.connect(_after_migrations, sender=self)


def _before_migrations(sender: CertdashConfig, *, using: str, plan: Plan = (), **_: object) -> None:
    from certdash.actions.text_index import drop_text_index

    if any(migration.app_label == sender.label for migration, _ in plan):
        drop_text_index(using)


def _after_migrations(sender: CertdashConfig, *, using: str, **_: object) -> None:
    from certdash.actions.text_index import ensure_text_index

    ensure_text_index(using)
