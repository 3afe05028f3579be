"""The corrected file of a preview: shown, taken home, put in the place of what was given, and never believed unread."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from certdash.actions.environments import archive_endpoint
from certdash.actions.scheduling import schedule
from certdash.actions.successors import Announcement, register
from certdash.models import App, Endpoint, PinSet, Release
from certdash.queries.apps.corrected import DiffLine
from certdash.queries.judging.candidates import Target, read_candidate
from tests.certdash import builders
from tests.certdash.fleet import BACKUP, DAY, ISSUING, ROOT, Fleet, nsc, pin, serve
from tests.certdash.views.test_upload import RELEASE, owner_of, send
from tests.certdash.views.test_upload_several import PLIST, give
from tests.pins.artefacts.apps import PATH, apk, pinning
from tests.pins.artefacts.building import axml
from tests.pki import pem

pytestmark = pytest.mark.django_db

# The view has a clock of its own.
TODAY = timezone.now()
WILDCARD = ISSUING.leaf("*.cloud.test", not_before=TODAY - 150 * DAY, not_after=TODAY + 40 * DAY)
NEXT = ISSUING.leaf("*.cloud.test", not_before=TODAY - DAY, not_after=TODAY + 180 * DAY)
HOST = "api.cloud.test"
FILE = nsc(HOST, pin(WILDCARD), pin(BACKUP)).replace(b"><", b">\n<")
BUTTONS = ('name="take"', 'name="correct"')
GONE = "What is served has changed meanwhile, and no corrected file can be made now. The preview says why."


@pytest.fixture
def app() -> App:
    """Its host serves the platform's certificate, whose next one is announced."""
    fleet = Fleet()
    serve(fleet.host(HOST), WILDCARD, ISSUING, at=TODAY)
    target = Target(fleet.domain)
    register(read_candidate(pem(NEXT, ISSUING), target, now=TODAY), target, Announcement(), actor=None, now=TODAY)
    return builders.app(fleet.customer)


def press(client: Client, app: App, preview: Any, button: str, value: str = "0", **typed: Any) -> Any:
    sent = {"draft": preview.context["token"], "platform": "android", "clients": ["android_nsc"], button: value}
    return client.post(f"/apps/{app.pk}/upload/", sent | typed)


def told(response: Any) -> tuple[str, ...]:
    found: tuple[str, ...] = response.context["told"]
    return found


def test_a_file_that_stops_is_shown_with_what_would_correct_it_and_nothing_is_stored(app: App) -> None:
    response = send(owner_of(app), app, FILE)

    corrected = response.context["preview"].corrected
    assert [line for line in corrected.lines if line.sign] == [
        DiffLine(7, "+", f'<pin digest="SHA-256">{pin(NEXT)}</pin>')
    ]
    assert (corrected.name, corrected.counts, corrected.problem) == ("pins.xml", "+1 −0", "")
    assert [button in response.text for button in BUTTONS] == [True, True]
    assert (PinSet.objects.count(), Release.objects.count()) == (0, 0)


def test_the_download_is_the_corrected_file_whatever_is_typed_or_missing_at_the_foot(app: App) -> None:
    client = owner_of(app)
    preview = send(client, app, FILE)

    response = press(client, app, preview, "take", version="", share="nonsense")

    assert (response.status_code, response["Content-Disposition"]) == (200, 'attachment; filename="pins.xml"')
    assert response.content.decode() == preview.context["preview"].corrected.text
    assert pin(NEXT) in response.content.decode()
    assert PinSet.objects.count() == 0


def test_the_corrected_file_takes_the_place_of_the_given_one_and_keeps_what_was_typed(app: App) -> None:
    client = owner_of(app)

    response = press(client, app, send(client, app, FILE), "correct", version="4.3", build="", share="")

    page, save = response.context["page"], response.context["save"]
    assert (response.status_code, page.files[0].draft.is_corrected) == (200, True)
    assert [host.next for host in page.files[0].preview.hosts] == ["ready"]
    assert (save["version"].value(), save.errors) == ("4.3", {})
    assert told(response)[0].startswith("This is the corrected file in the place of the one that you gave")
    assert page.files[0].preview.corrected is None
    assert PinSet.objects.count() == 0


def test_only_saving_stores_it(app: App) -> None:
    client = owner_of(app)
    preview = send(client, app, FILE)
    corrected = preview.context["preview"].corrected.text
    anew = press(client, app, preview, "correct")

    client.post(f"/apps/{app.pk}/upload/", RELEASE | {"draft": anew.context["token"]})

    assert bytes(PinSet.objects.get().source).decode() == corrected


def test_where_none_can_be_written_it_says_why_and_has_no_button(app: App) -> None:
    app.environments.add(app.customer.environments.get())
    client = owner_of(app)

    response = send(client, app, WILDCARD.der, "pinned.cer")
    taken = press(client, app, response, "take", clients=["capgo_android"])

    corrected = response.context["preview"].corrected
    assert (bool(corrected.problem), [button in response.text for button in BUTTONS]) == (True, [False, False])
    assert corrected.problem in response.text
    assert (taken.status_code, told(taken)) == (200, (GONE,))


