"""Uploaded pin sets, their rules and pins: the bytes are the truth, the rows make them findable."""

from django.db import models


class PinSet(models.Model):
    """`source` keeps the uploaded bytes; `clients` are the client kinds it is decided for."""

    release = models.ForeignKey("Release", models.CASCADE, related_name="pin_sets")
    format = models.CharField(max_length=32)
    clients = models.JSONField(default=list)
    client_version = models.CharField(max_length=20, default="", blank=True)
    file_name = models.CharField(max_length=200, default="", blank=True)
    source = models.BinaryField()
    uploaded_by = models.ForeignKey("User", models.SET_NULL, null=True, blank=True, related_name="+")
    uploaded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("release", "id")

    def __str__(self) -> str:
        return self.file_name or self.format


class PinRule(models.Model):
    """`host` is the one host that the pattern names, in the form of `Endpoint.host`; empty for a wildcard."""

    pin_set = models.ForeignKey("PinSet", models.CASCADE, related_name="rules")
    position = models.PositiveIntegerField()
    pattern = models.CharField(max_length=300)
    host = models.CharField(max_length=253, default="", blank=True, db_index=True)
    include_subdomains = models.BooleanField(default=False)
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("pin_set", "position")

    def __str__(self) -> str:
        return self.pattern


class Pin(models.Model):
    """`digest` is lower-case hex of what the client decodes, empty where it decodes nothing."""

    rule = models.ForeignKey("PinRule", models.CASCADE, related_name="pins")
    position = models.PositiveIntegerField()
    text = models.CharField(max_length=2048)
    kind = models.CharField(max_length=20)
    digest = models.CharField(max_length=128, db_index=True)
    problem = models.CharField(max_length=40, default="", blank=True)
    line = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("rule", "position")

    def __str__(self) -> str:
        return self.text[:16]
