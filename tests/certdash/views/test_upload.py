"""Uploading a pin set: the preview stores nothing, saving stores all of it, and bad input gets a sentence."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from certdash.models import App, AuditEntry, PinSet, Release, Role
from certdash.queries.uploads.drafts import Batch, Draft
from certdash.views.drafts import seal
from tests.certdash import builders, fleet
from tests.certdash.builders import signed_in

pytestmark = pytest.mark.django_db

PIN = fleet.pin(fleet.WILDCARD)
BACKUP = fleet.pin(fleet.BACKUP)
FILE = fleet.nsc("api.cloud.test", PIN, BACKUP)
KEY = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIGVyeXNlY3JldA==\n-----END PRIVATE KEY-----\n"
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<network-security-config><domain-config><domain>&b;</domain></domain-config></network-security-config>"
)


def owner_of(app: App) -> Client:
    return signed_in(builders.user(Role.APP_OWNER, app.customer))


def send(client: Client, app: App, source: bytes, name: str = "pins.xml", **fields: str) -> Any:
    return client.post(f"/apps/{app.pk}/upload/", {"file": SimpleUploadedFile(name, source), **fields})


def draft_of(response: Any) -> str:
    return str(response.context["token"])


RELEASE = {"platform": "android", "version": "4.2", "build": "421", "share": "61", "clients": ["android_nsc"]}


def test_a_preview_stores_nothing() -> None:
    app = builders.app()

    response = send(owner_of(app), app, FILE)

    assert (response.status_code, PinSet.objects.count(), Release.objects.count()) == (200, 0, 0)
    assert "".join(part.text for part in response.context["preview"].sentence) == (
        "Saved as it is, this file leaves 1 of 1 host unknown, because what is served there could not be read."
    )


def test_pasted_text_is_read_like_a_file() -> None:
    app = builders.app()

    response = owner_of(app).post(
        f"/apps/{app.pk}/upload/", {"text": FILE.decode().replace("><", ">\r\n<"), "file_name": "n.xml"}
    )

    assert response.context["draft"] == Draft(FILE.replace(b"><", b">\n<"), "n.xml", "android_nsc")


def test_saving_creates_the_release_with_its_pin_set() -> None:
    app = builders.app()
    client = owner_of(app)
    draft = draft_of(send(client, app, FILE))

    response = client.post(f"/apps/{app.pk}/upload/", RELEASE | {"draft": draft})

    row = PinSet.objects.select_related("release").get()
    assert (response.status_code, response.headers["Location"]) == (302, f"/apps/{app.pk}/")
    assert (bytes(row.source), row.format, row.clients, row.file_name) == (
        FILE,
        "android_nsc",
        ["android_nsc"],
        "pins.xml",
    )
    assert (str(row.release), row.release.build, row.release.share) == ("4.2 Android", "421", Decimal(61))
    assert list(AuditEntry.objects.filter(verb="uploaded").values_list("customer", flat=True)) == [app.customer_id]


def test_saving_the_same_release_again_replaces_its_pin_set_and_keeps_the_old_one() -> None:
    app = builders.app()
    release = builders.release(app, "4.2", build="421", share="61")
    old = fleet.upload(release, FILE)
    client = owner_of(app)
    preview = client.post(
        f"/apps/{app.pk}/upload/?release={release.pk}",
        {"file": SimpleUploadedFile("new.xml", fleet.nsc("api.cloud.test", BACKUP))},
    )

    client.post(f"/apps/{app.pk}/upload/", RELEASE | {"draft": draft_of(preview), "share": ""})

    old.refresh_from_db()
    assert preview.context["replaces"] == (
        "4.2 Android (421) has a pin set of this kind already: this one takes its place, the old one is kept"
    )
    assert (Release.objects.get().share, old.replaced_at is not None) == (Decimal(61), True)
    assert list(release.pin_sets.filter(replaced_at=None).values_list("file_name", flat=True)) == ["new.xml"]


def test_shares_of_an_app_never_exceed_the_whole() -> None:
    app = builders.app()
    builders.release(app, "4.1", share="60")
    client = owner_of(app)
    draft = draft_of(send(client, app, FILE))

    response = client.post(f"/apps/{app.pk}/upload/", RELEASE | {"draft": draft})

    assert (response.status_code, PinSet.objects.count(), Release.objects.count()) == (422, 0, 1)
    assert response.context["save"]["version"].value() == "4.2"
    assert list(response.context["save"].errors) == ["share"]


@pytest.mark.parametrize(
    ("source", "name", "sentence"),
    [
        (b"", "pins.xml", "The file is empty. Choose the pin file again."),
        (
            b"\x89PNG\r\n\x1a\n",
            "pins.png",
            "This is a document or a picture. Give the pin file itself.",
        ),
        (
            b"<!doctype html><html></html>",
            "pins.html",
            "This is a web page. Save the file itself and not its preview.",
        ),
        (
            b"<network-security-config>\0</network-security-config>",
            "pins.xml",
            (
                "Line 1, column 26: The file holds the control character U+0000, so it is not text. "
                "Give the text file itself, saved as UTF-8."
            ),
        ),
        (
            b"<network-security-config>\n\xff</network-security-config>",
            "pins.xml",
            "Line 2, column 1: The text is not valid UTF-8 here. Save the file as UTF-8 and try again.",
        ),
    ],
    ids=["empty", "binary", "html", "nul", "encoding"],
)
def test_what_is_no_pin_file_is_refused_with_a_sentence(source: bytes, name: str, sentence: str) -> None:
    app = builders.app()

    response = send(owner_of(app), app, source, name)

    assert (response.status_code, response.context["form"].errors["file"]) == (422, [sentence])
    assert PinSet.objects.count() == 0


@pytest.mark.parametrize(
    ("source", "chosen"),
    [(BOMB, ""), ('{"hosts":' + "[" * 500 + "]" * 500 + "}", ""), (FILE.decode(), "outsystems_json")],
    ids=["bomb", "depth", "wrong_format"],
)
def test_hostile_text_is_refused_and_stays_in_its_field(source: str, chosen: str) -> None:
    app = builders.app()

    response = owner_of(app).post(
        f"/apps/{app.pk}/upload/", {"text": source, "format": chosen, "file_name": "mine.xml"}
    )

    form = response.context["form"]
    assert (response.status_code, list(form.errors), PinSet.objects.count()) == (422, ["text"], 0)
    assert [form[name].value() for name in ("text", "format", "file_name")] == [source, chosen, "mine.xml"]


def test_a_private_key_is_refused_and_goes_into_no_page() -> None:
    app = builders.app()

    response = owner_of(app).post(f"/apps/{app.pk}/upload/", {"text": FILE.decode() + KEY, "file_name": "mine.xml"})

    assert (response.status_code, PinSet.objects.count()) == (422, 0)
    assert response.context["form"].errors["text"][0].startswith("This contains a private key. It was refused")
    assert b"MC4CAQAw" not in response.content
    assert response.context["form"]["file_name"].value() == "mine.xml"


def test_a_file_of_five_megabytes_is_refused_by_its_size() -> None:
    app = builders.app()

    response = send(owner_of(app), app, b"x" * 5 * 1024 * 1024)

    assert (response.status_code, PinSet.objects.count()) == (413, 0)
    assert response.context["form"].errors["file"][0].startswith("pins.xml has 5.0 MB;")


def test_a_text_that_no_field_takes_gets_a_page_with_a_sentence() -> None:
    app = builders.app()

    response = owner_of(app).post(f"/apps/{app.pk}/upload/", {"text": "x" * 7 * 1024 * 1024})

    assert (response.status_code, response.templates[0].name) == (413, "errors/413.html")


def test_a_length_beyond_all_reason_is_refused_unread() -> None:
    app = builders.app()

    response = owner_of(app).post(f"/apps/{app.pk}/upload/", {"text": "x"}, headers={"Content-Length": "999999999"})

    assert (response.status_code, response.templates[0].name) == (413, "errors/413.html")


def test_a_file_that_its_client_refuses_can_be_seen_and_saved() -> None:
    app = builders.app()
    client = owner_of(app)
    twice = FILE.replace(b"</domain>", b"</domain><domain>api.cloud.test</domain>")
    response = send(client, app, twice)

    client.post(f"/apps/{app.pk}/upload/", RELEASE | {"draft": draft_of(response)})

    page = response.context["preview"]
    assert "".join(part.text for part in page.sentence) == (
        "Saved as it is, this file is refused by Android Network Security Config, and the app cannot connect anywhere."
    )
    assert ([(host.now, host.next) for host in page.hosts], PinSet.objects.count()) == ([("failing", "failing")], 1)


def test_a_file_beside_a_text_is_refused_because_one_would_be_lost() -> None:
    app = builders.app()

    response = send(owner_of(app), app, FILE, text="<network-security-config/>")

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["text"])


def test_a_draft_of_another_app_or_user_saves_nothing() -> None:
    app, person = builders.app(), builders.user()
    token = seal(Batch((Draft(FILE, "pins.xml", "android_nsc"),)), app_id=app.pk, user_id=person.pk)

    response = owner_of(app).post(f"/apps/{app.pk}/upload/", RELEASE | {"draft": token})

    assert (response.status_code, PinSet.objects.count()) == (422, 0)
    assert response.context["carried"] == [
        ("platform", "android"),
        ("version", "4.2"),
        ("build", "421"),
        ("share", "61"),
    ]


def test_an_expired_draft_is_previewed_anew_with_all_that_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    app = builders.app()
    client = owner_of(app)
    draft = draft_of(send(client, app, FILE))
    monkeypatch.setattr("certdash.views.drafts.LIFETIME", timedelta(seconds=-1))

    response = client.post(f"/apps/{app.pk}/upload/", RELEASE | {"draft": draft})

    assert (response.status_code, PinSet.objects.count()) == (422, 0)
    assert response.context["draft"].source == FILE
    assert response.context["save"]["version"].value() == "4.2"


def test_previewing_again_judges_for_the_chosen_client_and_saves_nothing() -> None:
    app = builders.app()
    client = owner_of(app)
    source = b'{"hosts": [{"host": "api.cloud.test", "hashes": ["sha256/%b", "sha256/%b"]}]}' % (
        PIN.encode(),
        PIN.encode(),
    )
    draft = draft_of(send(client, app, source, "pins.json"))
    chosen = {"draft": draft, "version": "1", "preview": "again"}

    android = client.post(
        f"/apps/{app.pk}/upload/", chosen | {"platform": "android", "clients": ["outsystems_android"]}
    )
    ios = client.post(f"/apps/{app.pk}/upload/", chosen | {"platform": "ios", "clients": ["outsystems_ios"]})

    assert [answer.context["preview"].hosts[0].now for answer in (android, ios)] == ["unknown", "failing"]
    assert PinSet.objects.count() == 0


def test_only_those_who_may_edit_the_app_upload_to_it() -> None:
    app = builders.app()
    stranger = signed_in(builders.user(Role.APP_OWNER, builders.customer()))
    reader = signed_in(builders.user(Role.MANAGER, app.customer))
    url = f"/apps/{app.pk}/upload/"

    answers = [client.get(url).status_code for client in (owner_of(app), reader, stranger, Client())]

    assert answers == [200, 403, 404, 302]


def test_the_preselected_release_fills_the_foot_of_the_preview() -> None:
    app = builders.app()
    release = builders.release(app, "4.3", build="430", platform="ios", share="12")

    response = owner_of(app).post(
        f"/apps/{app.pk}/upload/?release={release.pk}", {"file": SimpleUploadedFile("pins.xml", FILE)}
    )

    save = response.context["save"]
    filled = [save[name].value() for name in ("platform", "version", "build", "share")]
    assert (filled, response.context["save_label"]) == (["ios", "4.3", "430", "12"], "Save release 4.3 (430)")
