"""Who changed what, with the state before and after; written by every action in the same transaction."""

from django.db import models


class AuditEntry(models.Model):
    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey("User", models.SET_NULL, null=True, blank=True, related_name="+")
    customer = models.ForeignKey("Customer", models.CASCADE, null=True, blank=True, db_index=False, related_name="+")
    verb = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(null=True, blank=True)
    label = models.CharField(max_length=255)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ("-at", "-id")
        indexes = (
            models.Index(fields=("subject", "at", "id"), name="audit_by_subject"),
            models.Index(fields=("customer", "at", "id", "subject"), name="audit_by_customer"),
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.subject} {self.label}"
