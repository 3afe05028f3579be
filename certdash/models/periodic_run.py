"""When each periodic task last began: what makes two beats, or one message delivered twice, a single run."""

from django.db import models


class PeriodicRun(models.Model):
    name = models.CharField(max_length=80, primary_key=True)
    began_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.began_at:%Y-%m-%d %H:%M:%S}"
