"""How ready the apps of one rotation were, day by day."""

from django.db import models


class RotationCount(models.Model):
    """Apps by verdict on the hosts of one rotation at the end of one day, for one customer or (empty) for all.

    A day is written where it differs from the one before; a day without rows stands as the last one that has some.
    `users` are those of the releases that stop. A set that became empty is one row with no apps.
    """

    rotation = models.ForeignKey("Rotation", models.CASCADE, related_name="counts")
    customer = models.ForeignKey("Customer", models.CASCADE, null=True, blank=True, related_name="+")
    day = models.DateField()
    value = models.CharField(max_length=12)
    apps = models.PositiveIntegerField()
    users = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("rotation", "day", "id")
        constraints = (
            models.UniqueConstraint(fields=("rotation", "day", "customer", "value"), name="rotation_count_once"),
            models.UniqueConstraint(
                fields=("rotation", "day", "value"),
                condition=models.Q(customer=None),
                name="rotation_count_all_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.day}: {self.apps} {self.value}"
