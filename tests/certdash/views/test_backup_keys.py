"""Backup keys: registering one turns verdicts, on the customer's own certificates alone."""

import base64

import pytest
from django.test import Client

from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import BackupKey, Role, Verdict
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import BACKUP, DAY, ISSUING, NOW, WILDCARD, Fleet, nsc, pin, serve
from tests.pki import Issued, csr

pytestmark = pytest.mark.django_db
URL = "/settings/backup-keys/new/"
CUSTOM = ISSUING.leaf("api.acme.test", not_before=NOW - 60 * DAY, not_after=NOW + 120 * DAY)
REQUEST = (
    "-----BEGIN CERTIFICATE REQUEST-----\n"
    f"{base64.encodebytes(csr('api.acme.test', key=BACKUP.key)).decode()}"
    "-----END CERTIFICATE REQUEST-----\n"
)


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


@pytest.fixture
def admin(fleet: Fleet) -> Client:
    return signed_in(builders.user(Role.CUSTOMER_ADMIN, fleet.customer))


def register(client: Client, fleet: Fleet, material: str) -> tuple[int, dict[str, list[str]]]:
    given = {"customer": fleet.customer.pk, "name": "in the safe", "material": material}
    response = client.post(URL, given)
    form = response.context["form"] if response.context else None
    return response.status_code, {name: list(found) for name, found in form.errors.items()} if form else {}


def test_a_request_proves_the_key_and_a_public_key_names_it(fleet: Fleet, admin: Client) -> None:
    first = register(admin, fleet, REQUEST)[0]
    second = register(admin, fleet, CUSTOM.public_key_pem.decode())[0]

    assert (first, second) == (302, 302)
    rows = BackupKey.objects.order_by("pk").values_list("spki_sha256", "is_proved", "registered_by__email")
    email = admin.get("/settings/backup-keys/").wsgi_request.user.email  # type: ignore[union-attr]
    assert list(rows) == [
        (BACKUP.facts.spki_sha256.hex(), True, email),
        (CUSTOM.facts.spki_sha256.hex(), False, email),
    ]


def test_it_settles_a_pin_on_a_custom_domain_and_not_on_the_platforms(fleet: Fleet, admin: Client) -> None:
    custom, default = fleet.host("api.acme.test"), fleet.host("a.cloud.test")
    fleet.app(nsc("api.acme.test", pin(CUSTOM), pin(BACKUP)))
    fleet.app(nsc("a.cloud.test", pin(WILDCARD), pin(BACKUP)))
    serve(custom, CUSTOM, ISSUING)
    serve(default, WILDCARD, ISSUING)
    values = []
    for _ in range(2):
        evaluate_endpoints([custom.pk, default.pk], now=NOW)
        values.append(dict(Verdict.objects.values_list("host", "value")))
        register(admin, fleet, REQUEST)

    assert values == [
        {"api.acme.test": "at_risk", "a.cloud.test": "at_risk"},
        {"api.acme.test": "ready", "a.cloud.test": "will_fail"},
    ]


@pytest.mark.parametrize(
    ("material", "told"),
    [
        ("junk", "This holds no"),
        (BACKUP.key_pem.decode(), "This contains a private key."),
        (BACKUP.pem.decode(), "This holds no public key."),
        ("x" * 70_000, "This is larger than 64 kB."),
    ],
)
def test_what_proves_nothing_is_refused_with_a_sentence(fleet: Fleet, admin: Client, material: str, told: str) -> None:
    status, found = register(admin, fleet, material)

    assert (status, list(found), BackupKey.objects.count()) == (422, ["material"], 0)
    assert found["material"][0].startswith(told)


def test_a_key_is_registered_once(fleet: Fleet, admin: Client) -> None:
    register(admin, fleet, REQUEST)

    assert register(admin, fleet, REQUEST) == (
        422,
        {"material": ["This key is registered already, as in the safe."]},
    )


def test_readers_see_their_own_keys_and_register_none(fleet: Fleet, admin: Client) -> None:
    register(admin, fleet, REQUEST)
    reader = signed_in(builders.user(Role.MANAGER, fleet.customer))
    stranger = signed_in(builders.user(Role.CUSTOMER_ADMIN, builders.customer()))
    archive = f"/settings/backup-keys/{BackupKey.objects.get().pk}/archive/"

    rows = [len(client.get("/settings/backup-keys/").context["list"].rows) for client in (reader, stranger)]
    statuses = [client.post(archive).status_code for client in (reader, stranger, admin)]

    assert (rows, reader.get(URL).status_code, statuses) == ([1, 0], 403, [403, 404, 302])


def test_nobody_registers_a_key_for_another_customer(fleet: Fleet) -> None:
    stranger = signed_in(builders.user(Role.CUSTOMER_ADMIN, builders.customer()))

    assert (register(stranger, fleet, REQUEST)[0], BackupKey.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    ("issued", "owner"),
    [(WILDCARD, "the platform's certificate for *.cloud.test"), (ISSUING, "the authority Fleet CA 1")],
    ids=["platform", "authority"],
)
def test_a_key_of_somebody_else_is_nobodys_backup(fleet: Fleet, admin: Client, issued: Issued, owner: str) -> None:
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW)

    answer = register(admin, fleet, issued.public_key_pem.decode())

    sentence = f"This is the key of {owner}, so it cannot be the next one of your own certificates."
    assert answer == (422, {"material": [f"{sentence} Give a key that you keep."]})
    assert BackupKey.objects.count() == 0
