"""What the settings lists say first."""

import pytest

from certdash.queries.settings import words as settings_words


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "No customer is registered yet. Each is seen only by its own members and the platform."),
        (1, "1 customer, seen only by their own members and the platform; a name leads to its report."),
        (14, "14 customers, seen only by their own members and the platform; a name leads to its report."),
    ],
)
def test_customers_are_counted(count: int, said: str) -> None:
    assert settings_words.of_customers(count) == said


@pytest.mark.parametrize(
    ("total", "everywhere", "said"),
    [
        (1, 1, "1 member, who sees every customer. Members of a customer see that one alone."),
        (3, 1, "3 members: 1 sees every customer, 2 see their own customer alone."),
        (3, 2, "3 members: 2 see every customer, 1 sees their own customer alone."),
        (2, 0, "2 members, who see their own customer alone."),
    ],
)
def test_members_are_told_by_what_they_see(total: int, everywhere: int, said: str) -> None:
    assert settings_words.of_members(total, everywhere) == said


def test_without_a_trust_store_in_scope_the_list_says_what_that_stops() -> None:
    assert settings_words.of_trust_stores(0, 2) == (
        "No trust store is in scope, so no verdict can be decided. Add one, or put one into scope."
    )
    assert settings_words.of_trust_stores(1, 2) == (
        "Verdicts are decided on 1 of 2 trust stores: devices differ in what they believe."
    )


def test_hosts_below_platform_domains_are_counted() -> None:
    assert settings_words.of_platform_domains([60, 4]) == (
        "64 hosts below 2 platform domains serve a certificate that you own and rotate for all of them."
    )


def test_backup_keys_are_counted_once_there_are_any() -> None:
    assert settings_words.of_backup_keys(1) == (
        "1 backup key turns an unknown pin into the known key of your next certificate."
    )
