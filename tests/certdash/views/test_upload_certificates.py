"""Uploading certificates that an app bundles."""

import pytest

from tests.certdash import builders, fleet
from tests.certdash.views.test_upload import owner_of, send

pytestmark = pytest.mark.django_db


def test_a_binary_file_is_previewed_without_lines_and_speaks_for_every_host_of_the_app() -> None:
    town = fleet.Fleet()
    endpoint = town.host("acme.cloud.test")
    fleet.serve(endpoint, fleet.WILDCARD, fleet.ISSUING)
    app = builders.app(town.customer)
    app.environments.add(endpoint.environment)

    response = send(owner_of(app), app, fleet.WILDCARD.der, "pinned.cer", clients="capgo_android")

    preview = response.context["preview"]
    assert (response.status_code, response.context["draft"].format, preview.lines) == (200, "certificates", ())
    assert preview.size == f"{len(fleet.WILDCARD.der)} bytes · 1 rule · 1 pin"
    assert [(note.title, note.remedy) for note in preview.loose if note.title.startswith("Platform")] == [
        (
            "Platform-owned certificate pinned",
            f"Keep {fleet.WILDCARD.facts.sha256.hex()[:8]}… and add the next certificate beside it.",
        )
    ]
    assert [(pin.title, pin.note) for rule in preview.rules for pin in rule.pins] == [
        ("Leaf of *.cloud.test", "served now by 1 endpoint")
    ]
    assert preview.next_pin == ""
    assert [host.host for host in preview.hosts] == ["acme.cloud.test"]
    assert ('class="code"' in response.text, 'href="#line-' in response.text) == (False, False)
