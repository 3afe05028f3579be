"""The one search box: what people type, and which hosts that is taken for."""

import pytest
from django.test import Client

from certdash.models import Role
from tests.certdash import builders
from tests.certdash.builders import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    return signed_in(builders.user(Role.PLATFORM_ADMIN))


@pytest.mark.parametrize(
    ("question", "hits"),
    [
        ("https://Acme.cloud.test:8443/path?x", ["acme.cloud.test", "acme.cloud.test:8443"]),
        ("acme.cloud.test/path", ["acme.cloud.test", "acme.cloud.test:8443"]),
        ("acme", ["acme.cloud.test", "acme.cloud.test:8443"]),
        ("a/bcdefg", []),
        ("/cme", []),
    ],
)
def test_hosts_are_found_by_any_part_and_in_urls(admin: Client, question: str, hits: list[str]) -> None:
    environment = builders.environment()
    builders.endpoint(environment, "acme.cloud.test"), builders.endpoint(environment, "acme.cloud.test", port=8443)

    groups = admin.get("/search/", {"q": question}).context["page"].groups

    assert [hit.name for group in groups if group.title == "Hosts" for hit in group.hits] == hits
