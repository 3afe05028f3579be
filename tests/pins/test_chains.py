"""Findings about served chains."""

from datetime import UTC, datetime, timedelta

import pytest

from pins.certificate import UnknownCertificate, parse_certificate
from pins.chains import ChainFinding, chain_findings
from pins.trust import TrustStore
from tests.faulty_pki import with_sha1
from tests.pki import NOW, Authority, Issued, facts, make_key, self_signed

ROOT = Authority.root("Root")
CA = ROOT.authority("CA")
LEAF = CA.leaf("www.example.com")
STORE = TrustStore("store", facts(ROOT))


def codes(*served: Issued, host: str | None = "www.example.com", store: TrustStore = STORE) -> list[str]:
    return [one.code for one in chain_findings(facts(*served), store, host=host, instant=NOW)]


def test_a_good_chain_has_no_findings() -> None:
    assert codes(LEAF, CA) == []


def test_nothing_served_and_nothing_known_has_no_findings() -> None:
    assert chain_findings((), STORE, host="www.example.com", instant=NOW) == ()
    assert chain_findings((UnknownCertificate("leaf"),), STORE, host="www.example.com", instant=NOW) == ()


def test_the_wrong_name_is_told_with_the_names_that_are_covered() -> None:
    assert chain_findings(facts(LEAF, CA), STORE, host="api.example.com", instant=NOW) == (
        ChainFinding(
            "name_mismatch",
            "The certificate is for www.example.com and does not cover api.example.com, so devices refuse the "
            "connection. Install one that names it.",
            "error",
        ),
    )


def test_many_names_are_shortened() -> None:
    leaf = CA.leaf(*(f"{letter}.example.com" for letter in "abcdef"))

    found = chain_findings(facts(leaf, CA), STORE, host="www.example.com", instant=NOW)

    assert found[0].text == (
        "The certificate is for a.example.com, b.example.com, c.example.com and 3 more and does not cover "
        "www.example.com, so devices refuse the connection. Install one that names it."
    )


def test_without_a_host_the_name_is_left_out() -> None:
    assert codes(LEAF, CA, host=None) == []


@pytest.mark.parametrize(
    ("days_left", "expected"),
    [
        (41, []),
        (40, [("expires_soon", "info")]),
        (20, [("expires_soon", "warning")]),
        (10, [("expires_soon", "error")]),
    ],
)
def test_expires_soon_goes_by_shares_of_the_lifetime(days_left: int, expected: list[tuple[str, str]]) -> None:
    end = datetime(2027, 1, 29, tzinfo=UTC) - timedelta(seconds=1)
    leaf = CA.leaf("www.example.com", not_before=end - timedelta(days=120, seconds=-1), not_after=end)
    instant = end - timedelta(days=days_left)

    found = chain_findings(facts(leaf, CA), STORE, host="www.example.com", instant=instant)

    assert [(one.code, one.severity) for one in found] == expected


def test_expires_soon_names_the_day_and_the_share() -> None:
    found = chain_findings(facts(LEAF, CA), STORE, host=None, instant=datetime(2027, 3, 1, tzinfo=UTC))

    assert found == (
        ChainFinding(
            "expires_soon",
            "The certificate www.example.com expires on 31 March 2027; less than a sixth of its lifetime is left. "
            "Renew it, and check here first which pins the new one breaks.",
            "warning",
        ),
    )


def test_an_expired_leaf_is_one_finding() -> None:
    leaf = CA.leaf("www.example.com", not_before=NOW - timedelta(days=90), not_after=NOW - timedelta(days=1))

    assert codes(leaf, CA) == ["expired"]


def test_a_leaf_of_tomorrow_is_not_valid_yet() -> None:
    assert codes(CA.leaf("www.example.com", not_before=NOW + timedelta(days=1)), CA) == ["not_yet_valid"]


def test_an_intermediate_that_ends_before_its_leaf_is_told() -> None:
    ca = ROOT.reissue(CA, not_after=LEAF.facts.not_after - timedelta(days=1))

    assert codes(LEAF, ca) == ["expires_soon"]


@pytest.mark.parametrize(("days", "expected"), [(200, []), (201, ["lifetime_too_long"])])
def test_lifetimes_above_the_limit_of_their_day_are_told(days: int, expected: list[str]) -> None:
    leaf = CA.leaf("www.example.com", not_after=LEAF.facts.not_before + timedelta(days=days, seconds=-1))

    assert codes(leaf, CA) == expected


