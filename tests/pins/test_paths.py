"""Validated paths of all platforms: what makes a chain invalid, and which reason is given."""

from datetime import timedelta

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from pins.certificate import ChainCertificate, parse_certificate
from pins.paths import PathOrder, ValidatedPaths, validated_paths
from pins.trust import TrustStore
from tests.faulty_pki import with_broken_signature, with_sha1
from tests.pki import NOW, Authority, Issued, KeyKind, facts, make_key, self_signed

ROOT = Authority.root("Root")
STORE = TrustStore("store", facts(ROOT))
CA = ROOT.authority("CA")
LEAF = CA.leaf("www.example.com")
YESTERDAY = NOW - timedelta(days=1)
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
@pytest.mark.parametrize("kind", ["P-256", "P-384", "P-521", "RSA-2048"])
def test_common_key_types_make_a_path(order: PathOrder, kind: KeyKind) -> None:
    assert problem(CA.leaf("www.example.com", key=kind), CA, order=order) == (1, None)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (PathOrder.CONSCRYPT, (0, "unsupported_key")),
        (PathOrder.OPENSSL, (1, None)),
        (PathOrder.APPLE, (0, "unsupported_key")),
    ],
)
def test_phones_do_not_know_edwards_keys(order: PathOrder, expected: tuple[int, str | None]) -> None:
    assert problem(CA.leaf("www.example.com", key="Ed25519"), CA, order=order) == expected


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
