"""Trust stores: versioned sets of anchors; verdicts are decided on those in scope."""

from django.db import models


class TrustStore(models.Model):
    """`pem` is empty for the built-in store, whose anchors come from certifi."""

    name = models.CharField(max_length=80)
    version = models.CharField(max_length=40, default="", blank=True)
    is_public = models.BooleanField(default=True)
    is_in_scope = models.BooleanField(default=True)
    pem = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name", "version")
        constraints = (models.UniqueConstraint(fields=("name", "version"), name="trust_store_once"),)

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()
