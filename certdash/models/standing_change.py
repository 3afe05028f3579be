"""How an app stood: its history as the overview, its own trend and the reports need it."""

from django.db import models


class StandingChange(models.Model):
    """From `changed_at` on an app stands like this, until its next row; `active_users` is what its users are part of.

    Written with the app's derived fields, in the same transaction; `actions.standing_changes` says how long it is kept.
    """

    app = models.ForeignKey("App", models.CASCADE, related_name="standing_changes")
    badness = models.PositiveSmallIntegerField()
    users_at_risk = models.PositiveIntegerField(default=0)
    active_users = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("changed_at", "id")
        indexes = (models.Index(fields=("app", "changed_at"), name="standing_of_app"),)

    def __str__(self) -> str:
        return f"app {self.app_id} from {self.changed_at:%Y-%m-%d %H:%M} on: {self.badness}"
