"""Certificates and chains ever seen or registered; hashes are lower-case hex."""

from __future__ import annotations

from django.db import models


class Certificate(models.Model):
    """`spki_pem_sha256` is the hash of the printed key: a frequent mistake that is told when it is pinned."""

    sha256 = models.CharField(max_length=64, unique=True)
    sha1 = models.CharField(max_length=40, db_index=True)
    spki_sha256 = models.CharField(max_length=64, db_index=True)
    spki_sha1 = models.CharField(max_length=40, db_index=True)
    spki_pem_sha256 = models.CharField(max_length=64, default="", blank=True, db_index=True)
    der = models.BinaryField()
    subject = models.TextField()
    issuer = models.TextField()
    common_name = models.CharField(max_length=255, default="", blank=True)
    issuer_name = models.CharField(max_length=200, default="", blank=True)
    serial = models.CharField(max_length=64)
    key_kind = models.CharField(max_length=24)
    is_ca = models.BooleanField()
    not_before = models.DateTimeField()
    not_after = models.DateTimeField(db_index=True)
    first_seen_at = models.DateTimeField()
    # What its authority suggests, for a leaf whose authority is asked (RFC 9773); empty where it does not know it.
    renewal_start = models.DateTimeField(null=True, blank=True)
    renewal_end = models.DateTimeField(null=True, blank=True)
    renewal_asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("not_after", "id")
        indexes = (
            models.Index(fields=("common_name", "id"), name="certificate_common_name"),
            models.Index(fields=("first_seen_at", "id"), name="certificate_first_seen"),
        )

    def __str__(self) -> str:
        return self.common_name or self.subject


class Chain(models.Model):
    """A served chain in the server's order; `sha256` is over the concatenated certificate hashes."""

    sha256 = models.CharField(max_length=64, unique=True)
    leaf = models.ForeignKey("Certificate", models.PROTECT, related_name="+")
    certificates: models.ManyToManyField[Certificate, ChainLink] = models.ManyToManyField(
        "Certificate", through="ChainLink", related_name="chains"
    )
    first_seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:8]


class ChainLink(models.Model):
    chain = models.ForeignKey("Chain", models.CASCADE, related_name="links")
    position = models.PositiveSmallIntegerField()
    certificate = models.ForeignKey("Certificate", models.PROTECT, related_name="links")

    class Meta:
        ordering = ("chain", "position")
        constraints = (models.UniqueConstraint(fields=("chain", "position"), name="chain_position_once"),)

    def __str__(self) -> str:
        return f"{self.chain_id}[{self.position}]"
