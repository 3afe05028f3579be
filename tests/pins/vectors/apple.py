"""Vectors 38 to 46: Apple's NSPinnedDomains."""

from dataclasses import replace

from pins.decision import Client
from pins.encounter import Encounter
from pins.paths import PathOrder, ValidatedPaths
from pins.pinset import PinRule, Position
from tests.pins.encounters import BAD, encounter, rule, spki
from tests.pins.vectors.row import (
    BLOCKED_PIN,
    CONNECTS,
    I1,
    L1,
    L2,
    NOT_PINNED,
    R1,
    R2,
    V1,
    C,
    v,
)

APPLE = Client.APPLE_ATS
ORG = "example.org"


def leaf(pattern: str, *texts: str, sub: bool = False) -> PinRule:
    return replace(rule(pattern, *texts, sub=sub), position=Position.LEAF)


def ca(pattern: str, *texts: str, sub: bool = False) -> PinRule:
    return replace(rule(pattern, *texts, sub=sub), position=Position.CA)


def two_paths() -> Encounter:
    """R2 is in the store and also cross-signed by R1: the short path is the first, the long one ends in R1."""
    paths = ValidatedPaths("system", ((L2, C.i2, R2), (L2, C.i2, C.r2_by_r1, R1)))
    return replace(encounter(ORG, L2, C.i2, C.r2_by_r1), paths=dict.fromkeys(PathOrder, paths))


APPLE_ATS = [
    v(
        "38",
        APPLE,
        (ca(ORG, spki(R1), sub=True),),
        encounter("subdomain.example.org.", *V1),
        CONNECTS,
        "pin_matches",
        R1,
    ),
    v(
        "39",
        APPLE,
        (ca(ORG, spki(R1), sub=True),),
        encounter("a.b.example.org", *V1),
        NOT_PINNED,
        "no_rule_for_host",
    ),
    v(
        "40",
        APPLE,
        (leaf(ORG, spki(L1)), ca(ORG, spki(I1), spki(R1))),
        encounter(ORG, L2, I1, R1),
        BLOCKED_PIN,
        "no_leaf_pin_matches",
    ),
    v("41", APPLE, (leaf(ORG),), encounter(ORG, *V1), BLOCKED_PIN, "no_usable_pin"),
    v("42", APPLE, (rule(ORG, pins=False),), encounter(ORG, *V1), NOT_PINNED, "rule_without_pins"),
    v("43", APPLE, (leaf(ORG), ca(ORG)), encounter(ORG, *V1), BLOCKED_PIN, "no_usable_pin"),
    v("44", APPLE, (ca(ORG, spki(L1)),), encounter(ORG, *V1), BLOCKED_PIN, "no_ca_pin_matches"),
    v(
        "45",
        APPLE,
        (ca(ORG, BAD, sub=True), ca("api.example.org", spki(R1))),
        encounter("api.example.org", *V1),
        CONNECTS,
        "pin_matches",
        R1,
    ),
    v("46", APPLE, (ca(ORG, spki(R1)),), two_paths(), CONNECTS, "pin_matches", R1),
]
