"""Successors: what kind of material was given, what is refused and why, what is kept."""

import pytest

from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.successors import Announcement, register, withdraw
from certdash.models import AuditEntry, Chain, Successor, Verdict
from certdash.queries.judging.candidates import Candidate, Target, read_candidate
from pins.errors import PinError
from tests.certdash import builders
from tests.certdash.fleet import DAY, ISSUING, NEXT, NOW, ROOT, SIBLING, WILDCARD, Fleet, nsc, pin, serve
from tests.pki import Authority, csr, make_key, pem

pytestmark = pytest.mark.django_db

KEY = NEXT.facts.spki_sha256


def read(source: bytes, fleet: Fleet | None = None) -> Candidate:
    target = Target(platform_domain=(fleet or Fleet()).domain)
    return read_candidate(source, target, now=NOW)


def refused(source: bytes, fleet: Fleet | None = None) -> tuple[str, str]:
    with pytest.raises(PinError) as caught:
        read(source, fleet)
    return caught.value.code, caught.value.sentence


def der_request() -> bytes:
    return csr("*.cloud.test", key=NEXT.key)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (pem(NEXT, ISSUING), "chain"),
        (pem(NEXT), "leaf"),
        (NEXT.der, "leaf"),
        (der_request(), "csr"),
        (NEXT.public_key_pem, "public_key"),
        (NEXT.public_key_der, "public_key"),
        (f"sha256/{pin(NEXT)}".encode(), "spki_hash"),
        (NEXT.facts.sha256.hex().encode(), "fingerprint"),
        (NEXT.facts.sha256.hex(":").upper().encode(), "fingerprint"),
    ],
)
def test_the_kind_follows_from_the_material(source: bytes, kind: str) -> None:
    assert read(source).kind == kind


@pytest.mark.parametrize("source", [pem(NEXT, ISSUING), pem(NEXT), der_request(), NEXT.public_key_der])
def test_what_is_kept_reads_as_the_same_key_again(source: bytes) -> None:
    again = read(read(source).material.encode()).announced
    leaf = again.certificates[0] if again.certificates else again.leaf
    assert leaf is not None
    assert leaf.spki_sha256 == KEY


def test_a_chain_out_of_order_is_put_right_and_strangers_are_left_out() -> None:
    candidate = read(pem(ROOT, ISSUING, SIBLING, NEXT))

    assert candidate.announced.certificates == (NEXT.facts, ISSUING.facts, ROOT.facts)
    assert candidate.notes == (
        "1 certificate(s) that are not part of the path were left out.",
        "The chain was out of order and has been put right: leaf first, each followed by its issuer.",
    )


def test_a_chain_that_no_store_trusts_is_kept_with_a_note() -> None:
    other = Authority.root("Elsewhere")
    leaf = other.leaf("*.cloud.test", not_before=NOW - DAY, not_after=NOW + 100 * DAY)

    assert read(pem(leaf, other)).notes == (
        "No path leads to an anchor of fleet: devices there would refuse this chain.",
    )


def test_a_lifetime_above_the_limit_is_noted() -> None:
    leaf = ISSUING.leaf("*.cloud.test", not_before=NOW - DAY, not_after=NOW + 300 * DAY)

    assert read(pem(leaf)).notes == (
        "It is valid for 302 days, more than the 200 that browsers accept. Have it issued again.",
    )


def test_a_leaf_for_another_host_is_refused() -> None:
    assert refused(pem(ISSUING.leaf("www.acme.test"))) == (
        "name_mismatch",
        "This certificate is for www.acme.test, so *.cloud.test could not serve it. Give the one for *.cloud.test.",
    )


def test_an_expired_leaf_is_refused() -> None:
    leaf = ISSUING.leaf("*.cloud.test", not_before=NOW - 90 * DAY, not_after=NOW - DAY)

    assert refused(pem(leaf)) == (
        "expired",
        "This certificate expired on 23 Nov 2026, so it will not come next. Give its successor.",
    )


def test_what_is_served_everywhere_already_is_refused_and_a_roll_out_under_way_is_not() -> None:
    fleet = Fleet()
    first, second = fleet.host("a.cloud.test"), fleet.host("b.cloud.test")
    serve(first, NEXT, ISSUING)
    serve(second, WILDCARD, ISSUING)
    assert read(pem(NEXT, ISSUING), fleet).kind == "chain"

    serve(second, NEXT, ISSUING, at=NOW + DAY)

    assert refused(pem(NEXT, ISSUING), fleet) == (
        "served_already",
        "*.cloud.test serves this certificate already, so nothing would change. Give the one that comes next.",
    )


