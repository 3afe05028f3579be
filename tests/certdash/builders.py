"""Rows that a test needs and does not care about; what it cares about it says itself."""

from datetime import UTC, datetime
from itertools import count

from django.test import Client

from certdash.actions.standing_counts import counted, move
from certdash.models import App, Customer, Endpoint, Environment, Membership, Release, Role, User

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NUMBERS = count(1)
PASSWORD = "correct-horse-battery"


def customer(name: str = "") -> Customer:
    name = name or f"Customer {next(NUMBERS)}"
    return Customer.objects.create(name=name, slug=name.lower().replace(" ", "-"))


def user(role: Role | None = None, owner: Customer | None = None, email: str = "") -> User:
    """A user with one role; without a role one who may see nothing."""
    email = email or f"user{next(NUMBERS)}@example.test"
    person = User.objects.create_user(email, PASSWORD, name=email.partition("@")[0])
    if role is not None:
        Membership.objects.create(user=person, role=role, customer=owner)
    return person


def environment(owner: Customer | None = None, name: str = "", **fields: object) -> Environment:
    name = name or f"environment-{next(NUMBERS)}"
    return Environment.objects.create(**{"customer": owner or customer(), "name": name, "stage": "production"} | fields)


def endpoint(of: Environment | None = None, host: str = "", **fields: object) -> Endpoint:
    host = host or f"host{next(NUMBERS)}.example.test"
    return Endpoint.objects.create(**{"environment": of or environment(), "host": host} | fields)


def app(owner: Customer | None = None, name: str = "", **fields: object) -> App:
    name = name or f"App {next(NUMBERS)}"
    made = App.objects.create(**{"customer": owner or customer(), "name": name} | fields)
    move({}, counted([made.pk]))
    return made


def release(of: App | None = None, version: str = "1.0", **fields: object) -> Release:
    return Release.objects.create(**{"app": of or app(), "platform": "android", "version": version} | fields)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client
