"""What one user may see and do: the only place that turns roles into filters and permissions."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q

from certdash.models import PLATFORM_ROLES, Membership, Role, User


@dataclass(frozen=True, slots=True)
class Access:
    """`platform_role` is set for platform users; `customer_roles` maps a customer's key to the user's role there."""

    user_id: int
    platform_role: Role | None
    customer_roles: Mapping[int, Role]

    @property
    def sees_everything(self) -> bool:
        return self.platform_role is not None

    @property
    def is_platform_admin(self) -> bool:
        return self.platform_role == Role.PLATFORM_ADMIN

    @property
    def scope(self) -> frozenset[int] | None:
        """The same for all who see the same customers; None sees all."""
        return None if self.sees_everything else frozenset(self.customer_roles)

    def rows(self, path: str = "customer_id") -> Q:
        """The filter for rows whose customer key is at `path`: `Environment.objects.filter(access.rows())`."""
        return Q() if self.sees_everything else Q(**{f"{path}__in": list(self.customer_roles)})

    def within(self, customer_id: int) -> "Access":
        """The same reader looking at one customer, whom they may see, and at nothing else."""
        role = self.customer_roles.get(customer_id, Role.MANAGER)
        return Access(self.user_id, None, {customer_id: role})

    def may_see(self, customer_id: int) -> bool:
        return self.sees_everything or customer_id in self.customer_roles

    def may_edit_apps(self, customer_id: int) -> bool:
        """Apps, releases, user shares and pin sets of a customer."""
        return self.is_platform_admin or self.customer_roles.get(customer_id) in (Role.CUSTOMER_ADMIN, Role.APP_OWNER)

    def may_ask_owner(self, customer_id: int, owner_id: int | None) -> bool:
        """Whoever administers a customer, about an app that is not their own."""
        return self.may_administer(customer_id) and owner_id != self.user_id

    def may_administer(self, customer_id: int) -> bool:
        """Members, environments, endpoints and custom-domain successors of a customer."""
        return self.is_platform_admin or self.customer_roles.get(customer_id) == Role.CUSTOMER_ADMIN

    @property
    def may_administer_any(self) -> bool:
        """Of at least one customer: whether a list offers to register something."""
        return self.is_platform_admin or Role.CUSTOMER_ADMIN in self.customer_roles.values()

    @property
    def may_edit_any(self) -> bool:
        """Of at least one customer: whether a list offers to act on its rows."""
        return self.may_administer_any or Role.APP_OWNER in self.customer_roles.values()

    @property
    def may_administer_platform(self) -> bool:
        """Customers, platform domains, their successors, trust stores."""
        return self.is_platform_admin


# For what is derived for all readers together.
EVERYBODY = Access(0, Role.PLATFORM_MANAGER, {})


class Accounts(ModelBackend):
    """Django's, but who asks for a page is read together with what they may see: one statement less of every page."""

    def get_user(self, user_id: int) -> User | None:
        rows = Membership.objects.filter(user=user_id).select_related("user")
        if not rows:
            return super().get_user(user_id)
        user = rows[0].user
        # Where Django looks for rows of another table before it asks for them.
        setattr(user, "_prefetched_objects_cache", {"memberships": rows})  # noqa: B010  # unknown to its types
        return user if self.user_can_authenticate(user) else None


def access_of(user: User) -> Access:
    """One query, none for who asks for a page. A user without any membership sees nothing."""
    rows = [(row.customer_id, row.role) for row in user.memberships.all()]
    platform = next((Role(role) for customer, role in rows if role in PLATFORM_ROLES), None)
    return Access(user.pk, platform, {customer: Role(role) for customer, role in rows if customer is not None})
