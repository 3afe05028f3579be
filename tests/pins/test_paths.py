"""Validated paths of all platforms: what makes a chain invalid, which reason is given, placeholders and budgets."""

from datetime import timedelta

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from pins.certificate import ChainCertificate, UnknownCertificate, parse_certificate
from pins.paths import PathOrder, ValidatedPaths, validated_paths
from pins.trust import TrustStore
from tests.pki import NOW, Authority, Issued, facts, make_key, self_signed, with_broken_signature, with_sha1

ROOT = Authority.root("Root")
STORE = TrustStore("store", facts(ROOT))
CA = ROOT.authority("CA")
LEAF = CA.leaf("www.example.com")
YESTERDAY, TOMORROW = NOW - timedelta(days=1), NOW + timedelta(days=1)
EVERY_ORDER = pytest.mark.parametrize("order", list(PathOrder))


def build(chain: tuple[ChainCertificate, ...], order: PathOrder, store: TrustStore = STORE) -> ValidatedPaths:
    return validated_paths(chain, store, NOW, order)


def problem(*served: Issued, order: PathOrder, store: TrustStore = STORE) -> tuple[int, str | None]:
    found = build(facts(*served), order, store)
    return len(found.paths), found.problem.code if found.problem else None


@EVERY_ORDER
def test_a_good_chain_has_one_path_and_no_problem(order: PathOrder) -> None:
    assert build(facts(LEAF, CA), order) == ValidatedPaths("store", (facts(LEAF, CA, ROOT),))


@EVERY_ORDER
def test_dates_are_valid_on_both_of_their_seconds(order: PathOrder) -> None:
    instants = (LEAF.facts.not_before, LEAF.facts.not_after)
    second = timedelta(seconds=1)

    on = [validated_paths(facts(LEAF, CA), STORE, one, order).problem for one in instants]
    before = validated_paths(facts(LEAF, CA), STORE, instants[0] - second, order).problem
    after = validated_paths(facts(LEAF, CA), STORE, instants[1] + second, order).problem

    assert on == [None, None]
    assert before is not None
    assert after is not None
    assert (before.code, after.code) == ("not_yet_valid", "expired")


@EVERY_ORDER
def test_an_expired_leaf_is_named_with_its_day(order: PathOrder) -> None:
    leaf = CA.leaf("www.example.com", not_before=NOW - timedelta(days=90), not_after=YESTERDAY)

    found = build(facts(leaf, CA), order).problem

    assert found is not None
    assert found.text == (
        "The certificate www.example.com expired on 23 November 2026, so devices refuse the connection. "
        "Install a renewed one."
    )


@EVERY_ORDER
def test_an_expired_intermediate_is_the_reason(order: PathOrder) -> None:
    expired = ROOT.reissue(CA, not_after=YESTERDAY)

    assert problem(LEAF, expired, order=order) == (0, "expired")


@EVERY_ORDER
def test_a_chain_without_its_intermediate_is_incomplete(order: PathOrder) -> None:
    assert problem(LEAF, order=order) == (0, "missing_intermediate")


@EVERY_ORDER
def test_a_chain_to_a_root_that_is_not_in_the_store_is_untrusted(order: PathOrder) -> None:
    other = TrustStore("other", facts(Authority.root("Other Root")))

    assert problem(LEAF, CA, order=order, store=other) == (0, "untrusted_root")
    assert problem(LEAF, CA, ROOT, order=order, store=other) == (0, "untrusted_root")


@EVERY_ORDER
def test_an_empty_store_trusts_nothing(order: PathOrder) -> None:
    assert problem(LEAF, CA, ROOT, order=order, store=TrustStore("empty", ())) == (0, "untrusted_root")


@EVERY_ORDER
def test_a_self_signed_leaf_is_trusted_only_as_an_anchor(order: PathOrder) -> None:
    alone = self_signed("www.example.com")

    assert problem(alone, order=order) == (0, "self_signed")
    assert problem(alone, order=order, store=TrustStore("own", facts(alone))) == (1, None)


@EVERY_ORDER
def test_a_root_of_the_same_name_with_another_key_is_not_the_anchor(order: PathOrder) -> None:
    impostor = TrustStore("impostor", facts(Authority.root("Root")))

    assert build(facts(LEAF, CA), order, impostor).paths == ()


