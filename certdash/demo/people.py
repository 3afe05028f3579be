"""The people of the story: one log-in per role, and the owners of apps, who only have names."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from certdash.actions.members import invite
from certdash.demo.log_ins import LOG_INS, PASSWORD
from certdash.models import PLATFORM_ROLES, Customer, Role, User

# Whose data the three customer log-ins see.
LOG_IN_CUSTOMER = "acme"


@dataclass(frozen=True, slots=True)
class People:
    admin: User
    began: datetime

    def admit(self, customer: Customer) -> None:
        """Give the customer's log-ins their roles."""
        for log_in in LOG_INS:
            role = Role(log_in.role)
            if role not in PLATFORM_ROLES:
                invite(log_in.email, log_in.name, role, customer, actor=self.admin, now=self.began)
                User.objects.filter(email=log_in.email).update(password=self.admin.password)

    def owner(self, name: str, customer: Customer) -> User | None:
        """An app owner by name; nobody for an app without one."""
        if not name:
            return None
        known = User.objects.filter(name=name, memberships__customer=customer).first()
        if known is not None:
            return known
        email = f"{name.lower().replace(' ', '.')}@{customer.slug}.example"
        membership = invite(email, name, Role.APP_OWNER, customer, actor=self.admin, now=self.began)
        return membership.user if membership else None


def save_people(*, now: datetime) -> People:
    """The two platform log-ins. All passwords are one hash: making one takes a third of a second."""
    hashed = make_password(PASSWORD)
    admin: User | None = None
    for log_in in LOG_INS:
        role = Role(log_in.role)
        if role in PLATFORM_ROLES:
            invite(log_in.email, log_in.name, role, None, actor=admin, now=now)
            User.objects.filter(email=log_in.email).update(password=hashed)
            admin = admin or User.objects.get(email=log_in.email)
    assert admin is not None
    admin.refresh_from_db()
    return People(admin, now)
