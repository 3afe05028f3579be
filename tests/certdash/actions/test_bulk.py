"""Bulk writes: each row gets its values, and whatever it has already is left alone."""

import pytest

from certdash.actions.bulk import write_differing
from certdash.models import Environment
from tests.certdash import builders

pytestmark = pytest.mark.django_db

FIELDS = ("badness", "issuer", "app_count")


def test_rows_that_differ_in_other_columns_each_get_their_values() -> None:
    customer = builders.customer()
    one, two, three, same = (
        builders.environment(customer, badness=3, issuer="A", app_count=count) for count in (1, 2, 3, 4)
    )
    wanted = {one.pk: (1, "A", 1), two.pk: (1, "A", 2), three.pk: (1, "B", 7), same.pk: (3, "A", 4)}

    written = write_differing(Environment, FIELDS, wanted)

    assert set(written) == {one.pk, two.pk, three.pk}
    assert {pk: row for pk, *row in Environment.objects.values_list("pk", *FIELDS)} == {
        pk: list(values) for pk, values in wanted.items()
    }
