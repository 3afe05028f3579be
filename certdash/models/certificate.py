"""Certificates and chains ever seen or registered; hashes are lower-case hex."""

from __future__ import annotations

from django.db import models

FILTERED = ("is_ca", "is_served")


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
    not_after = models.DateTimeField()
    first_seen_at = models.DateTimeField()
    # Some host that is watched serves it now; `actions.serving` keeps it with the counts by customer.
    is_served = models.BooleanField(default=False)
    # What its authority suggests, for a leaf whose authority is asked (RFC 9773); empty where it does not know it.
    renewal_start = models.DateTimeField(null=True, blank=True)
    renewal_end = models.DateTimeField(null=True, blank=True)
    renewal_asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("not_after", "id")
        indexes = (
            # What is filtered by stands behind each order, so that rows which do not pass are not read.
            models.Index(fields=("not_after", "id", *FILTERED), name="certificate_by_expiry"),
            models.Index(fields=("common_name", "id", "not_after", *FILTERED), name="certificate_by_name"),
            models.Index(fields=("first_seen_at", "id", "not_after", *FILTERED), name="certificate_by_sight"),
            # SQLite reads a condition again: without its column the row itself would be looked up.
            models.Index(
                fields=("not_after", "id", *FILTERED), condition=models.Q(is_ca=True), name="certificate_authority"
            ),
            models.Index(
                fields=("not_after", "id", *FILTERED), condition=models.Q(is_served=True), name="certificate_served"
            ),
            models.Index(
                fields=("not_after", "id", *FILTERED),
                condition=models.Q(is_served=False),
                name="certificate_not_served",
            ),
        )

    def __str__(self) -> str:
        return self.common_name or self.subject


class Serving(models.Model):
    """How many watched hosts of one customer serve a certificate now; none once they have stopped."""

    certificate = models.ForeignKey("Certificate", models.CASCADE, db_index=False, related_name="servings")
    customer = models.ForeignKey("Customer", models.CASCADE, db_index=False, related_name="+")
    hosts = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("certificate", "customer"), name="serving_once"),)
        indexes = (models.Index(fields=("customer", "hosts", "certificate"), name="serving_by_customer"),)

    def __str__(self) -> str:
        return f"{self.hosts} hosts"


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
