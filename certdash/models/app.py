"""Apps and their releases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from certdash.models.environment import Environment


class App(models.Model):
    """`review_days`, `adoption_days`, `target_share` and `buffer_days` are the lead time of the ship-by date.
    `adoption` is the running total of users with a new version, in per cent by day; where it is there, `adoption_days`
    follows from it.

    The fields below the line are derived by `actions.standing`.
    """

    customer = models.ForeignKey("Customer", models.PROTECT, db_index=False, related_name="apps")
    name = models.CharField(max_length=120)
    owner = models.ForeignKey("User", models.SET_NULL, null=True, blank=True, related_name="apps")
    environments: models.ManyToManyField[Environment, Any] = models.ManyToManyField(
        "Environment", blank=True, related_name="apps"
    )
    active_users = models.PositiveIntegerField(default=0)
    review_days = models.PositiveSmallIntegerField(default=3)
    adoption_days = models.PositiveSmallIntegerField(default=28)
    target_share = models.PositiveSmallIntegerField(default=90)
    adoption = models.JSONField(default=list, blank=True)
    buffer_days = models.PositiveSmallIntegerField(default=7)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    # derived
    badness = models.PositiveSmallIntegerField(default=3)
    users_at_risk = models.PositiveIntegerField(default=0)
    ship_by = models.DateField(null=True, blank=True)
    window_start = models.DateTimeField(null=True, blank=True)
    window_end = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("customer", "name"), name="app_name_once"),)
        indexes = (
            models.Index(fields=("badness", "id")),
            models.Index(fields=("name", "id")),
            models.Index(fields=("active_users", "id"), name="app_active_users"),
            models.Index(fields=("users_at_risk", "id"), name="app_users_at_risk"),
            # Which apps have a date follows from their verdict: those that do not pass are told apart in the index.
            models.Index(fields=("ship_by", "id", "archived_at", "customer", "badness"), name="app_ship_by"),
            # With the columns behind it the sentence of the list reads no row.
            models.Index(
                fields=("customer", "badness", "id", "archived_at", "users_at_risk", "ship_by"), name="app_by_customer"
            ),
            # In the order of who must act; with the last two columns the counts by verdict read nothing else.
            models.Index(
                "badness", models.F("users_at_risk").desc(), "id", "archived_at", "customer", name="app_by_users"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Platform(models.TextChoices):
    ANDROID = "android", "Android"
    IOS = "ios", "iOS"


class Release(models.Model):
    """`share` is the per cent of the app's users, over both platforms, who have this release; empty means unknown."""

    app = models.ForeignKey("App", models.CASCADE, related_name="releases")
    platform = models.CharField(max_length=8, choices=Platform)
    version = models.CharField(max_length=40)
    build = models.CharField(max_length=40, default="", blank=True)
    share = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("app", "platform", "-id")
        constraints = (
            models.UniqueConstraint(fields=("app", "platform", "version", "build"), name="release_once"),
            models.CheckConstraint(
                name="release_share", condition=models.Q(share=None) | models.Q(share__range=(0, 100))
            ),
        )

    def __str__(self) -> str:
        return f"{self.version} {self.get_platform_display()}"
