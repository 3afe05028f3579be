"""The calendar: secret links by which programs read it, and what stands in it."""

from django.db import models


class CalendarLink(models.Model):
    """Only the hash of the secret is kept. A user has one link in force at most."""

    user = models.ForeignKey("User", models.CASCADE, related_name="calendar_links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=("user",), condition=models.Q(revoked_at=None), name="calendar_link_once"),
        )

    def __str__(self) -> str:
        return f"calendar link of {self.created_at:%Y-%m-%d}"


class CalendarEntry(models.Model):
    """The days of one rotation window, or the ship-by date of one app. `sequence` grows whenever they move.

    One that was called off stays for a while, so that programs which hold it learn of that.
    """

    rotation = models.OneToOneField("Rotation", models.CASCADE, null=True, blank=True, related_name="calendar_entry")
    app = models.OneToOneField("App", models.CASCADE, null=True, blank=True, related_name="calendar_entry")
    starts_on = models.DateField()
    ends_on = models.DateField()
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("starts_on", "id")
        constraints = (
            models.CheckConstraint(
                name="calendar_entry_subject",
                condition=models.Q(rotation=None, app__isnull=False) | models.Q(rotation__isnull=False, app=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on}"