def test_a_request_with_a_broken_signature_is_refused() -> None:
    whole = der_request()
    assert refused(whole[:-1] + bytes([whole[-1] ^ 1]))[0] == "signature_invalid"


def test_a_request_for_another_name_is_refused() -> None:
    assert refused(csr("www.acme.test"))[0] == "name_mismatch"


def test_an_authority_two_leaves_and_a_broken_chain_are_refused() -> None:
    assert refused(pem(ISSUING))[0] == "no_leaf"
    assert refused(pem(NEXT, WILDCARD))[0] == "several_leaves"
    assert refused(pem(NEXT, SIBLING))[0] == "chain_broken"


def test_a_private_key_is_refused() -> None:
    assert refused(pem(NEXT) + NEXT.key_pem)[0] == "private_key"


def test_a_key_that_is_in_use_is_noted() -> None:
    fleet = Fleet()
    serve(fleet.host("a.cloud.test"), WILDCARD, ISSUING)

    assert read(f"sha256/{pin(WILDCARD)}".encode(), fleet).notes == (
        "This key is in use already: *.cloud.test, valid until 14 Jan 2027.",
    )


def test_registering_keeps_chain_window_and_audit_and_takes_the_place_of_the_one_before() -> None:
    fleet = Fleet()
    target, admin = Target(platform_domain=fleet.domain), builders.user()
    first = register(read(pem(NEXT), fleet), target, Announcement(), actor=admin, now=NOW - DAY)
    announcement = Announcement(NOW + 21 * DAY, NOW + 50 * DAY, "https://status.test/1", "Yearly.")

    second = register(read(pem(NEXT, ISSUING), fleet), target, announcement, actor=admin, now=NOW)

    rows = Successor.objects.order_by("pk").values_list(
        "pk", "kind", "chain__leaf__sha256", "spki_sha256", "certificate_sha256", "window_start", "withdrawn_at"
    )
    sha256 = NEXT.facts.sha256.hex()
    assert list(rows) == [
        (first.pk, "leaf", sha256, KEY.hex(), sha256, None, NOW),
        (second.pk, "chain", sha256, KEY.hex(), sha256, NOW + 21 * DAY, None),
    ]
    audit = AuditEntry.objects.order_by("pk").values_list("actor", "verb", "subject", "before")
    assert list(audit) == [
        (admin.pk, "registered", "successor", None),
        (admin.pk, "registered", "successor", {"replaced": [first.pk]}),
    ]
    assert Chain.objects.count() == 2


def test_withdrawing_happens_once() -> None:
    fleet = Fleet()
    target = Target(platform_domain=fleet.domain)
    row = register(read(pem(NEXT), fleet), target, Announcement(), actor=None, now=NOW)

    assert withdraw(row, actor=None, now=NOW) is True
    assert withdraw(row, actor=None, now=NOW) is False


@pytest.mark.parametrize(
    ("material", "verdict"),
    [
        (pem(NEXT, ISSUING), "ready"),
        (pem(NEXT), "ready"),
        (NEXT.public_key_pem, "ready"),
        (f"sha256/{pin(NEXT)}".encode(), "ready"),
        (pem(ISSUING.leaf("*.cloud.test"), ISSUING), "will_fail"),
        (NEXT.facts.sha256.hex().encode(), "at_risk"),
    ],
)
def test_a_registered_successor_settles_what_the_backup_pin_is_worth(material: bytes, verdict: str) -> None:
    fleet = Fleet()
    endpoint = fleet.host("a.cloud.test")
    fleet.app(nsc("a.cloud.test", pin(WILDCARD), pin(NEXT)))
    serve(endpoint, WILDCARD, ISSUING)
    target = Target(platform_domain=fleet.domain)

    register(read(material, fleet), target, Announcement(), actor=None, now=NOW)
    evaluate_endpoints([endpoint.pk], now=NOW)

    assert Verdict.objects.get().value == verdict


def test_a_successor_of_one_endpoint_is_none_of_others() -> None:
    """There its key is that of another certificate, and no longer one that might come next."""
    fleet = Fleet()
    mine, other = fleet.host("api.acme.test"), fleet.host("web.acme.test")
    leaf, following = (ISSUING.leaf("*.acme.test", key=make_key()) for _ in range(2))
    for endpoint in (mine, other):
        serve(endpoint, leaf, ISSUING)
        fleet.app(nsc(endpoint.host, pin(leaf), pin(following)))
    target = Target(endpoint=mine)

    register(read_candidate(pem(following), target, now=NOW), target, Announcement(), actor=None, now=NOW)
    evaluate_endpoints([mine.pk, other.pk], now=NOW)

    assert dict(Verdict.objects.values_list("host", "value")) == {
        "api.acme.test": "ready",
        "web.acme.test": "will_fail",
    }