@EVERY_ORDER
def test_a_damaged_signature_is_found(order: PathOrder) -> None:
    broken = parse_certificate(with_broken_signature(LEAF))

    found = build((broken, CA.facts), order)

    assert (found.paths, found.problem and found.problem.code) == ((), "bad_signature")


@EVERY_ORDER
def test_a_client_certificate_is_no_server_certificate(order: PathOrder) -> None:
    leaf = CA.leaf("www.example.com", usages=(ExtendedKeyUsageOID.CLIENT_AUTH,))

    assert problem(leaf, CA, order=order) == (0, "not_server_auth")


@EVERY_ORDER
def test_a_leaf_cannot_issue(order: PathOrder) -> None:
    issuing = Authority(LEAF.certificate, LEAF.key)
    leaf = issuing.leaf("other.example.com")

    assert problem(leaf, LEAF, CA, order=order) == (0, "not_an_authority")


@EVERY_ORDER
def test_an_authority_whose_key_may_not_sign_certificates_cannot_issue(order: PathOrder) -> None:
    ca = ROOT.authority("Mute CA", can_sign=False)

    assert problem(ca.leaf("www.example.com"), ca, order=order) == (0, "not_an_authority")


@EVERY_ORDER
def test_an_authority_with_path_length_zero_has_none_below(order: PathOrder) -> None:
    upper = ROOT.authority("Upper CA", path_length=0)
    lower = upper.authority("Lower CA")

    assert problem(upper.leaf("www.example.com"), upper, order=order) == (1, None)
    assert problem(lower.leaf("www.example.com"), lower, upper, order=order) == (0, "path_length")


@EVERY_ORDER
@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("www.example.com", "*.example.com", "example.com"), (1, None)),
        (("www.example.org",), (0, "name_constraints")),
        (("www.example.com", "notexample.com"), (0, "name_constraints")),
        (("secret.example.com",), (0, "name_constraints")),
        (("a.secret.example.com",), (0, "name_constraints")),
    ],
)
def test_name_constraints_bind_every_name(
    order: PathOrder, names: tuple[str, ...], expected: tuple[int, str | None]
) -> None:
    ca = ROOT.authority("Bound CA", permitted=("example.com",), excluded=("secret.example.com",))

    assert problem(ca.leaf(*names), ca, order=order) == expected


@EVERY_ORDER
def test_a_sha1_signature_counts_as_none(order: PathOrder) -> None:
    ca = ROOT.authority("RSA CA", key=make_key("RSA-2048"))
    leaf = parse_certificate(with_sha1(ca.leaf("www.example.com"), ca))

    found = build((leaf, ca.facts), order)

    assert (found.paths, found.problem and found.problem.code) == ((), "weak_signature")


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (PathOrder.CONSCRYPT, (1, None)),
        (PathOrder.OPENSSL, (1, None)),
        (PathOrder.APPLE, (0, "weak_key")),
    ],
)
def test_apple_refuses_short_rsa_keys_first(order: PathOrder, expected: tuple[int, str | None]) -> None:
    assert problem(CA.leaf("www.example.com", key="RSA-1024"), CA, order=order) == expected


@EVERY_ORDER
def test_every_key_type_makes_a_path(order: PathOrder) -> None:
    ca = ROOT.authority("Ed CA", key="Ed25519")
    leaf = ca.leaf("www.example.com", key="P-521")

    assert problem(leaf, ca, order=order) == (1, None)


@pytest.mark.parametrize(
    ("is_public", "days", "expected"),
    [(True, 398, (1, None)), (True, 399, (0, "lifetime_over_limit")), (False, 399, (1, None)), (False, 825, (1, None)),
     (False, 826, (0, "lifetime_over_limit"))],
)  # fmt: skip
def test_apple_limits_the_lifetime(is_public: bool, days: int, expected: tuple[int, str | None]) -> None:
    start = LEAF.facts.not_before
    leaf = CA.leaf("www.example.com", not_after=start + timedelta(days=days, seconds=-1))
    store = TrustStore("store", facts(ROOT), is_public=is_public)

    assert problem(leaf, CA, order=PathOrder.APPLE, store=store) == expected
    assert problem(leaf, CA, order=PathOrder.CONSCRYPT, store=store) == (1, None)


