"""Findings kept in the database: what only an installation knows of certificates, keys, windows and other releases."""

import base64
import hashlib

import pytest

from certdash.actions.chains import store_chain
from certdash.actions.evaluating import evaluate_endpoints, evaluate_releases
from certdash.models import BackupKey, Endpoint, Finding, Release, Successor
from certdash.queries.judging.known_keys import known_keys
from pins.formats import read
from pins.identify import Identifier, Owner, OwnerKind, PinRole, identify
from pins.keys import pem_sha256
from tests.certdash import builders
from tests.certdash.fleet import (
    BACKUP,
    DAY,
    EXPIRY,
    ISSUING,
    NEXT,
    NOW,
    SIBLING,
    WILDCARD,
    Fleet,
    nsc,
    pin,
    serve,
    upload,
)
from tests.pki import facts, make_key

pytestmark = pytest.mark.django_db

HOST = "acme.cloud.test"
STRANGER = base64.b64encode(hashlib.sha256(b"nobody's").digest()).decode()


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


def served(fleet: Fleet, host: str = HOST) -> Endpoint:
    endpoint = fleet.host(host)
    serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW)
    return endpoint


def codes(release: Release) -> list[str]:
    evaluate_releases([release.pk], now=NOW)
    return stored(release)


def stored(release: Release) -> list[str]:
    return sorted(Finding.objects.filter(pin_set__release=release).values_list("code", flat=True))


def of(endpoint: Endpoint) -> list[str]:
    evaluate_endpoints([endpoint.pk], now=NOW)
    return sorted(Finding.objects.filter(endpoint=endpoint).values_list("code", flat=True))


def test_pins_that_servers_all_use_now_leave_no_backup(fleet: Fleet) -> None:
    served(fleet)

    assert codes(fleet.app(nsc(HOST, pin(WILDCARD), pin(ISSUING)))) == ["no_backup_key", "platform_key_pinned"]
    assert codes(fleet.app(nsc(HOST, pin(WILDCARD), STRANGER))) == ["pin_never_seen", "platform_key_pinned"]


def test_a_backup_key_is_no_stranger_to_its_own_customer_alone(fleet: Fleet) -> None:
    served(fleet)
    digest = base64.b64decode(STRANGER)
    BackupKey.objects.create(customer=fleet.customer, name="in the safe", spki_sha256=digest.hex(), spki_sha1="")
    source = nsc(HOST, pin(WILDCARD), STRANGER)
    foreign = builders.release()
    upload(foreign, source)

    assert codes(fleet.app(source)) == ["platform_key_pinned"]
    assert codes(foreign) == ["pin_never_seen", "platform_key_pinned"]


def test_what_was_hashed_instead_of_a_key_is_found_among_all_certificates(fleet: Fleet) -> None:
    store_chain(facts(NEXT, SIBLING), now=NOW)
    whole = base64.b64encode(NEXT.facts.sha256).decode()
    printed = base64.b64encode(pem_sha256(SIBLING.facts.spki)).decode()

    assert codes(fleet.app(nsc(HOST, whole, printed))) == ["certificate_hash_pin", "pem_hash_pin"]


def test_pins_that_end_before_the_rotation_are_told_when_the_window_is_known(fleet: Fleet) -> None:
    endpoint = served(fleet)
    until = (EXPIRY + 30 * DAY).date().isoformat()
    release = fleet.app(nsc(HOST, pin(WILDCARD), STRANGER, expiration=until))

    assert "expires_before_rotation" in codes(release)
    Finding.objects.all().delete()
    evaluate_endpoints([endpoint.pk], now=NOW)
    assert "expires_before_rotation" in stored(release)


def test_a_new_file_of_one_platform_tells_both_that_they_differ(fleet: Fleet) -> None:
    android = fleet.app(nsc(HOST, STRANGER, pin(BACKUP)))
    ios = builders.release(android.app, "1.1", platform="ios")
    evaluate_releases([android.pk], now=NOW)
    before = stored(android)
    upload(ios, nsc(HOST, STRANGER, pin(NEXT)))

    assert ("platforms_drift" in before, "platforms_drift" in codes(ios)) == (False, True)
    assert list(
        Finding.objects.filter(code="platforms_drift").order_by("pk").values_list("pin_set__release", "place")
    ) == [
        (android.pk, "line 1, column 49"),
        (ios.pk, "line 1, column 49"),
    ]


