"""The numbered test vectors of the pin reference, family by family."""

import pytest

from pins.decide import decide
from tests.pins.vectors.android import ANDROID
from tests.pins.vectors.leaf_only import LEAF_ONLY
from tests.pins.vectors.outsystems import OUTSYSTEMS
from tests.pins.vectors.row import Vector
from tests.pins.vectors.square import SQUARE
from tests.pins.vectors.trust_kit import TRUST_KIT


@pytest.mark.parametrize(
    "vector", [*ANDROID, *SQUARE, *TRUST_KIT, *OUTSYSTEMS, *LEAF_ONLY], ids=lambda vector: vector.number
)
def test_vector(vector: Vector) -> None:
    decision = decide(vector.client, vector.policy, vector.met)

    matched = decision.match.certificate if decision.match else None
    assert (decision.outcome, decision.reason.code, matched) == (vector.outcome, vector.code, vector.matched)
