"""Platform domains: the default domains whose certificates the vendor owns and rotates."""

from django.db import models


class PlatformDomain(models.Model):
    """`domain` is the part below which every host is a default host: `cloud.example` for `acme.cloud.example`."""

    domain = models.CharField(max_length=253, unique=True)
    name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("domain",)

    def __str__(self) -> str:
        return f"*.{self.domain}"