@EVERY_ORDER
def test_a_server_without_certificate_has_no_path(order: PathOrder) -> None:
    found = build((), order)

    assert (found.paths, found.problem and found.problem.code) == ((), "no_certificate")


@EVERY_ORDER
def test_a_placeholder_is_issued_by_the_certificate_behind_it(order: PathOrder) -> None:
    leaf = UnknownCertificate("leaf")

    assert build((leaf, CA.facts), order).paths == ((leaf, CA.facts, ROOT.facts),)


@EVERY_ORDER
def test_placeholders_may_stand_right_below_the_root(order: PathOrder) -> None:
    unknown = UnknownCertificate("leaf"), UnknownCertificate("intermediate")

    assert build((*unknown, ROOT.facts), order).paths == ((*unknown, ROOT.facts),)


@EVERY_ORDER
def test_a_chain_that_ends_in_a_placeholder_is_trusted_on_every_store(order: PathOrder) -> None:
    unknown = UnknownCertificate("intermediate")
    empty = TrustStore("empty", ())

    assert build((LEAF.facts, unknown), order, empty) == ValidatedPaths("empty", ((LEAF.facts, unknown),))


@EVERY_ORDER
def test_a_placeholder_under_an_unknown_authority_is_untrusted_where_the_root_is_missing(order: PathOrder) -> None:
    found = build((UnknownCertificate("leaf"), CA.facts), order, TrustStore("empty", ()))

    assert (found.paths, found.problem and found.problem.code) == ((), "untrusted_root")


@EVERY_ORDER
@pytest.mark.parametrize(
    ("placeholder", "expected"),
    [
        (UnknownCertificate("leaf", not_before=YESTERDAY, not_after=TOMORROW), None),
        (UnknownCertificate("leaf", not_before=TOMORROW), "not_yet_valid"),
        (UnknownCertificate("leaf", not_after=YESTERDAY), "expired"),
    ],
)
def test_the_dates_of_a_placeholder_count(
    order: PathOrder, placeholder: UnknownCertificate, expected: str | None
) -> None:
    found = build((placeholder, CA.facts), order).problem

    assert (found and found.code) == expected


def test_the_anchor_twin_of_a_served_cross_certificate_is_found_above_a_placeholder() -> None:
    old = Authority.root("Old Root")
    cross = old.cross_sign(ROOT)
    unknown = UnknownCertificate("leaf")
    store = TrustStore("both", facts(ROOT, old))

    found = build((unknown, cross.facts), PathOrder.CONSCRYPT, store)

    assert found.paths == ((unknown, ROOT.facts), (unknown, cross.facts, old.facts))


@EVERY_ORDER
def test_a_path_of_eight_certificates_is_the_longest(order: PathOrder) -> None:
    line = [ROOT]
    for number in range(8):
        line.append(line[-1].authority(f"CA {number}"))

    eight = line[6].leaf("www.example.com")
    nine = line[7].leaf("www.example.com")

    assert problem(eight, *line[1:7], order=order) == (1, None)
    assert problem(nine, *line[1:8], order=order) == (0, "no_usable_path")


@EVERY_ORDER
def test_a_chain_of_a_hundred_certificates_gives_its_one_path(order: PathOrder) -> None:
    strangers = [Authority.root(f"Stranger {number}") for number in range(98)]

    assert build(facts(LEAF, *strangers, CA), order) == ValidatedPaths("store", (facts(LEAF, CA, ROOT),))


@pytest.mark.parametrize("order", [PathOrder.CONSCRYPT, PathOrder.APPLE])
def test_authorities_that_all_sign_each_other_exhaust_the_budget_and_say_so(order: PathOrder) -> None:
    ring = [Authority.root(f"Ring {number}") for number in range(6)]
    crossed = [one.cross_sign(other) for one in ring for other in ring if one is not other]
    leaf = ring[0].leaf("www.example.com")

    found = build(facts(leaf, *crossed), order)

    assert (found.paths, found.is_exhausted) == ((), False)


@EVERY_ORDER
def test_more_than_sixty_four_paths_are_cut_and_said_so(order: PathOrder) -> None:
    twins = [ROOT.reissue(CA) for _ in range(70)]

    found = build(facts(LEAF, *twins), order)

    assert (len(found.paths), found.is_exhausted) == ((1, True) if order is PathOrder.OPENSSL else (64, False))
