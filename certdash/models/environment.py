"""Environments: a customer's stages, with the standing that the list shows."""

from django.db import models


class Stage(models.TextChoices):
    DEVELOPMENT = "development", "development"
    TEST = "test", "test"
    PRODUCTION = "production", "production"


class Hosting(models.TextChoices):
    CLOUD = "cloud", "cloud"
    SELF_MANAGED = "self_managed", "self-managed"


class Environment(models.Model):
    """The fields below the line are derived: `actions.standing` writes them, pages sort and filter by them.

    `badness` is the place of the worst verdict in the order of badness (0 failing … 5 ready).
    """

    customer = models.ForeignKey("Customer", models.PROTECT, related_name="environments")
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
            models.Index(fields=("badness", "id")),
            models.Index(fields=("name", "id")),
            models.Index(fields=("expires_at", "id")),
            models.Index(fields=("window_start", "id")),
            models.Index(fields=("app_count", "id"), name="environment_app_count"),
            models.Index(fields=("customer", "badness", "id")),
        )

    def __str__(self) -> str:
        return self.name
