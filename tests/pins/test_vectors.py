"""The numbered test vectors of the pin reference, client by client."""

import pytest

from pins.decide import decide
from tests.pins.vectors.android import ANDROID
from tests.pins.vectors.apple import APPLE_ATS
from tests.pins.vectors.bundled import BUNDLED
from tests.pins.vectors.fetched import FETCHED
from tests.pins.vectors.leaf_only import LEAF_ONLY
from tests.pins.vectors.outsystems import OUTSYSTEMS
from tests.pins.vectors.react_native import REACT_NATIVE
from tests.pins.vectors.row import Vector
from tests.pins.vectors.square import SQUARE
from tests.pins.vectors.trust_kit import TRUST_KIT
from tests.pins.vectors.trust_kit_android import TRUST_KIT_ANDROID

VECTORS = [
    *ANDROID,
    *APPLE_ATS,
    *BUNDLED,
    *FETCHED,
    *LEAF_ONLY,
    *OUTSYSTEMS,
    *REACT_NATIVE,
    *SQUARE,
    *TRUST_KIT,
    *TRUST_KIT_ANDROID,
]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.number)
def test_vector(vector: Vector) -> None:
    decision = decide(vector.client, vector.policy, vector.met)

    matched = decision.match.certificate if decision.match else None
    assert (decision.outcome, decision.reason.code, matched) == (vector.outcome, vector.code, vector.matched)
