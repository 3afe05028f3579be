"""What an app owner says about a rotation that stops their app: the plan, or why it can wait."""

from django.db import models


class Acknowledgement(models.Model):
    """The newest one in force counts. `snoozed_until`: not asked again before; `plan` then holds the reason."""

    rotation = models.ForeignKey("Rotation", models.CASCADE, related_name="acknowledgements")
    app = models.ForeignKey("App", models.CASCADE, related_name="acknowledgements")
    version = models.CharField(max_length=40, default="", blank=True)
    ships_on = models.DateField(null=True, blank=True)
    plan = models.CharField(max_length=500, default="", blank=True)
    snoozed_until = models.DateField(null=True, blank=True)
    by = models.ForeignKey("User", models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("rotation", "app")),)

    def __str__(self) -> str:
        if self.snoozed_until:
            return f"snoozed until {self.snoozed_until}"
        return f"ships {self.version or 'a release'}{f' on {self.ships_on}' if self.ships_on else ''}"
