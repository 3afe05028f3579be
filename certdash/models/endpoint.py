"""Endpoints: host and port of an environment, and the narrow table that schedules their probes."""

from django.db import models


class Endpoint(models.Model):
    """`platform_domain` is set for default hosts and empty for custom ones; it follows from the host, nobody types it.

    `connect_to` overrides name resolution: a list of `address` or `address:port`. The fields below the line are derived
    from the open observations and the forecast.
    """

    environment = models.ForeignKey("Environment", models.CASCADE, related_name="endpoints")
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=443)
    connect_to = models.JSONField(default=list, blank=True)
    platform_domain = models.ForeignKey(
        "PlatformDomain", models.PROTECT, null=True, blank=True, related_name="endpoints"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    # derived
    chain = models.ForeignKey("Chain", models.SET_NULL, null=True, blank=True, related_name="+")
    failure = models.CharField(max_length=200, default="", blank=True)
    window_start = models.DateTimeField(null=True, blank=True)
    window_end = models.DateTimeField(null=True, blank=True)
    window_evidence = models.CharField(max_length=16, default="", blank=True)

    class Meta:
        ordering = ("host", "port")
        constraints = (models.UniqueConstraint(fields=("environment", "host", "port"), name="endpoint_once"),)
        indexes = (
            models.Index(fields=("host",)),
            models.Index(fields=("chain",)),
            models.Index(fields=("environment",), condition=~models.Q(failure=""), name="endpoint_unread"),
            models.Index(fields=("platform_domain", "window_start", "host"), name="endpoint_by_window"),
        )

    def __str__(self) -> str:
        return self.host if self.port == 443 else f"{self.host}:{self.port}"


class ProbeSchedule(models.Model):
    """One row per endpoint, small enough that claiming or recording a batch touches little.

    `fingerprint` condenses what the last probe saw; an unchanged endpoint needs no look at its observations.
    `last_seen_at` is when something was last read, `last_probe_at` when a probe last ended, well or not.
    `unevaluated_since` is set while a change waits for its evaluation, so that a lost message costs a delay at most.
    """

    endpoint = models.OneToOneField("Endpoint", models.CASCADE, primary_key=True, related_name="schedule")
    next_probe_at = models.DateTimeField(db_index=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    lease = models.CharField(max_length=32, default="", blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    fingerprint = models.CharField(max_length=64, default="", blank=True)
    last_probe_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    next_full_probe_at = models.DateTimeField(null=True, blank=True)
    unevaluated_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("unevaluated_since",),
                condition=models.Q(unevaluated_since__isnull=False),
                name="schedule_unevaluated",
            ),
        )

    def __str__(self) -> str:
        return f"schedule of endpoint {self.pk}"
