"""Rotations and the predictions that are held against them."""

from django.db import models


class RotationState(models.TextChoices):
    PLANNED = "planned", "planned"
    ANNOUNCED = "announced", "announced"
    UNDER_WAY = "under_way", "under way"
    DONE = "done", "done"
    CANCELLED = "cancelled", "cancelled"


COUNTED = ("is_open", "is_stopping", "platform_domain", "endpoint", "state", "window_end")


class Rotation(models.Model):
    """The change from one leaf certificate to its successor, for a platform domain or one custom endpoint.

    The window is what the forecast says. `announced_start` and `announced_end` are days that people entered before any
    successor is known; a successor brings its own, with its own source and note.
    """

    platform_domain = models.ForeignKey(
        "PlatformDomain", models.CASCADE, null=True, blank=True, related_name="rotations"
    )
    endpoint = models.ForeignKey("Endpoint", models.CASCADE, null=True, blank=True, related_name="rotations")
    state = models.CharField(max_length=10, choices=RotationState, default=RotationState.PLANNED)
    leaf = models.ForeignKey("Certificate", models.PROTECT, related_name="+")
    successor = models.ForeignKey("Successor", models.SET_NULL, null=True, blank=True, related_name="rotations")
    actual_chain = models.ForeignKey("Chain", models.PROTECT, null=True, blank=True, related_name="+")
    window_start = models.DateTimeField(null=True, blank=True)
    window_end = models.DateTimeField(null=True, blank=True)
    window_evidence = models.CharField(max_length=16, default="", blank=True)
    owner = models.CharField(max_length=120, default="", blank=True)
    source_url = models.URLField(max_length=500, default="", blank=True)
    note = models.TextField(default="", blank=True)
    announced_start = models.DateTimeField(null=True, blank=True)
    announced_end = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey("User", models.SET_NULL, null=True, blank=True, related_name="+")
    cancel_reason = models.CharField(max_length=500, default="", blank=True)
    created_at = models.DateTimeField()
    first_changed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    # Neither done nor cancelled: those that are over are soon the most by far, and the list begins without them.
    is_open = models.GeneratedField(
        expression=models.Q(state__in=("planned", "announced", "under_way")),  # type: ignore[arg-type]  # Django takes it
        output_field=models.BooleanField(),
        db_persist=True,
    )
    # At least one app stops; `actions.rotations` derives it.
    is_stopping = models.BooleanField(default=False)

    class Meta:
        ordering = ("window_start", "id")
        indexes = (
            models.Index(fields=("state", "window_start", "id"), name="rotation_window"),
            models.Index(fields=("state", "done_at", "id"), name="rotation_done"),
            # What the overview asks: ended or begun since then, and the few of platform domains.
            models.Index(fields=("done_at", "id"), name="rotation_ended"),
            models.Index(fields=("first_changed_at", "id"), name="rotation_began"),
            models.Index(
                fields=("window_end", "id"),
                condition=models.Q(platform_domain__isnull=False),
                name="rotation_of_platform",
            ),
            # All that the list is filtered by and its sentence counts, so that no row is read for it; SQLite reads a
            # condition again, and needs its column for that.
            models.Index(
                fields=("window_start", "id", *COUNTED), condition=models.Q(is_open=True), name="rotation_open"
            ),
            models.Index(
                fields=("window_start", "id", *COUNTED),
                condition=models.Q(is_open=True, is_stopping=True),
                name="rotation_stopping",
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="rotation_scope",
                condition=models.Q(platform_domain=None, endpoint__isnull=False)
                | models.Q(platform_domain__isnull=False, endpoint=None),
            ),
        )

    def __str__(self) -> str:
        return f"rotation {self.pk}"


class Prediction(models.Model):
    """The verdict of one release on one endpoint as it stood before the first observation of the new chain.

    Frozen when the rotation starts and never recomputed; `actual` is filled when that endpoint serves the new chain.
    """

    rotation = models.ForeignKey("Rotation", models.CASCADE, related_name="predictions")
    release = models.ForeignKey("Release", models.CASCADE, related_name="predictions")
    endpoint = models.ForeignKey("Endpoint", models.CASCADE, related_name="predictions")
    predicted = models.CharField(max_length=12)
    predicted_reason = models.TextField()
    decided_at = models.DateTimeField()
    users = models.PositiveIntegerField(default=0)
    actual = models.CharField(max_length=12, default="", blank=True)
    actual_reason = models.TextField(default="", blank=True)
    actual_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("rotation", "id")
        constraints = (models.UniqueConstraint(fields=("rotation", "release", "endpoint"), name="prediction_once"),)

    def __str__(self) -> str:
        return f"{self.predicted} / {self.actual or 'open'}"
