"""What an owner expects of the next renewal, where it differs from what certdash would assume, with the reason."""

from django.db import models


class ScenarioOverride(models.Model):
    """For a whole platform domain or for one endpoint, never both; withdrawn when another takes its place."""

    platform_domain = models.ForeignKey(
        "PlatformDomain", models.CASCADE, null=True, blank=True, related_name="scenario_overrides"
    )
    endpoint = models.ForeignKey("Endpoint", models.CASCADE, null=True, blank=True, related_name="scenario_overrides")
    scenario = models.CharField(max_length=32)
    likelihood = models.CharField(max_length=10)
    reason = models.TextField()
    set_by = models.ForeignKey("User", models.SET_NULL, null=True, blank=True, related_name="+")
    set_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-set_at", "-id")
        constraints = (
            models.CheckConstraint(
                name="scenario_override_scope",
                condition=models.Q(platform_domain=None, endpoint__isnull=False)
                | models.Q(platform_domain__isnull=False, endpoint=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.scenario} {self.likelihood}"
