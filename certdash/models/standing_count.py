"""How many apps stand at each verdict: kept, because whoever opens the overview waits for nothing to be added up."""

from django.db import models


class StandingCount(models.Model):
    """Apps at one verdict, of one customer or (empty) of all, with their users at risk.

    Without a platform domain every app counts once, by its own verdict; below a domain those that have something at
    stake there, by the verdict of that stake and its last safe day. `actions.standing_counts` keeps the rows right in
    the transaction that changes what they say.
    """

    customer = models.ForeignKey("Customer", models.CASCADE, null=True, blank=True, related_name="+")
    platform_domain = models.ForeignKey("PlatformDomain", models.CASCADE, null=True, blank=True, related_name="+")
    badness = models.PositiveSmallIntegerField()
    ship_by = models.DateField(null=True, blank=True)
    apps = models.PositiveIntegerField()
    users = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = (
            # Whose apps stop below a domain, counted without a look at any row.
            models.Index(fields=("platform_domain", "badness", "customer"), name="standing_count_by_domain"),
        )

    def __str__(self) -> str:
        return f"{self.apps} apps at {self.badness}"
