"""Channels: where notices go, and the deliveries that are on their way there."""

from urllib.parse import urlsplit

from django.db import models


class ChannelKind(models.TextChoices):
    EMAIL = "email", "E-mail"
    WEBHOOK = "webhook", "Webhook"
    CHAT = "chat", "Chat"


class Pace(models.TextChoices):
    DIGEST = "digest", "One digest a day; what is urgent at once"
    AT_ONCE = "at_once", "Everything at once"


class Channel(models.Model):
    """Owned by a user, a customer or, with neither, the platform. Without `events` it gets what is usual for its owner.

    `secret` signs what a webhook gets. `failures` counts attempts in a row that failed; `retry_at` is when the next one
    is made, `broken_since` since when the owner is asked to look at it.
    """

    user = models.ForeignKey("User", models.CASCADE, null=True, blank=True, related_name="channels")
    customer = models.ForeignKey("Customer", models.CASCADE, null=True, blank=True, related_name="channels")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=ChannelKind)
    target = models.CharField(max_length=1000)
    secret = models.CharField(max_length=120, default="", blank=True)
    events = models.JSONField(default=list, blank=True)
    pace = models.CharField(max_length=8, choices=Pace, default=Pace.DIGEST)
    digest_hour = models.PositiveSmallIntegerField(default=7)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    broken_since = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.CheckConstraint(name="channel_one_owner", condition=models.Q(user=None) | models.Q(customer=None)),
            models.CheckConstraint(name="channel_hour", condition=models.Q(digest_hour__lte=23)),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """Where it leads, without the part of an address that lets others write there."""
        if self.kind == ChannelKind.EMAIL:
            return self.target
        scheme, _, rest = self.target.partition("://")
        host = urlsplit(self.target).netloc.rpartition("@")[2] if scheme in ("http", "https") else ""
        return f"{scheme}://{host}/…" if host else f"{scheme}://…" if rest else "…"


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "waiting"
    SENT = "sent", "sent"
    DROPPED = "dropped", "dropped"


class Delivery(models.Model):
    """One notice on its way to one channel.

    `parcel` is set by the first attempt: what was tried together stays together, so that a receiver knows a repetition.
    """

    notice = models.ForeignKey("Notice", models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey("Channel", models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=8, choices=DeliveryState, default=DeliveryState.WAITING)
    parcel = models.CharField(max_length=32, default="", blank=True)
    lease = models.CharField(max_length=32, default="", blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("notice", "channel"), name="delivery_once"),)
        indexes = (
            models.Index(
                fields=("channel", "next_try_at"), condition=models.Q(state="waiting"), name="delivery_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"{self.notice_id} to {self.channel_id}: {self.state}"
