"""Uploading built apps: the pin files in them are kept, the app is not, and what is hostile gets a sentence."""

import io
import zipfile
from collections.abc import Mapping

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from certdash.models import PinSet, Release
from tests.certdash import builders, fleet
from tests.certdash.views.test_upload import KEY, owner_of, send
from tests.pins.artefacts import proto
from tests.pins.artefacts.apps import PATH, aab, apk, archive, ipa, manifest, pinning
from tests.pins.artefacts.building import axml
from tests.pki import Authority

pytestmark = pytest.mark.django_db

PINS = (fleet.pin(fleet.WILDCARD), fleet.pin(fleet.BACKUP))
CONFIG = {PATH: axml(pinning(*PINS, host="api.cloud.test"))}
PLIST = {
    "NSAppTransportSecurity": {
        "NSPinnedDomains": {"api.cloud.test": {"NSPinnedCAIdentities": [{"SPKI-SHA256-BASE64": PINS[0]}]}}
    },
    "CFBundleIdentifier": "com.acme.shop",
    "CFBundleShortVersionString": "3.1",
    "CFBundleVersion": "31",
}


@pytest.mark.parametrize(("name", "source"), [("shop.apk", apk(CONFIG)), ("shop.ipa", ipa(about=PLIST))])
def test_an_app_fills_the_release_from_what_it_says_of_itself(name: str, source: bytes) -> None:
    app = builders.app()

    response = send(owner_of(app), app, source, name)

    save = response.context["save"]
    filled = [save[field].value() for field in ("platform", "version", "build")]
    assert (response.status_code, filled) == (200, ["ios" if name.endswith("ipa") else "android", "3.1", "31"])
    assert response.context["save_label"] == "Save release 3.1 (31)"


def test_of_an_app_its_pin_file_is_stored_and_not_the_app() -> None:
    app = builders.app()
    client = owner_of(app)
    source = apk({**CONFIG, "assets/large.bin": bytes(range(256)) * 4096})
    preview = send(client, app, source, "shop.apk")

    response = client.post(
        f"/apps/{app.pk}/upload/",
        {
            "draft": preview.context["token"],
            "platform": "android",
            "version": "3.1",
            "build": "31",
            "clients": ["android_nsc"],
        },
    )

    row = PinSet.objects.select_related("release").get()
    assert (response.status_code, str(row.release), row.release.build) == (302, "3.1 Android", "31")
    assert (row.file_name, row.format) == (f"shop.apk: {PATH}", "android_nsc")
    assert bytes(row.source).startswith(b"<network-security-config>")
    assert len(row.source) < 1000


def test_an_app_is_listed_with_each_of_its_pin_files() -> None:
    app = builders.app()
    root = Authority.root("Acme Root")
    source = apk({**CONFIG, "assets/www/certificates/a.cer": root.der, "lib/arm64-v8a/libapp.so": b"x"})

    response = send(owner_of(app), app, source, "shop.apk")

    page = response.context["page"]
    rows = [(row.name, row.what, row.is_inside) for row in page.rows]
    assert rows == [
        ("shop.apk", "Android app", False),
        (PATH, "Android Network Security Config", True),
        ("assets/www/certificates/", "Certificates", True),
        ("lib/arm64-v8a/libapp.so", "Part of the app bypasses the pins", True),
        ("lib/arm64-v8a/libapp.so", "Code that is not read", True),
    ]
    assert page.stored.startswith("Of 0.0 MB the pin files are kept (")
    assert [client for client, _ in response.context["save"].fields["clients"].choices] == [
        "android_nsc",
        "trustkit_android",
        "cordova_advanced_http_android",
    ]


def test_an_android_bundle_is_read_like_an_apk() -> None:
    app = builders.app()
    members = {f"base/{PATH}": proto.xml(pinning(*PINS, host="api.cloud.test"))}
    response = send(owner_of(app), app, aab(members), "shop.aab")

    assert (response.status_code, [host.host for host in response.context["preview"].hosts]) == (
        200,
        ["api.cloud.test"],
    )


def truncated() -> bytes:
    return apk(CONFIG)[:-40]


def overlapping() -> bytes:
    """The directory names the first member's place for the second one too."""
    source = bytearray(archive({"AndroidManifest.xml": axml(manifest()), "b": b"b" * 99}, zipfile.ZIP_STORED))
    first = source.find(b"PK\x01\x02")
    second = source.find(b"PK\x01\x02", first + 4)
    source[second + 42 : second + 46] = source[first + 42 : first + 46]
    return bytes(source)


