"""Bundled certificates as trust anchors: real chains on both path builders, and what is not known yet."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pins.certificate import Certificate, ChainCertificate, UnknownCertificate
from pins.decision import Match, Outcome
from pins.device import Device
from pins.encounter import Encounter
from pins.path_cache import PathCache
from pins.paths import PathOrder
from pins.rules.answer import Answer
from pins.rules.own_anchors import own_anchors
from pins.trust import TrustStore
from tests.pins.bundles import held
from tests.pki import LEAF_UNTIL, NOW, Authority, facts

HOST = "www.example.com"
ROOT = Authority.root("Root")
ISSUING, SIBLING = ROOT.authority("Issuing"), ROOT.authority("Sibling")
LEAF = ISSUING.leaf(HOST)
RENEWED, REKEYED = ISSUING.renew(LEAF, HOST), ISSUING.leaf(HOST)
REISSUED = ROOT.reissue(ISSUING)
PRIVATE = Authority.root("Private")
ANDROID, APPLE = PathOrder.CONSCRYPT, PathOrder.APPLE
BOTH = [ANDROID, APPLE]
R1, I1, L1 = ROOT.facts, ISSUING.facts, LEAF.facts
SYSTEM = TrustStore("system", (R1,))
PUNCTUAL, ANY_DEVICE = timedelta(), Device()
UNKNOWN_LEAF = UnknownCertificate("leaf")
UNKNOWN_CA, UNKNOWN_ROOT = UnknownCertificate("intermediate"), UnknownCertificate("root")


def met(
    *served: ChainCertificate, host: str = HOST, late: timedelta = PUNCTUAL, device: Device = ANY_DEVICE
) -> Encounter:
    return PathCache().encounter(host, served, SYSTEM, NOW + late, device=device)


def answered(order: PathOrder, bundled: tuple[Certificate, ...], on: Encounter) -> Answer:
    return own_anchors([held(one) for one in bundled], order).answer(on)


def found(order: PathOrder, bundled: tuple[Certificate, ...], on: Encounter) -> tuple[Outcome, str]:
    answer = answered(order, bundled, on)
    return answer.outcome, answer.reason.code


CONNECTS = (Outcome.CONNECTS, "path_to_pinned_certificate")
NO_PATH = (Outcome.BLOCKED_BY_PIN, "no_path_to_pinned_certificate")


@pytest.mark.parametrize("order", BOTH)
@pytest.mark.parametrize(
    ("bundled", "path"), [((L1,), (L1,)), ((I1,), (L1, I1)), ((R1,), (L1, I1, R1)), ((SIBLING.facts, I1), (L1, I1))]
)
def test_a_path_ends_at_the_bundled_certificate(
    order: PathOrder, bundled: tuple[Certificate, ...], path: tuple[Certificate, ...]
) -> None:
    answer = answered(order, bundled, met(L1, I1))

    assert (answer.outcome, answer.path, answer.match) == (Outcome.CONNECTS, path, Match(held(path[-1]), path[-1]))
    assert answer.reason.text == (
        f"What {HOST} serves leads to the bundled certificate “{path[-1].common_name}”, so the app connects."
    )


@pytest.mark.parametrize(
    ("bundled", "served", "android", "apple"),
    [
        ((L1,), (RENEWED.facts, I1), CONNECTS, NO_PATH),  # the same subject and key
        ((L1,), (REKEYED.facts, I1), NO_PATH, NO_PATH),
        ((L1,), (ISSUING.renew(LEAF, "other.example", HOST).facts, I1), NO_PATH, NO_PATH),  # another subject
        ((I1,), (REKEYED.facts, I1), CONNECTS, CONNECTS),
        ((I1,), (L1,), CONNECTS, CONNECTS),  # the bundled issuer stands in for the one that is not sent
        ((I1,), (L1, REISSUED.facts), CONNECTS, CONNECTS),
        ((I1,), (SIBLING.leaf(HOST).facts, SIBLING.facts), NO_PATH, NO_PATH),
        ((R1,), (SIBLING.leaf(HOST).facts, SIBLING.facts), CONNECTS, CONNECTS),
        ((R1,), (L1,), NO_PATH, NO_PATH),
        ((PRIVATE.facts,), (PRIVATE.leaf(HOST).facts,), CONNECTS, CONNECTS),  # unknown to the system
    ],
)
def test_what_a_renewal_leaves_of_a_path(
    bundled: tuple[Certificate, ...],
    served: tuple[Certificate, ...],
    android: tuple[Outcome, str],
    apple: tuple[Outcome, str],
) -> None:
    assert [found(order, bundled, met(*served)) for order in BOTH] == [android, apple]


def test_android_never_asks_whether_a_bundled_leaf_has_expired_and_ios_does() -> None:
    late = LEAF_UNTIL - NOW + timedelta(days=1)

    assert [found(order, (L1,), met(L1, I1, late=late)) for order in BOTH] == [
        CONNECTS,
        (Outcome.BLOCKED_BY_CHAIN, "expired"),
    ]
    assert [found(order, (I1,), met(L1, I1, late=late)) for order in BOTH] == [
        (Outcome.BLOCKED_BY_CHAIN, "expired")
    ] * 2


def test_an_expired_bundled_authority_stops_ios_alone_though_the_server_is_in_order() -> None:
    old = ROOT.reissue(ISSUING, not_after=NOW - timedelta(days=1)).facts

    assert found(ANDROID, (old,), met(L1, I1)) == CONNECTS
    answer = answered(APPLE, (old,), met(L1, I1))
    assert (answer.outcome, answer.reason.code) == (Outcome.BLOCKED_BY_PIN, "pinned_path_invalid")
    assert answer.reason.text.startswith(f"The path from {HOST} to the bundled certificate is not valid, so the app")


@pytest.mark.parametrize("order", BOTH)
def test_the_host_name_is_verified_all_the_same(order: PathOrder) -> None:
    assert found(order, (L1,), met(L1, I1, host="b.example")) == (Outcome.BLOCKED_BY_CHAIN, "host_not_covered")


@pytest.mark.parametrize("order", BOTH)
def test_without_a_readable_certificate_nothing_connects(order: PathOrder) -> None:
    policy = own_anchors([], order, passed_over=(held(L1),))

    assert policy.answer(met(L1, I1)).reason.code == "no_certificates_bundled"
    assert policy.pins_for(HOST) == (held(L1),)


def test_nothing_served_is_no_matter_of_pins() -> None:
    assert found(ANDROID, (L1,), met()) == (Outcome.BLOCKED_BY_CHAIN, "no_certificate")


def test_a_certificate_that_stands_twice_answers_once() -> None:
    assert found(ANDROID, (I1, I1), met(L1, I1)) == CONNECTS


KEPT = replace(UNKNOWN_LEAF, spki_sha256=L1.spki_sha256, spki_sha1=L1.spki_sha1)


@pytest.mark.parametrize(
    ("bundled", "chain", "android", "apple"),
    [
        ((I1,), (UNKNOWN_LEAF, I1, R1), CONNECTS, CONNECTS),
        ((L1,), (UNKNOWN_LEAF, I1, R1), NO_PATH, NO_PATH),
        ((R1,), (UNKNOWN_LEAF, UNKNOWN_CA, R1), CONNECTS, CONNECTS),
        ((I1,), (UNKNOWN_LEAF, UNKNOWN_CA, R1), NO_PATH, NO_PATH),
        ((R1,), (UNKNOWN_LEAF, UNKNOWN_CA, UNKNOWN_ROOT), NO_PATH, NO_PATH),
        ((I1, R1), (UNKNOWN_LEAF, I1, UNKNOWN_ROOT), CONNECTS, CONNECTS),
        # A registered leaf of which only the issuer is unknown: the bundled authority signed it or not.
        ((I1,), (REKEYED.facts, UNKNOWN_CA, UNKNOWN_ROOT), CONNECTS, CONNECTS),
        ((R1,), (REKEYED.facts, UNKNOWN_CA, UNKNOWN_ROOT), NO_PATH, NO_PATH),
        ((R1,), (REKEYED.facts, UNKNOWN_CA, R1), CONNECTS, CONNECTS),
        ((REKEYED.facts,), (REKEYED.facts, UNKNOWN_CA, R1), CONNECTS, CONNECTS),
        # Its fingerprint is registered, and it is the bundled one.
        ((L1,), (replace(UNKNOWN_LEAF, sha256=L1.sha256), I1, R1), CONNECTS, CONNECTS),
        ((L1,), (replace(UNKNOWN_LEAF, sha1=L1.sha1), I1, R1), CONNECTS, CONNECTS),
        # Only its issuer's name is known, because that is neither served nor in a store.
        ((PRIVATE.facts,), (replace(UNKNOWN_LEAF, issuer=PRIVATE.facts.subject),), CONNECTS, CONNECTS),
        ((I1,), (replace(UNKNOWN_LEAF, issuer=PRIVATE.facts.subject),), NO_PATH, NO_PATH),
        ((I1,), (UNKNOWN_LEAF,), NO_PATH, NO_PATH),
        # An intermediate issued anew keeps name and key.
        (
            (I1,),
            (UNKNOWN_LEAF, replace(UNKNOWN_CA, spki_sha256=I1.spki_sha256, subject=I1.subject), R1),
            CONNECTS,
            CONNECTS,
        ),
        ((L1,), (replace(KEPT, subject=L1.subject), I1, R1), CONNECTS, NO_PATH),
        ((L1,), (replace(KEPT, subject=I1.subject), I1, R1), NO_PATH, NO_PATH),
        ((L1,), (KEPT, I1, R1), (Outcome.INDETERMINATE, "renewed_subject_unknown"), NO_PATH),
        ((L1, I1), (KEPT, I1, R1), CONNECTS, CONNECTS),
    ],
)
def test_a_chain_that_is_not_known_yet(
    bundled: tuple[Certificate, ...],
    chain: tuple[ChainCertificate, ...],
    android: tuple[Outcome, str],
    apple: tuple[Outcome, str],
) -> None:
    assert [found(order, bundled, met(*chain)) for order in BOTH] == [android, apple]


def test_an_intermediate_that_the_device_has_cached_is_used() -> None:
    device = Device(cached_intermediates=facts(ISSUING))

    assert found(ANDROID, (R1,), met(L1, device=device)) == CONNECTS


def test_a_search_that_is_cut_short_leaves_it_open() -> None:
    ring = [Authority.root(f"Ring {number}") for number in range(7)]
    crossed = [one.cross_sign(other) for one in ring for other in ring if one is not other]

    answer = answered(ANDROID, (R1,), met(ring[0].leaf(HOST).facts, *facts(*crossed)))

    assert (answer.outcome, answer.reason.code) == (Outcome.INDETERMINATE, "path_search_cut_short")
