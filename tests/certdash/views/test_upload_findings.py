"""What only this installation knows to be wrong with a file, at its line in the preview."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import Release, Role
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import BACKUP, ISSUING, NOW, WILDCARD, Fleet, nsc, pin, serve, upload

pytestmark = pytest.mark.django_db

HOST = "acme.cloud.test"


def notes(release: Release, source: bytes, name: str = "pins.xml") -> list[tuple[int | None, str]]:
    """Of the preview: the line of each note and its title."""
    client = signed_in(builders.user(Role.APP_OWNER, release.app.customer))
    response = client.post(f"/apps/{release.app_id}/upload/", {"file": SimpleUploadedFile(name, source)})
    preview = response.context["preview"]
    return [(note.line, note.title) for line in preview.lines for note in line.notes]


def fleet_with_host() -> Fleet:
    fleet = Fleet()
    endpoint = fleet.host(HOST)
    serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW)
    return fleet


def test_keys_that_servers_use_now_are_told_as_having_no_backup() -> None:
    found = notes(fleet_with_host().app(), nsc(HOST, pin(WILDCARD), pin(ISSUING)))

    assert (1, "No backup key") in found


def test_the_other_platforms_file_is_compared() -> None:
    release = fleet_with_host().app(nsc(HOST, pin(BACKUP), pin(ISSUING)))
    ios = builders.release(release.app, "1.0", platform="ios")
    upload(ios, nsc(HOST, pin(BACKUP), pin(WILDCARD)))

    assert (1, "Android and iOS differ") in notes(release, nsc(HOST, pin(BACKUP), pin(ISSUING)))
    assert (1, "Android and iOS differ") not in notes(release, nsc(HOST, pin(BACKUP), pin(WILDCARD)))


def test_a_leaf_in_a_list_for_authorities_stands_at_its_line() -> None:
    identity = f"<dict><key>SPKI-SHA256-BASE64</key>\n<string>{pin(WILDCARD)}</string></dict>"
    source = (
        '<plist version="1.0"><dict><key>NSAppTransportSecurity</key><dict><key>NSPinnedDomains</key><dict>'
        f"<key>{HOST}</key><dict><key>NSPinnedCAIdentities</key><array>{identity}</array></dict></dict></dict></dict>"
        "</plist>"
    )

    assert (2, "Leaf pin in a list for authorities") in notes(fleet_with_host().app(), source.encode(), "Info.plist")
