"""Registered successors: what will be served next, as far as its owner has said."""

from django.db import models


class SuccessorKind(models.TextChoices):
    CHAIN = "chain", "full chain"
    LEAF = "leaf", "leaf certificate"
    CSR = "csr", "certificate request"
    PUBLIC_KEY = "public_key", "public key"
    SPKI_HASH = "spki_hash", "key hash"
    FINGERPRINT = "fingerprint", "certificate fingerprint"


class Successor(models.Model):
    """For a whole platform domain or for one endpoint, never both. Hashes are lower-case hex, empty where not known.

    `is_logged`: it was found in Certificate Transparency, and nobody has said that it will be installed, or when.
    """

    platform_domain = models.ForeignKey(
        "PlatformDomain", models.CASCADE, null=True, blank=True, related_name="successors"
    )
    endpoint = models.ForeignKey("Endpoint", models.CASCADE, null=True, blank=True, related_name="successors")
    kind = models.CharField(max_length=12, choices=SuccessorKind)
    material = models.TextField()
    chain = models.ForeignKey("Chain", models.PROTECT, null=True, blank=True, related_name="+")
    spki_sha256 = models.CharField(max_length=64, default="", blank=True)
    certificate_sha256 = models.CharField(max_length=64, default="", blank=True)
    is_logged = models.BooleanField(default=False)
    window_start = models.DateTimeField(null=True, blank=True)
    window_end = models.DateTimeField(null=True, blank=True)
    source_url = models.URLField(max_length=500, default="", blank=True)
    note = models.TextField(default="", blank=True)
    registered_by = models.ForeignKey("User", models.SET_NULL, null=True, blank=True, related_name="+")
    registered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-registered_at", "-id")
        constraints = (
            models.CheckConstraint(
                name="successor_scope",
                condition=models.Q(platform_domain=None, endpoint__isnull=False)
                | models.Q(platform_domain__isnull=False, endpoint=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.registered_at:%Y-%m-%d}"
