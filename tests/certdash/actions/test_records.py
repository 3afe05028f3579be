"""Saving, archiving and restoring any record, with its audit trail."""

import pytest

from certdash.actions import records
from certdash.models import AuditEntry, Customer
from tests.certdash import builders
from tests.certdash.builders import NOW

pytestmark = pytest.mark.django_db


def trail() -> list[tuple[str, str, object, object]]:
    return list(AuditEntry.objects.order_by("id").values_list("verb", "label", "before", "after"))


def test_a_new_record_is_audited_with_its_fields() -> None:
    records.save(Customer(name="Acme", slug="acme"), ("name", "slug"), actor=None, now=NOW)

    assert trail() == [("created", "Acme", None, {"name": "Acme", "slug": "acme"})]


def test_an_edit_is_audited_with_before_and_after() -> None:
    acme = builders.customer("Acme")
    acme.name = "Acme Corp"

    records.save(acme, ("name",), actor=None, now=NOW)

    assert trail() == [("edited", "Acme Corp", {"name": "Acme"}, {"name": "Acme Corp"})]


def test_a_save_that_changes_nothing_leaves_no_trace() -> None:
    acme = builders.customer("Acme")

    records.save(acme, ("name",), actor=None, now=NOW)

    assert trail() == []


def test_archiving_twice_is_one_event() -> None:
    acme = builders.customer("Acme")
    twin = Customer.objects.get(pk=acme.pk)

    done = (records.archive(acme, actor=None, now=NOW), records.archive(twin, actor=None, now=NOW))

    assert (done, trail()) == ((True, False), [("archived", "Acme", None, None)])


def test_a_restored_record_has_no_archive_date() -> None:
    acme = builders.customer("Acme")
    records.archive(acme, actor=None, now=NOW)

    records.restore(acme, actor=None, now=NOW)

    assert Customer.objects.get(pk=acme.pk).archived_at is None
