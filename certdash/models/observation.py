"""Observations: what an address of an endpoint served, as intervals."""

from django.db import models


class Profile(models.TextChoices):
    """What the client offered: a server can hold an ECDSA and an RSA chain and choose by the offer."""

    ECDSA_FIRST = "ecdsa_first", "ECDSA first"
    RSA_ONLY = "rsa_only", "RSA only"


class Observation(models.Model):
    """From `first_seen_at` to `ended_at` this address served this chain, or failed in this way.

    An open interval (`ended_at` empty) lasts until the schedule's `last_probe_at`: a heartbeat does not touch this row.
    `missing_since` is set while an address is absent from DNS answers.
    """

    endpoint = models.ForeignKey("Endpoint", models.CASCADE, related_name="observations")
    address = models.CharField(max_length=64)
    profile = models.CharField(max_length=12, choices=Profile, default=Profile.ECDSA_FIRST)
    chain = models.ForeignKey("Chain", models.PROTECT, null=True, blank=True, related_name="observations")
    failure_code = models.CharField(max_length=40, default="", blank=True)
    failure = models.CharField(max_length=300, default="", blank=True)
    first_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    missing_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("endpoint", "first_seen_at")
        constraints = (
            models.UniqueConstraint(
                fields=("endpoint", "address", "profile"),
                condition=models.Q(ended_at=None),
                name="observation_open_once",
            ),
        )
        indexes = (models.Index(fields=("chain",), condition=models.Q(ended_at=None), name="observation_open_chain"),)

    def __str__(self) -> str:
        return f"{self.address} since {self.first_seen_at:%Y-%m-%d}"
