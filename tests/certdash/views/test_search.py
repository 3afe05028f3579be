"""The one search box: what people type, and which hosts that is taken for."""

from base64 import b64encode

import pytest
from django.test import Client

from certdash.models import Role
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import ISSUING, WILDCARD, Fleet, serve

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
        ("acme.cloud.test.", ["acme.cloud.test", "acme.cloud.test:8443"]),
        ("a/bcdefg", []),
        ("/cme", []),
    ],
)
def test_hosts_are_found_by_any_part_and_in_urls(admin: Client, question: str, hits: list[str]) -> None:
    environment = builders.environment()
    builders.endpoint(environment, "acme.cloud.test"), builders.endpoint(environment, "acme.cloud.test", port=8443)

    groups = admin.get("/search/", {"q": question}).context["page"].groups

    assert [hit.name for group in groups if group.title == "Hosts" for hit in group.hits] == hits


LEAF = WILDCARD.facts
KEY = b64encode(LEAF.spki_sha256).decode()
NOTATIONS = {
    "base64": KEY,
    "URL-safe": KEY.replace("+", "-").replace("/", "_").rstrip("="),
    "prefixed": f"sha256/{KEY}",
    "HPKP": f'pin-sha256="{KEY}"',
    "Android": f'<pin digest="SHA-256">{KEY}</pin>',
    "Info.plist": f"<key>SPKI-SHA256-BASE64</key><string>{KEY}</string>",
    "hex": LEAF.spki_sha256.hex(),
    "colons": LEAF.spki_sha256.hex(":").upper(),
    "fingerprint": f"SHA256 Fingerprint={LEAF.sha256.hex(':').upper()}",
    "first of base64": f"{KEY[:8]}…",
    "first with prefix": f"sha256/{KEY[:11]}",
    "first of hex": LEAF.sha256.hex()[:12],
    "first of colons": LEAF.spki_sha256.hex(":")[:14].upper(),
    "most of hex": LEAF.spki_sha256.hex()[:50],
    "PEM": WILDCARD.pem.decode(),
    "PEM in one line": WILDCARD.pem.decode().replace("\n", ""),
}


@pytest.mark.parametrize("notation", NOTATIONS)
def test_a_certificate_is_found_in_any_notation_and_its_page_opens(admin: Client, notation: str) -> None:
    serve(Fleet().host("acme.cloud.test"), WILDCARD, ISSUING)

    response = admin.get("/search/", {"q": NOTATIONS[notation]})

    assert (response.status_code, response.get("Location")) == (302, f"/certificates/{LEAF.sha256.hex()}/")


def test_what_is_meant_exactly_comes_before_what_only_holds_it(admin: Client) -> None:
    acme = builders.customer("Acme")
    exact, _ = builders.environment(acme, "prod"), builders.environment(acme, "prod-eu")

    straight = admin.get("/search/", {"q": "Prod"})
    listed = admin.get("/search/", {"q": "pro"}).context["page"]

    assert straight["Location"] == f"/environments/{exact.pk}/"
    assert [(group.title, group.count, len(group.hits)) for group in listed.groups] == [("Environments", "2", 2)]


def test_of_many_the_first_are_shown_and_a_link_to_all(admin: Client) -> None:
    acme = builders.customer("Acme")
    for number in range(14):
        builders.environment(acme, f"stage {number:02}")

    page = admin.get("/search/", {"q": "stage"}).context["page"]

    assert [(group.count, len(group.hits), group.more_url) for group in page.groups] == [
        ("the first 12", 12, "/environments/?q=stage")
    ]
    assert page.sentence[0].text == "More than 12 entries match “stage”."


@pytest.mark.parametrize(
    ("question", "sentence", "advice"),
    [
        ("nowhere", "Nothing that you may see matches “nowhere”.", "It was read as a name and looked up among hosts"),
        (
            KEY,
            f"“{KEY[:20]}…” reads as a hash, but no certificate and no pin that you may see has it.",
            "It was read as a hash and looked up among all certificates and pins",
        ),
    ],
)
def test_what_is_not_found_is_told_with_what_was_searched(
    admin: Client, question: str, sentence: str, advice: str
) -> None:
    page = admin.get("/search/", {"q": question}).context["page"]

    assert (page.sentence[0].text, page.advice.startswith(advice), page.groups) == (sentence, True, ())


@pytest.mark.parametrize(
    ("question", "beginning"),
    [
        ("-----BEGIN PRIVATE KEY-----\nMIIEvQ==\n-----END PRIVATE KEY-----", "This contains a private key."),
        ("-----BEGIN CERTIFICATE-----MIIBcut", "What you pasted cannot be read as a certificate"),
        ("x", "Search for a host, an app, a customer"),
    ],
)
def test_what_cannot_be_searched_says_why_and_is_not_shown_again(admin: Client, question: str, beginning: str) -> None:
    response = admin.get("/search/", {"q": question})

    assert response.context["page"].sentence[0].text.startswith(beginning)
    assert "PRIVATE" not in response.content.decode()


@pytest.mark.parametrize(
    "question", ["5223145f6d1fdcf887ce", "0x5223145F6D1FDCF887CE", "52:23:14:5f:6d:1f:dc:f8:87:ce", "5223145f6d1f…"]
)
def test_a_certificate_is_found_by_its_serial_number(admin: Client, question: str) -> None:
    leaf = ISSUING.leaf("a.cloud.test", serial=0x5223145F6D1FDCF887CE)
    serve(Fleet().host("a.cloud.test"), leaf, ISSUING)

    response = admin.get("/search/", {"q": question})

    assert response["Location"] == f"/certificates/{leaf.facts.sha256.hex()}/"
