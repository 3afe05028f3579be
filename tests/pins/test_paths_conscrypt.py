"""Android: the order and the leniency of Conscrypt's path builder."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pins.certificate import Certificate
from pins.paths import PathOrder, ValidatedPaths, validated_paths
from pins.trust import TrustStore
from tests.pki import NOW, Authority, Issued, facts

OLD_ROOT = Authority.root("Old Root")
NEW_ROOT = Authority.root("New Root")
CROSS = OLD_ROOT.cross_sign(NEW_ROOT)
CA = NEW_ROOT.authority("Issuing CA")
LEAF = CA.leaf("www.example.com")
LONG_AGO = NOW - timedelta(days=400)


def build(*served: Issued, anchors: tuple[Issued, ...], extra: tuple[Issued, ...] = ()) -> ValidatedPaths:
    store = TrustStore("store", facts(*anchors))
    return validated_paths(facts(*served), store, NOW, PathOrder.CONSCRYPT, extra=facts(*extra))


def paths(*served: Issued, anchors: tuple[Issued, ...]) -> tuple[tuple[Certificate, ...], ...]:
    return build(*served, anchors=anchors).paths  # type: ignore[return-value]  # no placeholders here


def test_the_anchor_is_added_to_what_the_server_sends() -> None:
    assert build(LEAF, CA, anchors=(NEW_ROOT,)) == ValidatedPaths("store", (facts(LEAF, CA, NEW_ROOT),))


def test_a_new_root_in_the_store_shortens_the_path_and_the_old_root_vanishes() -> None:
    before = paths(LEAF, CA, CROSS, anchors=(OLD_ROOT,))
    after = paths(LEAF, CA, CROSS, anchors=(OLD_ROOT, NEW_ROOT))

    assert before == (facts(LEAF, CA, CROSS, OLD_ROOT),)
    assert after[0] == facts(LEAF, CA, NEW_ROOT)


def test_the_longer_path_over_the_served_cross_certificate_stays_as_the_second_choice() -> None:
    assert paths(LEAF, CA, CROSS, anchors=(OLD_ROOT, NEW_ROOT)) == (
        facts(LEAF, CA, NEW_ROOT),
        facts(LEAF, CA, CROSS, OLD_ROOT),
    )


def test_a_cross_signed_anchor_is_followed_to_the_older_root() -> None:
    assert paths(LEAF, CA, anchors=(CROSS, OLD_ROOT)) == (facts(LEAF, CA, CROSS, OLD_ROOT),)


def test_the_self_signed_twin_is_preferred_to_the_cross_signed_anchor() -> None:
    assert paths(LEAF, CA, anchors=(CROSS, OLD_ROOT, NEW_ROOT))[0] == facts(LEAF, CA, NEW_ROOT)


def test_an_intermediate_alone_in_the_store_is_enough() -> None:
    assert paths(LEAF, anchors=(CA,)) == (facts(LEAF, CA),)


def test_of_two_twins_in_the_store_the_later_end_wins() -> None:
    renewed = NEW_ROOT.reissue(NEW_ROOT, not_after=NEW_ROOT.facts.not_after + timedelta(days=365))

    assert paths(LEAF, CA, anchors=(NEW_ROOT, renewed))[0] == facts(LEAF, CA, renewed)


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ("sha256WithRSAEncryption", "sha512WithRSAEncryption"),
        ("ecdsa-with-SHA1", "ecdsa-with-SHA224"),
        ("sha512WithRSAEncryption", "RSASSA-PSS"),
    ],
)
def test_of_two_twins_in_the_store_the_stronger_signature_comes_before_the_later_end(worse: str, better: str) -> None:
    later = NEW_ROOT.reissue(NEW_ROOT, not_after=NEW_ROOT.facts.not_after + timedelta(days=365))
    weak = replace(later.facts, signature_algorithm=worse)
    strong = replace(NEW_ROOT.facts, signature_algorithm=better)

    found = validated_paths(facts(LEAF, CA), TrustStore("store", (weak, strong)), NOW, PathOrder.CONSCRYPT)

    assert found.paths[0] == (*facts(LEAF, CA), strong)


def test_served_certificates_may_stand_in_any_order() -> None:
    upper = NEW_ROOT.authority("Upper CA")
    lower = upper.authority("Lower CA")
    leaf = lower.leaf("www.example.com")

    assert paths(leaf, upper, lower, anchors=(NEW_ROOT,)) == (facts(leaf, lower, upper, NEW_ROOT),)


def test_superfluous_and_repeated_certificates_do_not_count() -> None:
    stranger = OLD_ROOT.authority("Stranger CA")

    assert paths(LEAF, stranger, CA, CA, LEAF, NEW_ROOT, anchors=(NEW_ROOT,)) == (facts(LEAF, CA, NEW_ROOT),)


def test_an_anchor_that_is_served_as_well_makes_one_path() -> None:
    assert paths(LEAF, CA, anchors=(CA, NEW_ROOT)) == (facts(LEAF, CA, NEW_ROOT),)


def test_an_expired_served_cross_certificate_is_passed_over_for_a_live_one() -> None:
    dead = OLD_ROOT.cross_sign(NEW_ROOT, not_after=LONG_AGO)

    assert paths(LEAF, CA, dead, CROSS, anchors=(OLD_ROOT,)) == (facts(LEAF, CA, CROSS, OLD_ROOT),)


def test_it_goes_back_where_the_first_served_issuer_leads_nowhere() -> None:
    foreign = Authority.root("Foreign Root").cross_sign(CA)

    assert paths(LEAF, foreign, CA, anchors=(NEW_ROOT,)) == (facts(LEAF, CA, NEW_ROOT),)


def test_an_expired_anchor_is_as_good_as_a_live_one_and_wins_when_its_cross_certificate_comes_first() -> None:
    expired = Authority.root("Expired Root", not_after=LONG_AGO)
    live = Authority.root("Live Root")
    by_expired, by_live = expired.cross_sign(CA), live.cross_sign(CA)

    assert paths(LEAF, by_expired, by_live, anchors=(live, expired)) == (
        facts(LEAF, by_expired, expired),
        facts(LEAF, by_live, live),
    )


def test_the_path_length_limit_of_an_anchor_is_not_looked_at() -> None:
    strict = Authority.root("Strict Root", path_length=0)
    ca = strict.authority("CA")
    leaf = ca.leaf("www.example.com")

    assert paths(leaf, ca, anchors=(strict,)) == (facts(leaf, ca, strict),)


def test_an_expired_leaf_that_is_itself_an_anchor_is_accepted() -> None:
    leaf = CA.leaf("www.example.com", not_before=LONG_AGO, not_after=NOW - timedelta(days=1))

    assert paths(leaf, anchors=(leaf,)) == (facts(leaf),)


def test_a_renewed_leaf_with_subject_and_key_of_an_anchor_becomes_that_anchor() -> None:
    renewed = CA.renew(LEAF, "www.example.com")

    assert paths(renewed, CA, anchors=(LEAF,)) == (facts(LEAF),)


def test_a_leaf_with_another_key_is_not_the_anchor() -> None:
    other = CA.leaf("www.example.com")

    assert build(other, CA, anchors=(LEAF,)).paths == ()


def test_a_learned_intermediate_completes_a_short_chain() -> None:
    assert build(LEAF, anchors=(NEW_ROOT,), extra=(CA,)).paths == (facts(LEAF, CA, NEW_ROOT),)


def test_served_issuers_come_before_learned_ones() -> None:
    twin = NEW_ROOT.reissue(CA)

    assert build(LEAF, CA, anchors=(NEW_ROOT,), extra=(twin,)).paths == (
        facts(LEAF, CA, NEW_ROOT),
        facts(LEAF, twin, NEW_ROOT),
    )


def test_a_self_issued_intermediate_ends_the_search() -> None:
    rollover = NEW_ROOT.authority("New Root")
    leaf = rollover.leaf("www.example.com")

    assert build(leaf, rollover, anchors=(NEW_ROOT,)).paths == ()
