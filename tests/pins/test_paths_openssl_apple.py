"""curl and other OpenSSL programs, and Apple: where their path builders differ from Android's."""

from dataclasses import replace
from datetime import timedelta

from cryptography.x509.oid import ExtendedKeyUsageOID

from pins.certificate import Certificate, ChainCertificate
from pins.paths import PathOrder, validated_paths
from pins.trust import TrustStore
from tests.pki import NOW, Authority, Issued, facts

OLD_ROOT = Authority.root("Old Root")
NEW_ROOT = Authority.root("New Root")
CROSS = OLD_ROOT.cross_sign(NEW_ROOT)
CA = NEW_ROOT.authority("Issuing CA")
LEAF = CA.leaf("www.example.com")
Paths = tuple[tuple[ChainCertificate, ...], ...]


def openssl(*served: Issued, anchors: tuple[Issued, ...]) -> Paths:
    return validated_paths(facts(*served), TrustStore("store", facts(*anchors)), NOW, PathOrder.OPENSSL).paths


def apple(*served: Issued, anchors: tuple[Issued, ...], extra: tuple[Issued, ...] = ()) -> Paths:
    store = TrustStore("store", facts(*anchors))
    return validated_paths(facts(*served), store, NOW, PathOrder.APPLE, extra=facts(*extra)).paths


def test_openssl_looks_into_the_store_first_so_the_new_root_shortens_the_path() -> None:
    before = openssl(LEAF, CA, CROSS, anchors=(OLD_ROOT,))
    after = openssl(LEAF, CA, CROSS, anchors=(OLD_ROOT, NEW_ROOT))

    assert before == (facts(LEAF, CA, CROSS, OLD_ROOT),)
    assert after == (facts(LEAF, CA, NEW_ROOT),)


def test_openssl_does_not_take_an_intermediate_alone() -> None:
    assert openssl(LEAF, anchors=(CA,)) == ()


def test_openssl_completes_a_chain_from_intermediates_of_the_store() -> None:
    assert openssl(LEAF, anchors=(CA, NEW_ROOT)) == (facts(LEAF, CA, NEW_ROOT),)


def test_openssl_refuses_an_expired_anchor() -> None:
    expired = Authority.root("Expired Root", not_after=NOW - timedelta(days=1))
    ca = expired.authority("CA")
    leaf = ca.leaf("www.example.com")

    assert openssl(leaf, ca, anchors=(expired,)) == ()


def test_openssl_refuses_a_chain_over_the_path_length_of_the_anchor() -> None:
    strict = Authority.root("Strict Root", path_length=0)
    ca = strict.authority("CA")
    leaf = ca.leaf("www.example.com")

    assert openssl(leaf, ca, anchors=(strict,)) == ()


def test_openssl_does_not_go_back_where_a_served_issuer_leads_nowhere() -> None:
    later = CA.facts.not_after + timedelta(days=1)
    foreign = Authority.root("Foreign Root").cross_sign(CA, not_after=later)

    assert openssl(LEAF, foreign, CA, anchors=(NEW_ROOT,)) == ()


def test_openssl_passes_over_a_twin_with_another_key_identifier() -> None:
    namesake = Authority.root("New Root")

    assert openssl(LEAF, CA, anchors=(namesake, NEW_ROOT)) == (facts(LEAF, CA, NEW_ROOT),)


def test_openssl_wants_the_usage_of_a_server_by_name() -> None:
    anything = CA.leaf("www.example.com", usages=(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,))

    assert openssl(anything, CA, anchors=(NEW_ROOT,)) == ()


def test_openssl_holds_an_anchor_to_its_own_rights_and_names() -> None:
    silent = Authority.root("Silent Root", can_sign=False)
    narrow = Authority.root("Narrow Root", excluded=("example.com",))
    minor = Authority.root("Minor Root", is_ca=False)

    found = [openssl(one.leaf("www.example.com"), anchors=(one,)) for one in (silent, narrow, minor)]

    assert found == [(), (), ()]


def test_openssl_takes_an_old_root_without_extensions() -> None:
    old = Authority.root("Old Root", has_extensions=False)
    leaf = old.leaf("www.example.com")

    assert openssl(leaf, anchors=(old,)) == (facts(leaf, old),)


def with_anchor(anchor: Certificate, *served: Certificate) -> Paths:
    return validated_paths(served, TrustStore("store", (anchor,)), NOW, PathOrder.OPENSSL).paths


def test_openssl_takes_a_root_that_does_not_name_its_own_key() -> None:
    root = replace(NEW_ROOT.facts, subject_key_id=None)

    assert with_anchor(root, *facts(LEAF, CA)) == ((*facts(LEAF, CA), root),)


def test_openssl_passes_over_an_issuer_with_another_number_or_issuer_than_the_certificate_says() -> None:
    root, leaf = NEW_ROOT.facts, LEAF.facts
    right = replace(CA.facts, authority_serial=root.serial, authority_issuer=root.issuer)
    other_number = replace(right, authority_serial=root.serial + 1)
    other_issuer = replace(right, authority_issuer=CA.facts.subject)

    found = [with_anchor(root, leaf, ca) for ca in (right, other_number, other_issuer)]

    assert found == [((leaf, right, root),), (), ()]


def test_openssl_passes_over_a_namesake_whose_key_is_of_another_type() -> None:
    namesake = replace(Authority.root("New Root", key="RSA-2048").facts, subject_key_id=None)
    store = TrustStore("store", (namesake, NEW_ROOT.facts))

    found = validated_paths(facts(LEAF, CA), store, NOW, PathOrder.OPENSSL)

    assert found.paths == (facts(LEAF, CA, NEW_ROOT),)


def test_apple_knows_every_path_and_prefers_the_shorter() -> None:
    assert apple(LEAF, CA, CROSS, anchors=(OLD_ROOT, NEW_ROOT)) == (
        facts(LEAF, CA, NEW_ROOT),
        facts(LEAF, CA, CROSS, OLD_ROOT),
    )


def test_apple_loses_the_old_root_as_first_choice_when_the_new_one_enters_the_store() -> None:
    assert apple(LEAF, CA, CROSS, anchors=(OLD_ROOT,)) == (facts(LEAF, CA, CROSS, OLD_ROOT),)


def test_apple_takes_an_intermediate_as_anchor_after_every_path_to_a_self_signed_one() -> None:
    assert apple(LEAF, CA, anchors=(CA, NEW_ROOT)) == (facts(LEAF, CA, NEW_ROOT), facts(LEAF, CA))


def test_apple_fetches_a_missing_intermediate() -> None:
    assert apple(LEAF, anchors=(NEW_ROOT,), extra=(CA,)) == (facts(LEAF, CA, NEW_ROOT),)


def test_apple_refuses_an_expired_anchor_and_finds_the_way_around() -> None:
    expired = Authority.root("Old Root", key=OLD_ROOT.key, not_after=NOW - timedelta(days=1))

    assert apple(LEAF, CA, CROSS, anchors=(expired, NEW_ROOT)) == (facts(LEAF, CA, NEW_ROOT),)