def with_members(count: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as file:
        for number in range(count):
            file.writestr(f"Payload/A.app/{number}", b"")
    return target.getvalue()


WHOLE = "Pins may stand in it, so what this app does is not known. Give its pin files by themselves."
HOSTILE: Mapping[str, tuple[str, bytes, str]] = {
    "no archive": (
        "zeros.apk",
        bytes(5000),
        "zeros.apk is no built app, whatever its name says: those are ZIP archives. Build or download it again.",
    ),
    "truncated": (
        "shop.apk",
        truncated(),
        (
            "The archive is damaged (it has no end, as after an interrupted download), so nothing in it can be "
            "trusted. Build or download the app again."
        ),
    ),
    "overlapping": (
        "shop.apk",
        overlapping(),
        "The archive is damaged (its files overlap), so nothing in it can be trusted. Build or download the app again.",
    ),
    "other ending": (
        "shop.ipa",
        apk(CONFIG),
        "shop.ipa is an .apk inside, and its name ends otherwise. Check that it is the right file, and rename it.",
    ),
    "no app": (
        "shop.apk",
        archive({"readme.txt": b"hello"}),
        "shop.apk is a ZIP archive and no built app. Give an .apk, an .aab or an .ipa.",
    ),
    "zip by name": (
        "shop.zip",
        apk(CONFIG),
        "shop.zip is a ZIP archive. Give a built app with its ending .apk, .aab or .ipa, or the pin file by itself.",
    ),
    "bomb": (
        "shop.apk",
        apk({PATH: bytes(20 * 1024 * 1024)}),
        f"{PATH} unpacks to more than 200 times its size. What it holds is not known. {WHOLE}",
    ),
    "traversal": (
        "shop.ipa",
        archive({"Payload/../../etc/passwd": b"root"}),
        "shop.ipa is a ZIP archive and no built app. Give an .apk, an .aab or an .ipa.",
    ),
    "too many files": (
        "shop.ipa",
        with_members(100_001),
        (
            "The archive lists 100,001 files; apps have far fewer and certdash reads 100,000. Check that it is "
            "the right file."
        ),
    ),
    "nothing": (
        "shop.ipa",
        ipa(),
        "shop.ipa holds no pin file that its devices go by.",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_no_readable_app_is_refused_with_a_sentence(case: str) -> None:
    app = builders.app()
    name, source, sentence = HOSTILE[case]

    response = send(owner_of(app), app, source, name)

    assert (response.status_code, response.context["form"].errors["file"]) == (422, [sentence])
    assert (PinSet.objects.count(), Release.objects.count()) == (0, 0)


def test_a_private_key_in_an_app_is_refused_and_goes_into_no_page() -> None:
    app = builders.app()

    response = send(owner_of(app), app, apk({**CONFIG, "assets/www/certificates/k.cer": KEY.encode()}), "shop.apk")

    assert (response.status_code, PinSet.objects.count(), b"MC4CAQAw" in response.content) == (422, 0, False)
    assert (
        response.context["form"]
        .errors["file"][0]
        .startswith(
            "assets/www/certificates/k.cer cannot be read: This contains a private key. It was refused and not stored."
        )
    )


def test_an_app_for_each_platform_becomes_a_release_each() -> None:
    app = builders.app()
    client = owner_of(app)
    files = [SimpleUploadedFile("shop.apk", apk(CONFIG)), SimpleUploadedFile("shop.ipa", ipa(about=PLIST))]
    preview = client.post(f"/apps/{app.pk}/upload/", {"file": files})
    typed = {
        f"{one}-{field}": value
        for one in ("android", "ios")
        for field, value in {"platform": one, "version": "3.1", "build": "31"}.items()
    }

    response = client.post(
        f"/apps/{app.pk}/upload/",
        {
            "draft": preview.context["token"],
            **typed,
            "android-clients": ["android_nsc"],
            "ios-clients": ["apple_ats"],
        },
    )

    assert response.status_code == 302
    assert sorted(str(row.release) for row in PinSet.objects.select_related("release")) == ["3.1 Android", "3.1 iOS"]


def test_an_app_that_is_another_release_than_the_chosen_one_is_told() -> None:
    app = builders.app()
    release = builders.release(app, "3.0", build="30")

    response = owner_of(app).post(
        f"/apps/{app.pk}/upload/?release={release.pk}", {"file": SimpleUploadedFile("shop.apk", apk(CONFIG))}
    )

    assert response.context["told"] == (
        "shop.apk says that it is 3.1 (31), and it would be saved as 3.0 (30). Check which is right.",
    )
