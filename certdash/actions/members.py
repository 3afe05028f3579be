"""Users and their roles: the first admin, invitations, changes of role, removal."""

from datetime import datetime

from django.db import transaction

from certdash.actions.audit import record
from certdash.models import Customer, Membership, Role, User


@transaction.atomic
def create_first_admin(email: str, name: str, password: str, *, now: datetime) -> User | None:
    """The one account that needs nobody's leave; None when there is any user already."""
    if User.objects.select_for_update().exists():
        return None
    user = User.objects.create_user(email, password, name=name)
    membership = Membership.objects.create(user=user, role=Role.PLATFORM_ADMIN)
    record(user, "created", membership, at=now, after={"role": membership.role})
    return user


@transaction.atomic
def invite(
    email: str, name: str, role: Role, customer: Customer | None, *, actor: User | None, now: datetime
) -> Membership | None:
    """Give an address a role, creating the user where there is none; None when the user has a role there already."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, None, name=name)
    if Membership.objects.filter(user=user, customer=customer).exists():
        return None
    membership = Membership.objects.create(user=user, customer=customer, role=role)
    record(actor, "created", membership, at=now, after={"role": role}, customer=customer)
    return membership


@transaction.atomic
def change_role(membership: Membership, role: Role, *, actor: User | None, now: datetime) -> bool:
    """False when this would leave the platform without an admin; nothing is changed then."""
    if role != Role.PLATFORM_ADMIN and is_last_platform_admin(membership):
        return False
    before, membership.role = membership.role, role
    membership.save(update_fields=["role"])
    customer = membership.customer
    record(actor, "edited", membership, at=now, before={"role": before}, after={"role": role}, customer=customer)
    return True


@transaction.atomic
def record_new_link(membership: Membership, *, actor: User | None, now: datetime) -> None:
    """Whoever holds the link can become this user, so the audit trail says who made it."""
    record(actor, "edited", membership, at=now, after={"link": "made"}, customer=membership.customer)


@transaction.atomic
def set_password(user: User, password: str, *, now: datetime) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    record(user, "edited", user, at=now, after={"password": "set"})


@transaction.atomic
def remove(membership: Membership, *, actor: User | None, now: datetime) -> bool:
    """Take a role away; the user stays, for the audit trail. False when it is the last platform admin's."""
    if is_last_platform_admin(membership):
        return False
    record(actor, "archived", membership, at=now, before={"role": membership.role}, customer=membership.customer)
    membership.delete()
    return True


def is_last_platform_admin(membership: Membership) -> bool:
    admins = Membership.objects.select_for_update().filter(role=Role.PLATFORM_ADMIN)
    return membership.role == Role.PLATFORM_ADMIN and not admins.exclude(pk=membership.pk).exists()