def test_a_file_that_stays_ready_is_offered_none(app: App) -> None:
    response = send(owner_of(app), app, nsc(HOST, pin(WILDCARD), pin(NEXT)))

    assert (response.context["preview"].corrected, 'id="corrected"' in response.text) == (None, False)


def test_a_file_that_is_refused_on_hosts_that_nobody_read_says_what_to_do_first() -> None:
    app = builders.app()
    twice = FILE.replace(b"</domain>", f"</domain><domain>{HOST}</domain>".encode())

    response = send(owner_of(app), app, twice)

    assert response.context["preview"].corrected.problem == (
        "None of its hosts was read yet, so nobody knows which pins they need. Watch them, then preview again."
    )


@pytest.mark.parametrize("place", ["", "1", "-1", "²", "9999999999", "x"])
def test_a_place_without_a_file_is_answered_with_the_preview(app: App, place: str) -> None:
    client = owner_of(app)

    response = press(client, app, send(client, app, FILE), "correct", place, version="4.3")

    assert (response.status_code, told(response)) == (200, (GONE,))
    assert (response.context["save"]["version"].value(), response.context["save"].errors) == ("4.3", {})


def test_a_file_inside_a_built_app_is_taken_home_and_not_replaced_there(app: App) -> None:
    client = owner_of(app)
    built = apk({PATH: axml(pinning(pin(WILDCARD), pin(BACKUP), host=HOST))})
    preview = send(client, app, built, "shop.apk")

    used = press(client, app, preview, "correct", version="3.1")

    assert ('name="correct"' in preview.text, told(used)[0]) == (False, GONE)
    assert not used.context["page"].files[0].draft.is_corrected


def test_of_two_files_the_one_that_is_meant_is_corrected(app: App) -> None:
    client = owner_of(app)
    preview = give(client, app, {"Info.plist": PLIST, "pins.xml": FILE})
    android = {"android-version": "1", "android-platform": "android", "android-clients": ["android_nsc"]}
    ios = {"ios-version": "1", "ios-platform": "ios", "ios-clients": ["apple_ats"]}

    response = press(client, app, preview, "correct", "1", **android, **ios)

    drafts = {one.draft.file_name: one.draft for one in response.context["page"].files}
    assert (drafts["Info.plist"].is_corrected, drafts["Info.plist"].source) == (False, PLIST)
    assert drafts["pins.xml"].is_corrected
    assert pin(NEXT).encode() in drafts["pins.xml"].source


def test_the_chosen_client_decides_what_is_corrected(app: App) -> None:
    """A client that compares the leaf alone is helped by no root."""
    client = owner_of(app)
    source = b'{"hosts": [{"host": "%b", "hashes": ["sha256/%b"]}]}' % (HOST.encode(), pin(ROOT).encode())
    preview = send(client, app, source, "pins.json")

    response = press(client, app, preview, "take", clients=["outsystems_android"])

    assert response.status_code == 200


def test_a_key_of_the_platform_that_leaves_and_is_covered_is_no_error(app: App) -> None:
    preview = send(owner_of(app), app, nsc(HOST, pin(WILDCARD), pin(NEXT)).replace(b"><", b">\n<")).context["preview"]

    assert [(line.number, line.value, [note.title for note in line.notes]) for line in preview.lines if line.notes] == [
        (5, "ready", ["Platform-owned key, covered"])
    ]


def test_a_pin_of_a_well_known_authority_has_its_name_though_no_store_has_it(app: App) -> None:
    isrg = "C5+lpZ7tcVwmwQIMcRtPbsQtWLABXhQzejna0wHFr8M="

    preview = send(owner_of(app), app, nsc(HOST, pin(WILDCARD), isrg)).context["preview"]

    assert [(one.title, one.note, one.fate.word) for one in preview.rules[0].pins] == [
        ("Leaf of *.cloud.test", "served now by 1 endpoint", "gone"),
        ("Root ISRG Root X1", "a public authority, in no store in scope", "not in the chain"),
    ]


def test_hosts_that_nobody_watches_any_more_do_not_count_as_serving_a_key(app: App) -> None:
    environment = app.customer.environments.get()
    for name in ("b.cloud.test", "c.cloud.test"):
        endpoint = builders.endpoint(environment, name)
        schedule([endpoint.pk], now=TODAY)
        serve(endpoint, WILDCARD, ISSUING, at=TODAY)
    archive_endpoint(Endpoint.objects.get(host="c.cloud.test"), actor=None, now=TODAY)

    preview = send(owner_of(app), app, FILE).context["preview"]

    assert preview.rules[0].pins[0].note == "served now by 2 endpoints"