def test_private_authorities_may_issue_for_longer() -> None:
    leaf = CA.leaf("www.example.com", not_after=LEAF.facts.not_before + timedelta(days=3000))

    assert codes(leaf, CA, store=TrustStore("private", facts(ROOT), is_public=False)) == []


def test_a_missing_intermediate_is_told() -> None:
    assert codes(LEAF) == ["chain_incomplete"]


def test_the_wrong_order_is_told() -> None:
    upper = ROOT.authority("Upper")
    lower = upper.authority("Lower")

    assert codes(lower.leaf("www.example.com"), upper, lower) == ["chain_misordered"]


def test_strangers_repetitions_and_the_root_are_superfluous() -> None:
    stranger = Authority.root("Stranger")

    assert codes(LEAF, CA, stranger) == ["chain_superfluous"]
    assert codes(LEAF, CA, CA) == ["chain_superfluous"]
    assert codes(LEAF, CA, ROOT) == ["chain_superfluous"]


def test_a_served_cross_certificate_is_needed() -> None:
    old = Authority.root("Old Root")

    assert codes(LEAF, CA, old.cross_sign(ROOT)) == []


def test_a_self_signed_leaf_is_told_once() -> None:
    assert codes(self_signed("www.example.com")) == ["self_signed"]


def test_an_unknown_root_is_told_with_the_store() -> None:
    found = chain_findings(facts(LEAF, CA), TrustStore("Android 7", ()), host=None, instant=NOW)

    assert found == (
        ChainFinding(
            "untrusted_root",
            "The chain leads to Root, which is neither served nor in the trust store Android 7, so devices with that "
            "store refuse it. Use an authority that the store contains, or serve the certificate that links it to one.",
            "error",
        ),
    )


def test_short_and_unusual_keys_are_weak() -> None:
    assert codes(CA.leaf("www.example.com", key="RSA-1024"), CA) == ["weak_key"]
    assert codes(CA.leaf("www.example.com", key="RSA-2048"), CA) == []


def test_sha1_is_weak() -> None:
    ca = ROOT.authority("RSA CA", key=make_key("RSA-2048"))
    leaf = parse_certificate(with_sha1(ca.leaf("www.example.com"), ca))

    found = chain_findings((leaf, ca.facts), STORE, host="www.example.com", instant=NOW)

    assert [one.code for one in found] == ["weak_signature"]


def test_a_broken_rule_of_validation_is_told_as_an_invalid_chain() -> None:
    ca = ROOT.authority("Bound CA", permitted=("example.org",))

    assert codes(ca.leaf("www.example.com"), ca) == ["chain_invalid"]


def test_a_hundred_namesakes_that_sign_each_other_are_looked_at_within_limits() -> None:
    key = make_key()
    namesakes = [Authority.root("Namesake", key=key) for _ in range(98)]
    leaf = namesakes[0].leaf("www.example.com", key=key)

    assert codes(leaf, *namesakes) == ["chain_superfluous", "untrusted_root"]


def test_more_ways_to_a_root_than_are_searched_are_told() -> None:
    ring = [Authority.root(f"Ring {number}") for number in range(6)]
    crossed = [one.cross_sign(other) for one in ring for other in ring if one is not other]
    leaf = ring[0].leaf("www.example.com")

    found = chain_findings(facts(leaf, *crossed), STORE, host=None, instant=NOW)

    assert [one for one in found if one.code not in ("chain_superfluous", "chain_misordered")] == [
        ChainFinding(
            "path_search_cut_short",
            "From the 31 certificates that the server sends lead more ways to roots of the trust store store than are "
            "searched, so whether apps connect can stay open. Serve the leaf and the intermediates of one way.",
            "warning",
        )
    ]


def test_a_root_with_a_day_of_distrust_is_told_unless_another_path_avoids_it() -> None:
    old = Authority.root("GlobalSign Root CA - R3")
    ca = old.authority("GlobalSign CA")
    leaf = ca.leaf("www.example.com")
    both = TrustStore("both", facts(old, ROOT))

    found = chain_findings(facts(leaf, ca), TrustStore("store", facts(old)), host=None, instant=NOW)

    assert found == (
        ChainFinding(
            "root_distrusted",
            "The chain depends on GlobalSign Root CA - R3. Chrome and Mozilla stop trusting root keys made in 2008 and "
            "2009 on 15 April 2027, so the next certificate comes from another authority. Choose it now, and ship its "
            "pin before it is installed.",
            "warning",
        ),
    )
    assert "root_distrusted" not in codes(leaf, ca, ROOT.cross_sign(ca), store=both)
