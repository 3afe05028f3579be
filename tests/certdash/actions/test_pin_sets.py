"""Pin sets: kept as bytes with findable rows, replaced by format, refused with nothing stored."""

import pytest

from certdash.actions.evaluating import evaluate_endpoints, evaluate_releases
from certdash.actions.pin_sets import Upload, save_pin_set, withdraw_pin_set
from certdash.models import AuditEntry, Finding, Pin, PinRule, PinSet
from pins.decision import Client
from pins.errors import PinError
from tests.certdash import builders
from tests.certdash.fleet import DAY, ISSUING, NOW, ROOT, SIBLING, WILDCARD, Fleet, nsc, pin, serve

pytestmark = pytest.mark.django_db

NOTHING = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
SOURCE = nsc("API.Acme.test", pin(WILDCARD), NOTHING, expiration="2027-01-31")


def test_an_upload_is_kept_to_the_byte_with_its_rules_and_pins() -> None:
    release, person = builders.release(), builders.user()

    row = save_pin_set(release, Upload(SOURCE, "config.xml"), actor=person, now=NOW)

    row.refresh_from_db()
    assert bytes(row.source) == SOURCE
    assert (row.format, row.clients, row.file_name) == ("android_nsc", ["android_nsc"], "config.xml")
    assert (row.uploaded_by, row.uploaded_at, row.replaced_at) == (person, NOW, None)
    rules = PinRule.objects.values_list("pattern", "host", "include_subdomains", "expires_on__year")
    assert list(rules) == [("API.Acme.test", "api.acme.test", False, 2027)]
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert list(Pin.objects.values_list("text", "kind", "digest", "problem")) == [
        (pin(WILDCARD), "spki_sha256", WILDCARD.facts.spki_sha256.hex(), ""),
        (NOTHING, "spki_sha256", empty, "hash_of_empty_input"),
    ]
    assert list(AuditEntry.objects.values_list("actor", "verb", "subject", "customer")) == [
        (person.pk, "uploaded", "pinset", release.app.customer_id)
    ]


def test_an_upload_takes_the_place_of_the_one_of_its_format() -> None:
    release = builders.release()
    source = f'CertificatePinner.Builder().add("api.acme.test", "sha256/{pin(ROOT)}").build()'
    first = save_pin_set(release, Upload(SOURCE), actor=None, now=NOW - DAY)
    other = save_pin_set(release, Upload(source.encode(), "Http.kt"), actor=None, now=NOW - DAY)

    second = save_pin_set(release, Upload(nsc("api.acme.test", pin(ROOT))), actor=None, now=NOW)

    rows = PinSet.objects.order_by("pk").values_list("pk", "format", "replaced_at")
    assert list(rows) == [
        (first.pk, "android_nsc", NOW),
        (other.pk, "okhttp_source", None),
        (second.pk, "android_nsc", None),
    ]


def test_chosen_clients_are_kept() -> None:
    source = f'{{"hosts": [{{"host": "a.test", "hashes": ["sha256/{pin(ROOT)}", "sha256/{pin(WILDCARD)}"]}}]}}'
    upload = Upload(source.encode(), clients=(Client.OUTSYSTEMS_IOS,))

    row = save_pin_set(builders.release(), upload, actor=None, now=NOW)

    assert row.clients == ["outsystems_ios"]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"just some text", "unknown_format"),
        (SOURCE + b"\n<!--\n" + ROOT.key_pem + b"-->", "private_key"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_changes_nothing(source: bytes, code: str) -> None:
    release = builders.release()
    kept = save_pin_set(release, Upload(SOURCE), actor=None, now=NOW - DAY)

    with pytest.raises(PinError) as caught:
        save_pin_set(release, Upload(source), actor=None, now=NOW)

    assert caught.value.code == code
    assert list(PinSet.objects.values_list("pk", "replaced_at")) == [(kept.pk, None)]


def test_withdrawing_happens_once() -> None:
    row = save_pin_set(builders.release(), Upload(SOURCE), actor=None, now=NOW - DAY)

    assert withdraw_pin_set(row, actor=None, now=NOW) is True
    assert withdraw_pin_set(row, actor=None, now=NOW) is False
    assert PinSet.objects.get().replaced_at == NOW


def test_findings_of_a_file_come_with_its_evaluation_and_go_with_its_replacement() -> None:
    fleet = Fleet()
    release = fleet.app(nsc("*.acme.test", pin(WILDCARD), NOTHING))
    evaluate_releases([release.pk], now=NOW)
    codes = Finding.objects.order_by("code").values_list("code", flat=True)
    assert list(codes) == ["hash_of_empty_input", "pin_never_seen", "single_pin", "wildcard_ignored"]

    save_pin_set(release, Upload(nsc("a.acme.test", pin(SIBLING), pin(ROOT))), actor=None, now=NOW)
    evaluate_releases([release.pk], now=NOW)

    assert list(Finding.objects.values_list("code", flat=True)) == ["pin_never_seen"]


def test_a_key_of_the_platform_is_told_from_keys_of_ones_own() -> None:
    fleet = Fleet()
    endpoint = fleet.host("acme.cloud.test")
    own = ISSUING.leaf("api.acme.test")
    serve(endpoint, WILDCARD, ISSUING)
    serve(fleet.host("api.acme.test"), own, ISSUING)
    release = fleet.app(nsc("acme.cloud.test", pin(WILDCARD), pin(own)))
    evaluate_endpoints([endpoint.pk], now=NOW)

    evaluate_releases([release.pk], now=NOW)

    found = Finding.objects.exclude(pin_set=None).values_list("code", "text")
    assert [(code, text.partition(".")[0]) for code, text in found] == [
        ("platform_key_pinned", f"{pin(WILDCARD)} is the key of the certificate of *")
    ]


def test_what_the_first_look_at_a_host_tells_about_pins_is_told_at_once() -> None:
    fleet = Fleet()
    endpoint = fleet.host("acme.cloud.test")
    release = fleet.app(nsc("acme.cloud.test", pin(WILDCARD), pin(ROOT)))
    evaluate_releases([release.pk], now=NOW)
    assert list(Finding.objects.values_list("code", flat=True)) == ["pin_never_seen"]
    serve(endpoint, WILDCARD, ISSUING)

    evaluate_endpoints([endpoint.pk], now=NOW)

    assert list(Finding.objects.exclude(pin_set=None).values_list("code", flat=True)) == ["platform_key_pinned"]


def test_a_bundled_certificate_of_the_platform_is_told_and_so_is_an_expired_one() -> None:
    fleet = Fleet()
    endpoint = fleet.host("acme.cloud.test")
    expired = ISSUING.leaf("old.acme.test", not_before=NOW - 9 * DAY, not_after=NOW - DAY)
    serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW)
    release = fleet.app(WILDCARD.der + expired.der)

    evaluate_releases([release.pk], now=NOW)

    found = Finding.objects.exclude(pin_set=None).order_by("code").values_list("code", "text", "place")
    assert [(code, text[:40], place) for code, text, place in found] == [
        ("expired_certificate_bundled", "The bundled certificate of old.acme.test", "certificate 2"),
        ("leaf_as_only_anchor", "Every bundled certificate is that of a s", "certificate 1"),
        ("platform_key_pinned", WILDCARD.facts.sha256.hex()[:40], "certificate 1"),
    ]
    assert found[2][1].startswith(f"{WILDCARD.facts.sha256.hex()} is the certificate of *.cloud.test.")
