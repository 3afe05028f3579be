"""Customers: create, edit, archive."""

from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from certdash.actions import records
from certdash.actions.scheduling import schedule_of_customer, unschedule_customer
from certdash.actions.standing_counts import kept_right
from certdash.models import App, Customer, User

FIELDS = ("name", "slug")


@transaction.atomic
def save_customer(customer: Customer, *, actor: User | None, now: datetime) -> Customer:
    customer.slug = customer.slug or free_slug(customer.name)
    records.save(customer, FIELDS, actor=actor, now=now)
    return customer


@transaction.atomic
def archive_customer(customer: Customer, *, actor: User | None, now: datetime) -> None:
    """Nothing of an archived customer is probed or counted any more; its history stays."""
    with kept_right(lambda: _apps_of(customer)):
        if records.archive(customer, actor=actor, now=now, customer=customer):
            unschedule_customer(customer.pk)


@transaction.atomic
def restore_customer(customer: Customer, *, actor: User | None, now: datetime) -> None:
    with kept_right(lambda: _apps_of(customer)):
        if records.restore(customer, actor=actor, now=now, customer=customer):
            schedule_of_customer(customer.pk, now=now)


def _apps_of(customer: Customer) -> list[int]:
    return list(App.objects.filter(customer=customer).order_by().values_list("pk", flat=True))


def free_slug(name: str) -> str:
    """A slug of the name that no other customer has: `acme`, `acme-2`, …"""
    stem = slugify(name)[:50] or "customer"
    taken = set(Customer.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
