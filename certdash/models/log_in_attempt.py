"""Log-ins that did not succeed, for as long as they count against their account and address."""

from django.db import models


class LogInAttempt(models.Model):
    """`account` is a hash of what was typed: what people mistype, at times a password, is not kept."""

    account = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = (models.Index(fields=("address", "at"), name="log_in_attempt_address"),)

    def __str__(self) -> str:
        return f"{self.address} at {self.at:%Y-%m-%d %H:%M}"
