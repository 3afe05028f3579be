"""Verdicts as stored: one row for each release and host, now and after the next rotation."""

from django.db import models


class Verdict(models.Model):
    """`endpoint` is empty for a host that a pin set names and nobody watches. Age is the schedule's, never stored here.

    `now` and `next` are verdict values for the two halves of a cell, `value` the verdict itself. `counterexample` holds
    the decision under which it fails, or the pin that saves it, and `decisions` all others, as plain JSON.
    """

    release = models.ForeignKey("Release", models.CASCADE, related_name="verdicts")
    endpoint = models.ForeignKey("Endpoint", models.CASCADE, null=True, blank=True, related_name="verdicts")
    host = models.CharField(max_length=253)
    value = models.CharField(max_length=12)
    badness = models.PositiveSmallIntegerField()
    now = models.CharField(max_length=12)
    next = models.CharField(max_length=12)
    reason_code = models.CharField(max_length=48)
    reason = models.TextField()
    evidence = models.CharField(max_length=16, default="", blank=True)
    scenario = models.CharField(max_length=32, default="", blank=True)
    counterexample = models.JSONField(null=True, blank=True)
    decisions = models.JSONField(default=list, blank=True)
    ship_by = models.DateField(null=True, blank=True)
    window_start = models.DateTimeField(null=True, blank=True)
    window_end = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ("release", "host")
        constraints = (
            models.UniqueConstraint(fields=("release", "endpoint"), name="verdict_once"),
            models.UniqueConstraint(
                fields=("release", "host"), condition=models.Q(endpoint=None), name="verdict_unwatched_once"
            ),
        )
        indexes = (models.Index(fields=("endpoint", "badness")),)

    def __str__(self) -> str:
        return self.value


class VerdictChange(models.Model):
    release = models.ForeignKey("Release", models.CASCADE, related_name="verdict_changes")
    host = models.CharField(max_length=253)
    before = models.CharField(max_length=12, default="", blank=True)
    after = models.CharField(max_length=12)
    reason = models.TextField()
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("-changed_at", "-id")

    def __str__(self) -> str:
        return f"{self.before or 'new'} → {self.after}"


class DailyCount(models.Model):
    """Apps by verdict at the end of one day, for one customer or (empty) for all."""

    day = models.DateField()
    customer = models.ForeignKey("Customer", models.CASCADE, null=True, blank=True, related_name="+")
    value = models.CharField(max_length=12)
    apps = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("day", "customer", "value"), name="daily_count_once"),
            models.UniqueConstraint(
                fields=("day", "value"), condition=models.Q(customer=None), name="daily_count_all_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.day}: {self.apps} {self.value}"
