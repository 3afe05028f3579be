"""Several files in one upload: each with its own result, and what they change against what was there before."""

import plistlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from certdash.models import App, PinSet
from tests.certdash import builders, fleet
from tests.certdash.views.test_upload import KEY, owner_of

pytestmark = pytest.mark.django_db

LEAF, BACKUP, CA = (fleet.pin(one) for one in (fleet.WILDCARD, fleet.BACKUP, fleet.ISSUING))
XML = fleet.nsc("api.cloud.test", LEAF, BACKUP)
PLIST = plistlib.dumps(
    {
        "NSAppTransportSecurity": {
            "NSPinnedDomains": {"api.cloud.test": {"NSPinnedCAIdentities": [{"SPKI-SHA256-BASE64": CA}]}}
        }
    }
)
JSON = b'{"hosts": [{"host": "api.cloud.test", "hashes": ["sha256/%b"]}]}' % CA.encode()


def give(client: Client, app: App, files: dict[str, bytes], **fields: Any) -> Any:
    content = [SimpleUploadedFile(name, source) for name, source in files.items()]
    return client.post(f"/apps/{app.pk}/upload/", {"file": content, **fields})


def typed(prefix: str = "", **more: Any) -> dict[str, Any]:
    return {f"{prefix}{name}": value for name, value in {"version": "4.2", "build": "421", **more}.items()}


def test_one_bad_file_does_not_lose_the_good_ones() -> None:
    app = builders.app()

    response = give(owner_of(app), app, {"pins.xml": XML, "broken.xml": b"<a", "key.pem": KEY.encode()})

    rows = [(row.name, row.what, row.title) for row in response.context["page"].rows]
    assert (response.status_code, PinSet.objects.count(), "MC4CAQAw" in response.text) == (200, 0, False)
    assert rows == [
        ("pins.xml", "Android Network Security Config", ""),
        ("broken.xml", "not read", "refused"),
        ("key.pem", "not read", "refused"),
    ]


def test_files_of_both_platforms_become_a_release_each() -> None:
    app = builders.app()
    client = owner_of(app)
    preview = give(client, app, {"pins.xml": XML, "Info.plist": PLIST})
    android = typed("android-", platform="android", share="60", clients=["android_nsc"])
    ios = typed("ios-", platform="ios", share="40", clients=["apple_ats"])

    response = client.post(f"/apps/{app.pk}/upload/", {"draft": preview.context["token"], **android, **ios})

    saved = PinSet.objects.select_related("release").order_by("release__platform")
    assert (response.status_code, preview.context["save_label"]) == (302, "Save both releases")
    assert [(str(row.release), row.file_name) for row in saved] == [
        ("4.2 Android", "pins.xml"),
        ("4.2 iOS", "Info.plist"),
    ]


def test_the_shares_of_both_releases_never_exceed_the_whole() -> None:
    app = builders.app()
    client = owner_of(app)
    preview = give(client, app, {"pins.xml": XML, "Info.plist": PLIST})
    android = typed("android-", platform="android", share="60", clients=["android_nsc"])
    ios = typed("ios-", platform="ios", share="60", clients=["apple_ats"])

    response = client.post(f"/apps/{app.pk}/upload/", {"draft": preview.context["token"], **android, **ios})

    assert (response.status_code, PinSet.objects.count()) == (422, 0)
    assert response.context["saves"][1].errors == {
        "share": [
            (
                "With the 60 % of the other platform the releases of this app add up to more than 100 %. Lower one "
                "of the two shares."
            )
        ]
    }


def test_files_that_one_release_takes_are_saved_together_and_replace_what_was_there() -> None:
    app = builders.app()
    release = builders.release(app, "4.2", build="421")
    old = fleet.upload(release, XML)
    client = owner_of(app)
    preview = give(client, app, {"pins.xml": XML, "pins.json": JSON})
    fields = typed(platform="android", clients=["android_nsc", "outsystems_android"])

    client.post(f"/apps/{app.pk}/upload/", {"draft": preview.context["token"], **fields})

    old.refresh_from_db()
    kept = release.pin_sets.filter(replaced_at=None).values_list("file_name", "clients")
    assert old.replaced_at is not None
    assert list(kept) == [("pins.xml", ["android_nsc"]), ("pins.json", ["outsystems_android"])]


def test_two_files_of_one_format_do_not_replace_one_another() -> None:
    app = builders.app()
    client = owner_of(app)
    preview = give(client, app, {"a.xml": XML, "b.xml": fleet.nsc("b.cloud.test", LEAF, BACKUP)})

    client.post(
        f"/apps/{app.pk}/upload/",
        {"draft": preview.context["token"], **typed(platform="android", clients=["android_nsc"])},
    )

    assert list(PinSet.objects.filter(replaced_at=None).values_list("file_name", flat=True)) == ["a.xml", "b.xml"]


