"""Asking an authority when it suggests to renew: a real server on loopback, and what follows for the forecast."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from django.utils import timezone
from pytest_django import Settings

from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import Certificate, Endpoint
from certdash.tasks.renewal_windows import ask_authorities
from pins.renewal_info import identifier
from tests.certdash.fleet import Fleet, serve
from tests.certdash.tasks.test_probing import EVALUATE, enqueued
from tests.pki import Authority
from tests.receivers import WebServer, web_server

pytestmark = pytest.mark.django_db

ORGANISATION = "Example Trust"
NAME = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION)])
ISSUING = Authority.root("Root").authority(subject=NAME)
NOW = timezone.now()
LEAF = ISSUING.leaf("a.shop.test", not_before=NOW - timedelta(days=30), not_after=NOW + timedelta(days=60))
START, END = (datetime(2126, 12, day, tzinfo=UTC) for day in (1, 3))
Answer = tuple[int, dict[str, str], bytes]


def suggesting(start: datetime, end: datetime) -> Answer:
    window = {"start": start.isoformat(), "end": end.isoformat()}
    return 200, {"retry-after": "21600"}, json.dumps({"suggestedWindow": window}).encode()


NOT_KNOWN: Answer = (404, {}, b"")


@pytest.fixture
def authority(settings: Settings, tmp_path: Path) -> Iterator[WebServer]:
    root = Authority.root("Directory Root")
    (tmp_path / "root.pem").write_bytes(root.pem)
    settings.PERIODIC = dict.fromkeys(settings.PERIODIC, timedelta())
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    settings.ACME_CA_FILE, settings.ACME_DEADLINE = str(tmp_path / "root.pem"), timedelta(seconds=5)
    with web_server(root.leaf("localhost")) as server:
        settings.ACME_DIRECTORIES = {ORGANISATION: server.url("/directory", "localhost")}
        enqueued()
        yield server


@pytest.fixture
def endpoint(db: None) -> Endpoint:
    found = Fleet().host("a.shop.test")
    serve(found, LEAF, ISSUING)
    evaluate_endpoints([found.pk], now=NOW)
    return found


def answer(authority: WebServer, *answers: Answer) -> None:
    directory = json.dumps({"renewalInfo": authority.url("/info", "localhost")}).encode()
    authority.answers = [(200, {}, directory), *answers]


def suggested() -> tuple[datetime | None, datetime | None]:
    row = Certificate.objects.get(sha256=LEAF.facts.sha256.hex())
    return row.renewal_start, row.renewal_end


def test_what_the_authority_suggests_becomes_the_window(authority: WebServer, endpoint: Endpoint) -> None:
    start = NOW + timedelta(days=20)
    answer(authority, suggesting(start, start + timedelta(days=2)))

    ask_authorities()

    assert [request.path for request in authority.taken] == ["/directory", f"/info/{identifier(LEAF.facts)}"]
    assert enqueued() == [(EVALUATE, [[endpoint.pk]])]
    evaluate_endpoints([endpoint.pk], now=NOW)
    endpoint.refresh_from_db()
    assert endpoint.window_start is not None
    assert (endpoint.window_evidence, endpoint.window_start.date()) == ("ari", start.date())


def test_it_is_asked_again_after_hours_and_an_unchanged_answer_moves_nothing(
    authority: WebServer, endpoint: Endpoint
) -> None:
    answer(authority, suggesting(START, END))
    ask_authorities()
    enqueued()
    ask_authorities()
    asked_at_once = len(authority.taken)

    Certificate.objects.update(renewal_asked_at=timezone.now() - timedelta(hours=7))
    answer(authority, suggesting(START, END))
    ask_authorities()

    assert (asked_at_once, len(authority.taken), enqueued()) == (2, 4, [])


def test_an_authority_that_no_longer_knows_it_takes_its_suggestion_back(
    authority: WebServer, endpoint: Endpoint
) -> None:
    Certificate.objects.update(renewal_start=START, renewal_end=END)
    answer(authority, NOT_KNOWN)

    ask_authorities()

    assert (suggested(), enqueued()) == ((None, None), [(EVALUATE, [[endpoint.pk]])])


@pytest.mark.parametrize(
    "answers",
    [
        [(500, {}, b"down")],
        [(302, {"location": "https://elsewhere.example/"}, b"")],
        [(200, {}, b"{}")],
        [(200, {}, b"x" * 100_000)],
        [suggesting(END, START)],
    ],
    ids=["down", "redirect", "empty", "endless", "backwards"],
)
def test_what_is_no_answer_changes_nothing_and_is_asked_again(
    authority: WebServer, endpoint: Endpoint, answers: list[Answer]
) -> None:
    Certificate.objects.update(renewal_start=START, renewal_end=END)
    answer(authority, *answers)

    ask_authorities()

    assert (suggested(), enqueued()) == ((START, END), [])
    assert Certificate.objects.exclude(renewal_asked_at=None).count() == 0


@pytest.mark.parametrize("place", ["http://localhost/info", "https://[", "https://169.254.169.254/latest", "/info"])
def test_a_directory_leads_nowhere_that_the_guard_refuses(authority: WebServer, endpoint: Endpoint, place: str) -> None:
    authority.answers = [(200, {}, json.dumps({"renewalInfo": place}).encode())]

    ask_authorities()

    assert (suggested(), len(authority.taken)) == ((None, None), 1)


def test_only_who_issued_it_is_asked(authority: WebServer, endpoint: Endpoint, settings: Settings) -> None:
    settings.ACME_DIRECTORIES = {"Somebody else": authority.url("/directory", "localhost")}

    ask_authorities()

    assert authority.taken == []
