"""Progress of long work that a person started and watches."""

from django.db import models


class Progress(models.Model):
    """`done` counts towards `total`; the work is over when `ended_at` is set. `result` is the sentence shown then."""

    user = models.ForeignKey("User", models.CASCADE, related_name="+")
    title = models.CharField(max_length=200)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    result = models.TextField(default="", blank=True)

    def __str__(self) -> str:
        return f"{self.title}: {self.done} of {self.total}"
