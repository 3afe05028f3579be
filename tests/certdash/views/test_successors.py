"""Registering what comes next: preview, errors at their field, permission, withdrawal."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from certdash.models import Endpoint, Role, Successor
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import ISSUING, NEXT, Fleet, pin, serve
from tests.pki import pem

pytestmark = pytest.mark.django_db

HASH = f"sha256/{pin(NEXT)}"


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


@pytest.fixture
def admin() -> Client:
    return signed_in(builders.user(Role.PLATFORM_ADMIN))


def url(fleet: Fleet) -> str:
    return f"/successors/new/?platform_domain={fleet.domain.pk}"


def errors(response: Any) -> dict[str, list[str]]:
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def register(client: Client, address: str, **given: object) -> Any:
    """As a person does: preview, then press the button on the page that it gave."""
    shown = client.post(address, {"do": "preview"} | given).context["form"]
    return client.post(address, given | shown.data | {"do": "register", "shown": shown.mark})


def test_a_preview_shows_what_was_understood_and_stores_nothing(fleet: Fleet, admin: Client) -> None:
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, ISSUING.leaf("*.cloud.test"), ISSUING)

    response = admin.post(url(fleet), {"do": "preview", "material": HASH})

    assert (response.status_code, Successor.objects.count()) == (200, 0)
    assert response.context["preview"].understood.kind == "key hash"
    assert response.context["preview"].endpoints == "1 endpoint"


def test_registering_keeps_material_window_source_and_note(fleet: Fleet, admin: Client) -> None:
    today = timezone.now().date()
    opens, closes = today + timedelta(days=20), today + timedelta(days=40)

    response = register(
        admin,
        url(fleet),
        material=HASH,
        window_start=opens.isoformat(),
        window_end=closes.isoformat(),
        source_url="https://status.example.test/rotation",
        note="Cannot be postponed.",
    )

    row = Successor.objects.get()
    assert (response.status_code, response["Location"]) == (302, "/rotations/")
    assert (row.platform_domain, row.kind, row.material) == (fleet.domain, "spki_hash", HASH)
    assert row.window_start is not None
    assert row.window_end is not None
    assert (row.window_start.date(), row.window_end.date()) == (opens, closes)
    assert (row.source_url, row.note) == ("https://status.example.test/rotation", "Cannot be postponed.")


def test_an_announced_day_after_the_expiry_of_what_is_served_is_refused_at_its_field(
    fleet: Fleet, admin: Client
) -> None:
    ends = timezone.now().date() + timedelta(days=30)
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    serve(fleet.host("a.cloud.test"), ISSUING.leaf("*.cloud.test", not_after=midnight + timedelta(days=30)), ISSUING)
    late = (ends + timedelta(days=1)).isoformat()

    response = admin.post(url(fleet), {"do": "preview", "material": HASH, "window_start": late})

    sentence = f"Today's certificate expires on {ends}, so the change comes before this day. Give an earlier one."
    assert (response.status_code, errors(response)) == (422, {"window_start": [sentence]})
    assert not Successor.objects.exists()


def test_registering_enqueues_one_evaluation_on_commit(
    fleet: Fleet, admin: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        register(admin, url(fleet), material=HASH)

    assert len(callbacks) == 1


def test_an_uploaded_chain_travels_in_the_field_to_the_second_step(fleet: Fleet, admin: Client) -> None:
    now = timezone.now()
    leaf = ISSUING.leaf("*.cloud.test", not_before=now - timedelta(days=1), not_after=now + timedelta(days=90))
    upload = SimpleUploadedFile("chain.pem", pem(leaf, ISSUING))

    shown = admin.post(url(fleet), {"do": "preview", "file": upload}).context["form"]
    admin.post(url(fleet), shown.data | {"do": "register", "shown": shown.mark})

    row = Successor.objects.get()
    assert (row.kind, row.spki_sha256) == ("chain", leaf.facts.spki_sha256.hex())


def test_what_was_changed_after_the_preview_is_previewed_again(fleet: Fleet, admin: Client) -> None:
    shown = admin.post(url(fleet), {"do": "preview", "material": HASH}).context["form"]
    other = f"sha256/{pin(ISSUING)}"

    response = admin.post(url(fleet), {"do": "register", "material": other, "shown": shown.mark})

    assert (response.status_code, Successor.objects.count()) == (200, 0)
    assert response.context["notices"] == [
        "What you typed has changed since the preview, so nothing was stored. This is its effect now."
    ]


def test_a_registration_without_preview_is_shown_first(fleet: Fleet, admin: Client) -> None:
    response = admin.post(url(fleet), {"do": "register", "material": HASH})

    assert (response.status_code, Successor.objects.count()) == (200, 0)
    assert response.context["preview"] is not None


def test_a_certificate_of_another_host_is_refused_at_its_field_and_kept(fleet: Fleet, admin: Client) -> None:
    source = pem(ISSUING.leaf("elsewhere.test")).decode().strip()

    response = admin.post(url(fleet), {"do": "preview", "material": source, "note": "typed"})

    assert response.status_code == 422
    assert errors(response) == {
        "material": [
            "This certificate is for elsewhere.test, so *.cloud.test could not serve it. Give the one for *.cloud.test."
        ]
    }
    form = response.context["form"]
    assert (form["material"].value(), form["note"].value()) == (source, "typed")


def test_a_private_key_is_refused_and_not_sent_back(fleet: Fleet, admin: Client) -> None:
    response = admin.post(url(fleet), {"do": "preview", "material": NEXT.key_pem.decode(), "note": "typed"})

    form = response.context["form"]
    assert (response.status_code, list(errors(response)), Successor.objects.count()) == (422, ["material"], 0)
    assert (form["material"].value(), form["note"].value()) == ("", "typed")
    assert b"BEGIN PRIVATE KEY" not in response.content


BAD: list[tuple[dict[str, object], dict[str, list[str]]]] = [
    ({}, {"material": ["Nothing was given. Paste what will be served next, or upload its file."]}),
    (
        {"material": "x" * 300_000},
        {"material": ["This is larger than 256 kB. Give one chain, without other certificates."]},
    ),
    (
        {"material": HASH, "window_start": "2999-01-02", "window_end": "2999-01-01"},
        {"window_end": ["The latest day is before the earliest, 2999-01-02. Swap them, or clear one."]},
    ),
    (
        {"material": HASH, "window_end": "2020-01-01"},
        {"window_end": ["This day has passed, so it says nothing about what comes. Give a later one."]},
    ),
    (
        {"material": HASH, "window_start": "soon"},
        {"window_start": ["This is not a date. Write year, month and day, like 2027-01-31."]},
    ),
    (
        {"material": HASH, "source_url": "javascript:alert(1)"},
        {"source_url": ["This is not an address. Write it with https:// in front."]},
    ),
]


@pytest.mark.parametrize(("given", "said"), BAD)
def test_what_cannot_be_stored_is_answered_at_its_field(
    fleet: Fleet, admin: Client, given: dict[str, object], said: dict[str, list[str]]
) -> None:
    response = admin.post(url(fleet), {"do": "register"} | given)

    assert (response.status_code, errors(response), Successor.objects.count()) == (422, said, 0)


@pytest.mark.parametrize(("role", "status"), [(Role.CUSTOMER_ADMIN, 200), (Role.APP_OWNER, 403), (Role.MANAGER, 403)])
def test_for_a_custom_host_its_customers_admin_decides(fleet: Fleet, role: Role, status: int) -> None:
    endpoint = fleet.host("api.acme.test")
    client = signed_in(builders.user(role, fleet.customer))

    assert client.get(f"/successors/new/?endpoint={endpoint.pk}").status_code == status


def test_another_customers_host_does_not_exist(fleet: Fleet) -> None:
    endpoint = fleet.host("api.acme.test")
    stranger = signed_in(builders.user(Role.CUSTOMER_ADMIN, builders.customer()))

    assert stranger.get(f"/successors/new/?endpoint={endpoint.pk}").status_code == 404


@pytest.mark.parametrize("role", [Role.CUSTOMER_ADMIN, Role.APP_OWNER, Role.MANAGER])
def test_members_of_a_customer_register_nothing_for_the_platform(fleet: Fleet, role: Role) -> None:
    default = fleet.host("a.cloud.test")
    client = signed_in(builders.user(role, fleet.customer))

    statuses = [client.post(url(fleet), {"material": HASH, "do": "register"}).status_code]
    statuses += [client.get(f"/successors/new/?endpoint={default.pk}").status_code]

    assert (statuses, Successor.objects.count()) == ([403, 403], 0)


def test_a_platform_manager_reads_and_registers_nothing(fleet: Fleet) -> None:
    assert signed_in(builders.user(Role.PLATFORM_MANAGER)).get(url(fleet)).status_code == 403


@pytest.mark.parametrize("query", ["", "?platform_domain=x", "?endpoint=99999", "?endpoint=" + "9" * 40])
def test_an_address_without_a_target_leads_nowhere(admin: Client, query: str) -> None:
    assert admin.get(f"/successors/new/{query}").status_code == 404


def test_a_visitor_is_asked_to_log_in(fleet: Fleet) -> None:
    assert Client().post(url(fleet), {"material": HASH}).status_code == 302
    assert Successor.objects.count() == 0


def registered(endpoint: Endpoint) -> Successor:
    return Successor.objects.create(
        endpoint=endpoint, kind="spki_hash", material=HASH, registered_at=timezone.now(), spki_sha256="ab" * 32
    )


def test_withdrawing_asks_first_and_then_does_it_once(fleet: Fleet) -> None:
    row = registered(fleet.host("api.acme.test"))
    client = signed_in(builders.user(Role.CUSTOMER_ADMIN, fleet.customer))
    address = f"/successors/{row.pk}/withdraw/"

    asked = client.get(address)
    row.refresh_from_db()
    assert (asked.status_code, row.withdrawn_at) == (200, None)

    done = client.post(address)
    row.refresh_from_db()
    assert (done.status_code, row.withdrawn_at is not None) == (302, True)
    assert client.post(address).status_code == 404


def test_who_may_not_register_may_not_withdraw(fleet: Fleet) -> None:
    row = registered(fleet.host("api.acme.test"))
    address = f"/successors/{row.pk}/withdraw/"
    readers = {
        "manager": builders.user(Role.MANAGER, fleet.customer),
        "stranger": builders.user(Role.CUSTOMER_ADMIN, builders.customer()),
    }

    statuses = {name: signed_in(who).post(address).status_code for name, who in readers.items()}

    row.refresh_from_db()
    assert (statuses, row.withdrawn_at) == ({"manager": 403, "stranger": 404}, None)


@pytest.mark.parametrize("material", ["sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", f"{0:064x}"])
def test_a_hash_of_no_key_comes_next_nowhere(fleet: Fleet, admin: Client, material: str) -> None:
    response = admin.post(url(fleet), {"do": "preview", "material": material})

    assert (response.status_code, list(errors(response))) == (422, ["material"])
