"""Backup keys: keys that a customer keeps for a later certificate, proved by a request or a public key."""

from django.db import models


class BackupKey(models.Model):
    """`material` is the request or public key in PEM; `is_proved`: a request's signature proved that they hold it."""

    customer = models.ForeignKey("Customer", models.CASCADE, related_name="backup_keys")
    name = models.CharField(max_length=120)
    material = models.TextField()
    spki_sha256 = models.CharField(max_length=64, db_index=True)
    spki_sha1 = models.CharField(max_length=40)
    is_proved = models.BooleanField(default=False)
    registered_by = models.ForeignKey("User", models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("customer", "name")
        constraints = (models.UniqueConstraint(fields=("customer", "spki_sha256"), name="backup_key_once"),)

    def __str__(self) -> str:
        return self.name
