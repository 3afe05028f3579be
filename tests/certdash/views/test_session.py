"""Logging in: too many attempts, where it leads, and what the answers tell a browser."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from certdash.models import LogInAttempt, Role, User
from tests.certdash import builders
from tests.certdash.builders import PASSWORD

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TOO_MANY = (
    "There were too many attempts, so this one was not looked at. Wait {}, then try again. "
    "If you have lost the password, an admin can set a new one."
)


@pytest.fixture
def ada() -> User:
    return builders.user(Role.PLATFORM_ADMIN, email="ada@example.test")


def try_password(password: str, *, account: str = "ada@example.test", address: str = "192.0.2.1") -> tuple[int, str]:
    """The status, and the first sentence of the form or where it leads."""
    response = Client().post("/log-in/", {"username": account, "password": password}, REMOTE_ADDR=address)
    if response.status_code == 302:
        return 302, response["Location"]
    return response.status_code, response.context["form"].non_field_errors()[0]


def test_the_eleventh_attempt_is_not_looked_at_even_with_the_right_password(ada: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(10):
            try_password("wrong")
        clock.shift(timedelta(minutes=4))

        answer = try_password(PASSWORD)

    assert answer == (429, TOO_MANY.format("6 minutes"))


def test_after_the_wait_the_right_password_works_again(ada: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(10):
            try_password("wrong")
        clock.shift(timedelta(minutes=10))

        answer = try_password(PASSWORD)

    assert (answer, LogInAttempt.objects.count()) == ((302, "/"), 0)


def test_waiting_is_told_to_programs_too(ada: User) -> None:
    with time_machine.travel(NOW, tick=False):
        for _ in range(10):
            try_password("wrong")
        response = Client().post(
            "/log-in/", {"username": "ADA@example.test ", "password": PASSWORD}, REMOTE_ADDR="192.0.2.1"
        )

    assert (response.status_code, response["Retry-After"]) == (429, "601")


def test_another_address_and_another_account_are_not_held_up(ada: User) -> None:
    for _ in range(10):
        try_password("wrong")
    builders.user(Role.PLATFORM_ADMIN, email="bob@example.test")

    assert [
        try_password(PASSWORD, address="192.0.2.2"),
        try_password(PASSWORD, account="bob@example.test"),
    ] == [(302, "/"), (302, "/")]


def test_one_address_cannot_try_account_after_account(ada: User) -> None:
    with time_machine.travel(NOW, tick=False):
        for number in range(100):
            try_password("wrong", account=f"user{number}@example.test")

        answer = try_password(PASSWORD)

    assert answer == (429, TOO_MANY.format("10 minutes"))


def test_a_success_clears_the_count(ada: User) -> None:
    for _ in range(9):
        try_password("wrong")
    try_password(PASSWORD)

    assert [try_password("wrong")[0] for _ in range(9)] == [200] * 9


def test_behind_the_proxy_its_own_entry_counts_and_not_what_the_client_wrote(ada: User, settings: object) -> None:
    settings.BEHIND_TLS = True  # type: ignore[attr-defined]

    Client().post(
        "/log-in/",
        {"username": "ada@example.test", "password": "wrong"},
        headers={"x-forwarded-for": "198.51.100.66, 203.0.113.7"},
        REMOTE_ADDR="10.0.0.1",
    )

    assert list(LogInAttempt.objects.values_list("address", flat=True)) == ["203.0.113.7"]


def test_what_was_typed_as_account_is_not_kept(ada: User) -> None:
    try_password("wrong", account="my-password-by-mistake")

    assert "mistake" not in LogInAttempt.objects.get().account


def test_while_there_is_no_user_the_log_in_leads_to_the_first_admin() -> None:
    response = Client().get("/log-in/")

    assert (response.status_code, response["Location"]) == (302, "/welcome/")


@pytest.mark.parametrize(
    ("given", "leads_to"),
    [
        ("/apps/", "/apps/"),
        ("//evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("https:evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("\x00//evil.example", "/"),
    ],
)
def test_a_log_in_never_leads_to_another_site(ada: User, given: str, leads_to: str) -> None:
    response = Client().post("/log-in/", {"username": ada.email, "password": PASSWORD, "next": given})

    assert (response.status_code, response["Location"]) == (302, leads_to)


def test_a_log_in_says_what_is_missing_in_words_of_its_own(ada: User) -> None:
    response = Client().post("/log-in/", {"username": "", "password": ""})

    assert dict(response.context["form"].errors) == {
        "username": ["This is empty. Write your e-mail address."],
        "password": ["This is empty. Fill it in."],
    }
