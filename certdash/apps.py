"""The Django app; importing it loads Celery, which the command line must not need."""

from django.apps import AppConfig


class CertdashConfig(AppConfig):
    name = "certdash"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from certdash import celery  # noqa: F401  # tasks bind to the configured app, not to Celery's default
        from certdash.forms.sentences import replace_stock_sentences

        replace_stock_sentences()
