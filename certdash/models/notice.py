"""Notices: what happened that somebody should know; written in the transaction that caused it."""

from uuid import uuid4

from django.db import models


class Event(models.TextChoices):
    APP_WORSE = "app_worse", "An app is failing, will fail or is at risk"
    SHIP_BY = "ship_by", "A ship-by date comes close or has passed"
    SUCCESSOR_ANNOUNCED = "successor_announced", "The next certificate was announced"
    SUCCESSOR_WITHDRAWN = "successor_withdrawn", "An announced certificate was withdrawn"
    ROTATION_CANCELLED = "rotation_cancelled", "A planned rotation was called off"
    ROTATION_BEGAN = "rotation_began", "A rotation began"
    ROTATION_DONE = "rotation_done", "A rotation is done"
    CERTIFICATE_EXPIRES = "certificate_expires", "A certificate of a custom domain expires"
    ENDPOINT_UNREACHABLE = "endpoint_unreachable", "A host could not be read for a day"
    DATA_STALE = "data_stale", "Hosts are not checked as often as they should be"
    OWNER_ASKED = "owner_asked", "Somebody asks the owners of an app"


class Notice(models.Model):
    """`key` names the fact: it is told once, whoever notices it and however often. `uid` is what receivers see of it.

    `customer` is empty for the copy of the platform. `app` narrows it to those who own that app. `payload` holds
    `what`, `so_what`, `to_do`, the `path` of the page, and `facts` for programs; of a question also who asks, in `by`.
    `routed_at` is set once its deliveries exist.
    """

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    event = models.CharField(max_length=24, choices=Event)
    key = models.CharField(max_length=160, unique=True)
    customer = models.ForeignKey("Customer", models.CASCADE, null=True, blank=True, related_name="notices")
    app = models.ForeignKey("App", models.CASCADE, null=True, blank=True, related_name="notices")
    is_urgent = models.BooleanField(default=False)
    subject = models.CharField(max_length=200)
    payload = models.JSONField()
    created_at = models.DateTimeField(db_index=True)
    routed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at", "id")
        indexes = (models.Index(fields=("id",), condition=models.Q(routed_at=None), name="notice_unrouted"),)

    def __str__(self) -> str:
        return self.subject


class NoticePreference(models.Model):
    """Which events the members with one role are told, where that differs from what is usual."""

    customer = models.ForeignKey("Customer", models.CASCADE, null=True, blank=True, related_name="notice_preferences")
    role = models.CharField(max_length=20)
    events = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("customer", "role"), name="notice_preference_once"),
            models.UniqueConstraint(
                fields=("role",), condition=models.Q(customer=None), name="notice_preference_platform_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.role}: {', '.join(self.events) or 'nothing'}"
