"""Check now for many environments at once: none, one, a page, every one that matches, and a worker that never comes."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from certdash.models import Customer, Endpoint, Environment, Progress, Role
from certdash.views.progress import MAX_CHECKED
from tests.certdash import builders
from tests.certdash.builders import signed_in

pytestmark = pytest.mark.django_db
LATER = "The others follow within their usual interval; narrow the filters to check some of them at once."


@pytest.fixture
def admin() -> Client:
    return signed_in(builders.user(Role.PLATFORM_ADMIN))


def fleet(owner: Customer, environments: int, *, hosts: int = 1, stage: str = "production") -> list[int]:
    rows = Environment.objects.bulk_create(
        Environment(customer=owner, name=f"{stage}-{at}", stage=stage) for at in range(environments)
    )
    Endpoint.objects.bulk_create(
        Endpoint(environment=row, host=f"h{at}.{row.name}.test") for row in rows for at in range(hosts)
    )
    return [row.pk for row in rows]


def told(client: Client, **sent: object) -> tuple[list[str], list[tuple[str, int]]]:
    response = client.post("/environments/probe/", sent, follow=True)
    warnings = [str(one) for one in response.context["messages"]]
    return warnings, list(Progress.objects.values_list("title", "total"))


@pytest.mark.parametrize(("count", "title"), [(1, "Checking 1 environment"), (50, "Checking 50 environments")])
def test_the_ticked_rows_are_checked(admin: Client, count: int, title: str) -> None:
    keys = fleet(builders.customer(), 51, hosts=2)

    assert told(admin, environment=keys[:count]) == ([], [(title, 2 * count)])


def test_without_a_row_nothing_is_checked_and_it_is_said(admin: Client) -> None:
    fleet(builders.customer(), 1)

    assert told(admin) == (["No environment is selected, so nothing is checked. Tick the rows to check first."], [])


def test_all_that_match_are_those_of_the_filters_and_not_of_the_page(admin: Client) -> None:
    owner = builders.customer()
    fleet(owner, 60, stage="test"), fleet(owner, 3)

    assert told(admin, all="1", filters="stage=test") == ([], [("Checking 60 environments", 60)])


def test_all_that_match_are_never_another_customers() -> None:
    acme = builders.customer()
    fleet(acme, 2), fleet(builders.customer(), 3)
    client = signed_in(builders.user(Role.CUSTOMER_ADMIN, acme))

    assert told(client, all="1", filters="") == ([], [("Checking 2 environments", 2)])


def test_of_more_than_anybody_waits_for_the_worst_are_checked(admin: Client) -> None:
    keys = fleet(builders.customer(), MAX_CHECKED + 1)
    Environment.objects.filter(pk=keys[-1]).update(badness=0)

    warnings, checks = told(admin, all="1", filters="")

    assert (warnings, checks) == (
        [f"5,001 environments match; the worst 5,000 of them are checked now. {LATER}"],
        [("Checking 5,000 environments", 5000)],
    )
    assert Endpoint.objects.get(environment=keys[-1]).schedule.next_probe_at <= timezone.now()


def test_few_environments_with_too_many_hosts_are_not_waited_for_either(admin: Client) -> None:
    fleet(builders.customer(), 2, hosts=MAX_CHECKED // 2 + 1)

    assert told(admin, all="1", filters="") == (
        [f"They have more than 5,000 hosts; 5,000 of the worst are checked now. {LATER}"],
        [("Checking 2 environments", 5000)],
    )


def test_a_check_that_no_worker_takes_says_so(admin: Client) -> None:
    told(admin, environment=fleet(builders.customer(), 1))
    progress = Progress.objects.get()
    before = admin.get(f"/progress/{progress.pk}/").context["progress"].result
    Progress.objects.update(started_at=timezone.now() - timedelta(minutes=2))

    bar = admin.get(f"/progress/{progress.pk}/").context["progress"]

    assert (before, bar.is_over) == ("", False)
    assert bar.result == (
        "No worker has begun yet. The hosts are due, and the next sweep reads them; if none comes, whoever runs "
        "certdash should see whether a worker is running."
    )
