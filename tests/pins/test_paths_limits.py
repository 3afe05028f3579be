"""Depth, budget and number of paths: hostile chains end in time and say that they were cut."""

import pytest

from pins.paths import PathOrder, ValidatedPaths, validated_paths
from pins.trust import TrustStore
from tests.pki import NOW, Authority, Issued, facts

ROOT = Authority.root("Root")
STORE = TrustStore("store", facts(ROOT))
CA = ROOT.authority("CA")
LEAF = CA.leaf("www.example.com")
EVERY_ORDER = pytest.mark.parametrize("order", list(PathOrder))


def build(*served: Issued, order: PathOrder) -> ValidatedPaths:
    return validated_paths(facts(*served), STORE, NOW, order)


@EVERY_ORDER
def test_twenty_certificates_below_the_anchor_are_the_most(order: PathOrder) -> None:
    line = [ROOT]
    for number in range(20):
        line.append(line[-1].authority(f"CA {number}"))

    twenty = line[19].leaf("www.example.com")
    more = line[20].leaf("www.example.com")

    found = build(more, *line[1:], order=order)

    assert build(twenty, *line[1:20], order=order).paths == (facts(twenty, *reversed(line[:20])),)
    assert (found.paths, found.problem and found.problem.code) == ((), "no_usable_path")


@EVERY_ORDER
def test_a_chain_of_a_hundred_certificates_gives_its_one_path(order: PathOrder) -> None:
    strangers = [Authority.root(f"Stranger {number}") for number in range(98)]

    assert build(LEAF, *strangers, CA, order=order) == ValidatedPaths("store", (facts(LEAF, CA, ROOT),))


@pytest.mark.parametrize("order", [PathOrder.CONSCRYPT, PathOrder.APPLE])
def test_authorities_that_all_sign_each_other_exhaust_the_budget_and_say_so(order: PathOrder) -> None:
    ring = [Authority.root(f"Ring {number}") for number in range(6)]
    crossed = [one.cross_sign(other) for one in ring for other in ring if one is not other]
    leaf = ring[0].leaf("www.example.com")

    found = build(leaf, *crossed, order=order)

    assert (found.paths, found.is_exhausted) == ((), False)


@EVERY_ORDER
def test_more_than_sixty_four_paths_are_cut_and_said_so(order: PathOrder) -> None:
    twins = [ROOT.reissue(CA) for _ in range(70)]

    found = build(LEAF, *twins, order=order)

    assert (len(found.paths), found.is_exhausted) == ((1, True) if order is PathOrder.OPENSSL else (64, False))