def test_certificates_that_are_bundled_together_are_one_pin_set() -> None:
    app = builders.app()

    response = give(owner_of(app), app, {"now.cer": fleet.WILDCARD.der, "next.cer": fleet.NEXT.der})

    draft = response.context["draft"]
    assert (draft.file_name, draft.source) == ("now.cer, next.cer", fleet.WILDCARD.der + fleet.NEXT.der)
    assert [len(rule.pins) for rule in response.context["preview"].rules] == [2]


def test_a_release_without_a_client_for_one_of_its_files_is_not_saved() -> None:
    app = builders.app()
    client = owner_of(app)
    preview = give(client, app, {"pins.xml": XML, "pins.json": JSON})
    fields = typed(platform="android", clients=["android_nsc"])

    response = client.post(f"/apps/{app.pk}/upload/", {"draft": preview.context["token"], **fields})

    assert (response.status_code, PinSet.objects.count()) == (422, 0)
    assert response.context["save"].errors == {
        "clients": ["No client is chosen for pins.json, so nothing would decide it. Choose one."]
    }


def test_more_rules_than_any_app_has_are_refused_before_they_are_judged() -> None:
    app = builders.app()
    lines = "\n".join(f"h{number}.example,{LEAF}" for number in range(301))

    response = give(owner_of(app), app, {"pins.csv": f"host,pin\n{lines}\n".encode()})

    assert (response.status_code, response.context["form"].errors["file"]) == (
        413,
        ["There are 301 rules with 301 pins, which is more than any app has. Give the rules of this app alone."],
    )


def test_twenty_one_files_are_refused_unread() -> None:
    app = builders.app()

    response = give(owner_of(app), app, {f"{number}.xml": XML for number in range(21)})

    assert (response.status_code, response.context["told"]) == (
        413,
        ("More than 20 files came at once, so none was read. Give them in smaller groups.",),
    )


def test_a_file_is_compared_with_the_release_before_and_with_the_other_platform() -> None:
    app = builders.app()
    fleet.upload(builders.release(app, "4.1"), fleet.nsc("api.cloud.test", LEAF, CA, expiration="2027-02-01"))
    fleet.upload(builders.release(app, "4.1", platform="ios"), fleet.nsc("other.cloud.test", LEAF))

    response = give(owner_of(app), app, {"pins.xml": XML})

    before, beside = response.context["page"].releases[0].comparisons
    assert (before.title, before.text) == ("Compared with 4.1 Android, the release before", "1 host differs.")
    assert [(change.sign, change.text, change.pins) for change in before.hosts[0].changes] == [
        ("+", "1 pin", (f"{BACKUP[:8]}…",)),
        ("−", "1 pin", (f"{CA[:8]}…",)),
        ("", "Pins never end; before they ended on 1 Feb 2027", ()),
    ]
    assert [(row.host, row.changes[0].text) for row in beside.hosts] == [
        ("api.cloud.test", "Only in this upload: a rule with 2 pins"),
        ("other.cloud.test", "No rule in this upload; there 1 pin"),
    ]


def test_the_same_file_again_is_said_to_change_nothing() -> None:
    app = builders.app()
    release = builders.release(app, "4.2", build="421")
    fleet.upload(release, XML)

    response = owner_of(app).post(
        f"/apps/{app.pk}/upload/?release={release.pk}", {"file": SimpleUploadedFile("pins.xml", XML)}
    )

    (same,) = response.context["page"].releases[0].comparisons
    assert (same.title, same.text, same.hosts) == (
        "Compared with 4.2 Android (421), what it has now",
        "The same hosts with the same pins, enforced alike and for as long.",
        (),
    )


@pytest.mark.parametrize(
    ("name", "status"),
    [("../../etc/pins.xml", 200), ("a" * 800 + ".xml", 200), ("a" * 5000 + ".xml", 400), ("<b>.xml", 200)],
)
def test_a_name_is_text_and_nothing_else(name: str, status: int) -> None:
    app = builders.app()
    boundary = "x"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + XML + f"\r\n--{boundary}--\r\n".encode()

    response: Any = owner_of(app).generic(
        "POST", f"/apps/{app.pk}/upload/", body, f"multipart/form-data; boundary={boundary}"
    )

    assert (response.status_code, "<b>.xml" in response.text, "../" in response.text) == (status, False, False)
