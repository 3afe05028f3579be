"""Who may do what: a role, platform-wide or for one customer."""

from django.db import models


class Role(models.TextChoices):
    PLATFORM_ADMIN = "platform_admin", "Platform admin"
    PLATFORM_MANAGER = "platform_manager", "Platform manager"
    CUSTOMER_ADMIN = "customer_admin", "Customer admin"
    APP_OWNER = "app_owner", "App owner"
    MANAGER = "manager", "Manager"


PLATFORM_ROLES = (Role.PLATFORM_ADMIN, Role.PLATFORM_MANAGER)


class Membership(models.Model):
    """`customer` is empty for the two platform roles and set for the three customer roles."""

    user = models.ForeignKey("User", models.CASCADE, related_name="memberships")
    customer = models.ForeignKey("Customer", models.CASCADE, null=True, blank=True, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "customer"), name="membership_once"),
            models.UniqueConstraint(
                fields=("user",), condition=models.Q(customer=None), name="membership_platform_once"
            ),
            models.CheckConstraint(
                name="membership_scope",
                condition=models.Q(role__in=PLATFORM_ROLES, customer=None)
                | (~models.Q(role__in=PLATFORM_ROLES) & models.Q(customer__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
