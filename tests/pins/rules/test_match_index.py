"""Many paths against many pin lists at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pins.certificate import UnknownCertificate
from pins.rules.match_index import match_index, numbers
from tests.pins.encounters import cast

C = cast()
PATH = (C.l1, C.i1, C.r1)
LEAF, ISSUER, ROOT, OTHER = (one.spki_sha256 for one in (C.l1, C.i1, C.r1, C.x))


def test_a_list_is_satisfied_by_any_certificate_of_the_path() -> None:
    index = match_index([[LEAF, OTHER], [OTHER], [ROOT], [], [C.i1.spki_sha1]])

    assert list(numbers(index.matching(PATH))) == [0, 2, 4]
    assert list(numbers(index.failing(PATH))) == [1, 3]


def test_a_placeholder_satisfies_nothing_and_a_registered_key_its_own_pin() -> None:
    index = match_index([[LEAF], [OTHER]])

    assert list(numbers(index.matching((UnknownCertificate("leaf"),)))) == []
    assert list(numbers(index.matching((UnknownCertificate("leaf", spki_sha256=OTHER),)))) == [1]


def test_without_lists_there_is_nothing_to_satisfy() -> None:
    index = match_index([])

    assert (index.matching(PATH), index.failing(PATH)) == (0, 0)


@pytest.mark.slow
@given(st.lists(st.lists(st.sampled_from([LEAF, ISSUER, ROOT, OTHER, b"short"]), max_size=4), max_size=40))
def test_it_agrees_with_plain_sets(pin_lists: list[list[bytes]]) -> None:
    index = match_index(pin_lists)
    keys = {LEAF, ISSUER, ROOT}

    assert list(numbers(index.matching(PATH))) == [at for at, one in enumerate(pin_lists) if keys & set(one)]
    assert list(numbers(index.failing(PATH))) == [at for at, one in enumerate(pin_lists) if not keys & set(one)]
