"""Environments: a customer's stages, with the standing that the list shows."""

from django.db import models


class Stage(models.TextChoices):
    DEVELOPMENT = "development", "development"
    TEST = "test", "test"
    PRODUCTION = "production", "production"


COUNTED = ("archived_at", "domain_kinds", "badness", "is_rolling_out", "window_start", "window_end")
FILTERED = ("archived_at", "customer", "stage", "domain_kinds", "issuer")


class Hosting(models.TextChoices):
    CLOUD = "cloud", "cloud"
    SELF_MANAGED = "self_managed", "self-managed"


class Environment(models.Model):
    """The fields below the line are derived: `actions.standing` writes them, pages sort and filter by them.

    `badness` is the place of the worst verdict in the order of badness (0 failing … 5 ready).
    """

    customer = models.ForeignKey("Customer", models.PROTECT, db_index=False, related_name="environments")
    name = models.CharField(max_length=120)
    stage = models.CharField(max_length=12, choices=Stage)
    hosting = models.CharField(max_length=12, choices=Hosting, default=Hosting.CLOUD)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    # derived
    badness = models.PositiveSmallIntegerField(default=3)
    domain_kinds = models.CharField(max_length=16, default="", blank=True)
    issuer = models.CharField(max_length=200, default="", blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    window_start = models.DateTimeField(null=True, blank=True)
    window_end = models.DateTimeField(null=True, blank=True)
    is_rolling_out = models.BooleanField(default=False)
    app_count = models.PositiveIntegerField(default=0)
    affected_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("customer", "name"), name="environment_name_once"),)
        indexes = (
            models.Index(fields=("name", "id")),
            models.Index(fields=("app_count", "id"), name="environment_app_count"),
            models.Index(fields=("issuer",), name="environment_issuer"),
            models.Index(
                fields=("customer",), condition=models.Q(archived_at__isnull=False), name="environment_archived"
            ),
            # What is filtered by stands behind the orders that follow it, for what expires last also rotates last: the
            # page is found without reading all the rows before it.
            models.Index(fields=("badness", "id", *FILTERED, "expires_at"), name="environment_by_badness"),
            models.Index(fields=("expires_at", "id", *FILTERED, "badness"), name="environment_by_expiry"),
            models.Index(
                fields=("window_start", "id", *FILTERED, "badness", "expires_at"), name="environment_by_window"
            ),
            models.Index(fields=("customer", "badness", "id")),
            # Customers, issuers and all that the sentence of the list counts.
            models.Index(fields=("customer", "issuer", *COUNTED), name="environment_by_customer"),
        )

    def __str__(self) -> str:
        return self.name
