"""Findings in force: what is wrong with an endpoint's certificates or a release's pin set, beside its verdict."""

from django.db import models


class Finding(models.Model):
    """About an endpoint or about a pin set, never both; `code` is one of `pins.findings`."""

    code = models.CharField(max_length=48, db_index=True)
    endpoint = models.ForeignKey("Endpoint", models.CASCADE, null=True, blank=True, related_name="findings")
    pin_set = models.ForeignKey("PinSet", models.CASCADE, null=True, blank=True, related_name="findings")
    text = models.TextField()
    place = models.CharField(max_length=120, default="", blank=True)
    first_seen_at = models.DateTimeField()

    class Meta:
        ordering = ("code", "id")
        indexes = (models.Index(fields=("first_seen_at",), name="finding_first_seen"),)
        constraints = (
            models.CheckConstraint(
                name="finding_subject",
                condition=models.Q(endpoint=None, pin_set__isnull=False)
                | models.Q(endpoint__isnull=False, pin_set=None),
            ),
        )

    def __str__(self) -> str:
        return self.code
