"""What apps have at stake where: kept, because the overview counts it for tens of thousands of apps at once."""

from django.db import models


class Stake(models.Model):
    """An app fails, will fail or is at risk on the hosts of one platform domain, or on one custom endpoint.

    `badness` is its worst verdict there, `ship_by` the first of the days until which a fix for what stops can ship,
    the window that of the worst verdict. `actions.stakes` writes it with the app's derived fields.
    """

    app = models.ForeignKey("App", models.CASCADE, related_name="stakes")
    platform_domain = models.ForeignKey("PlatformDomain", models.CASCADE, null=True, blank=True, related_name="stakes")
    endpoint = models.ForeignKey("Endpoint", models.CASCADE, null=True, blank=True, related_name="stakes")
    badness = models.PositiveSmallIntegerField()
    ship_by = models.DateField(null=True, blank=True)
    window_start = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("badness", "id")
        constraints = (
            models.UniqueConstraint(fields=("app", "platform_domain"), name="stake_on_domain_once"),
            models.UniqueConstraint(fields=("app", "endpoint"), name="stake_on_endpoint_once"),
            models.CheckConstraint(
                name="stake_place",
                condition=models.Q(platform_domain=None, endpoint__isnull=False)
                | models.Q(platform_domain__isnull=False, endpoint=None),
            ),
        )
        indexes = (
            # All that is counted by domain, so that no row is read for it.
            models.Index(fields=("platform_domain", "badness", "ship_by", "app"), name="stake_by_domain"),
            models.Index(
                fields=("badness", "window_start", "endpoint"),
                condition=models.Q(endpoint__isnull=False),
                name="stake_by_endpoint",
            ),
        )

    def __str__(self) -> str:
        return f"app {self.app_id}: {self.badness}"
