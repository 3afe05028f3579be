"""Paths of chains that begin with placeholders."""

from datetime import timedelta

import pytest

from pins.certificate import ChainCertificate, UnknownCertificate
from pins.paths import PathOrder, ValidatedPaths, validated_paths
from pins.trust import TrustStore
from tests.pki import NOW, Authority, facts

ROOT = Authority.root("Root")
STORE = TrustStore("store", facts(ROOT))
CA = ROOT.authority("CA")
LEAF = CA.leaf("www.example.com")
YESTERDAY, TOMORROW = NOW - timedelta(days=1), NOW + timedelta(days=1)
EVERY_ORDER = pytest.mark.parametrize("order", list(PathOrder))


def build(chain: tuple[ChainCertificate, ...], order: PathOrder, store: TrustStore = STORE) -> ValidatedPaths:
    return validated_paths(chain, store, NOW, order)


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