def test_the_difference_is_gone_when_the_files_agree(fleet: Fleet) -> None:
    android = fleet.app(nsc(HOST, STRANGER, pin(BACKUP)))
    ios = builders.release(android.app, "1.1", platform="ios")
    upload(ios, nsc(HOST, pin(BACKUP)))
    evaluate_releases([ios.pk], now=NOW)
    upload(ios, nsc(HOST, pin(BACKUP), STRANGER))

    evaluate_releases([ios.pk], now=NOW)

    assert Finding.objects.filter(code="platforms_drift").count() == 0


def test_different_chains_and_the_platforms_certificate_elsewhere_are_told(fleet: Fleet) -> None:
    mixed, custom = served(fleet), fleet.host("shop.example.test")
    serve(mixed, NEXT, SIBLING, address="192.0.2.2")
    serve(custom, WILDCARD, ISSUING)

    assert "chains_differ" in of(mixed)
    assert "platform_certificate_on_custom_domain" in of(custom)


def test_hosts_of_one_parent_share_findings_only_where_a_wildcard_covers_them_all(fleet: Fleet) -> None:
    narrow = ISSUING.leaf("a.cloud.test", not_after=EXPIRY)
    a, b, c, d = (fleet.host(f"{name}.cloud.test") for name in "abcd")
    for endpoint, leaf in ((a, narrow), (b, narrow), (c, WILDCARD), (d, WILDCARD)):
        serve(endpoint, leaf, ISSUING)

    evaluate_endpoints([a.pk, b.pk, c.pk, d.pk], now=NOW)

    rows = Finding.objects.filter(code="name_mismatch").values_list("endpoint__host", "text")
    text = (
        "The certificate is for a.cloud.test and does not cover b.cloud.test, so devices refuse the connection. "
        "Install one that names it."
    )
    assert list(rows) == [("b.cloud.test", text)]


def test_an_endpoint_that_cannot_be_read_is_told(fleet: Fleet) -> None:
    endpoint = fleet.host(HOST)
    serve(endpoint)

    assert of(endpoint) == ["endpoint_unreachable"]


def test_keys_are_known_with_their_owner(fleet: Fleet) -> None:
    served(fleet)
    own = ISSUING.leaf("shop.example.test")
    serve(custom := fleet.host("shop.example.test"), own, ISSUING)
    evaluate_endpoints([custom.pk], now=NOW)
    pin_set = read(nsc(HOST, pin(WILDCARD), pin(own), pin(ISSUING)))
    pins = pin_set.rules[0].pins or ()

    known = known_keys(pin_set, customer_id=fleet.customer.pk)

    assert [identify(one, known).owner for one in pins] == [
        Owner(OwnerKind.PLATFORM, "*.cloud.test"),
        Owner(OwnerKind.CUSTOMER, fleet.customer.name),
        Owner(OwnerKind.AUTHORITY, "Fleet CA 1"),
    ]
    assert identify(pins[1], known_keys(pin_set)).owner == Owner()


def test_a_registered_key_is_known_by_every_identifier(fleet: Fleet) -> None:
    key = ISSUING.leaf("next.cloud.test", key=make_key("P-256"))
    Successor.objects.create(
        platform_domain=fleet.domain,
        kind="public_key",
        material=key.public_key_pem.decode(),
        spki_sha256=key.facts.spki_sha256.hex(),
        registered_at=NOW,
    )
    digests = (key.facts.spki_sha256, key.facts.spki_sha1, key.facts.raw_key, pem_sha256(key.facts.spki))

    known = known_keys().by_identifier

    assert [(known[one].role, known[one].label, known[one].identifier) for one in digests] == [
        (PinRole.BACKUP, "*.cloud.test", Identifier.SPKI_SHA256),
        (PinRole.BACKUP, "*.cloud.test", Identifier.SPKI_SHA1),
        (PinRole.BACKUP, "*.cloud.test", Identifier.RAW_KEY),
        (PinRole.BACKUP, "*.cloud.test", Identifier.PEM_SHA256),
    ]


def test_a_raw_key_is_found_among_the_certificates() -> None:
    store_chain(facts(WILDCARD, ISSUING), now=NOW)
    pin_set = read(WILDCARD.facts.raw_key.hex().upper().encode())

    (found,) = pin_set.rules[0].pins or ()

    assert identify(found, known_keys(pin_set)).certificate == WILDCARD.facts
