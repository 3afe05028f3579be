"""What happens when the session is gone, and that a part of a page is never taken for the page."""

import pytest
from django.test import Client

from certdash.models import Role
from tests.certdash import builders
from tests.certdash.builders import signed_in

pytestmark = pytest.mark.django_db
LIST = "http://testserver/environments/?stage=test"


@pytest.mark.parametrize(
    ("sent_from", "back"),
    [(LIST, "/environments/%3Fstage%3Dtest"), ("https://evil.example/", "/"), ("", "/")],
)
def test_what_was_sent_without_a_session_leads_back_to_its_page(client: Client, sent_from: str, back: str) -> None:
    response = client.post("/environments/probe/", headers={"referer": sent_from})

    assert (response.status_code, response["Location"]) == (302, f"/log-in/?next={back}")


def test_a_fragment_without_a_session_moves_the_whole_page_to_the_log_in(client: Client) -> None:
    environment = builders.environment()
    headers = {"HX-Request": "true", "HX-Current-URL": LIST}

    response = client.get(f"/environments/{environment.pk}/", headers=headers)

    assert (response.status_code, response.content) == (200, b"")
    assert response["HX-Redirect"] == "/log-in/?next=/environments/%3Fstage%3Dtest"


def test_browsers_keep_a_page_and_its_parts_apart() -> None:
    response = signed_in(builders.user(Role.PLATFORM_ADMIN)).get("/environments/")

    assert "HX-Request" in [name.strip() for name in response["Vary"].split(",")]
