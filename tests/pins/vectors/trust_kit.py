"""Vectors 47 to 57: TrustKit on iOS."""

from dataclasses import replace

from pins.decision import Client
from tests.pins.encounters import BAD, BAD_2, MISSING_INTERMEDIATE, encounter, rule, spki
from tests.pins.vectors.row import (
    BLOCKED_CHAIN,
    BLOCKED_PIN,
    CONFIG_ERROR,
    CONNECTS,
    FAILS_OPEN,
    L1,
    NOT_PINNED,
    R1,
    X,
    v,
)

TRUSTKIT = Client.TRUSTKIT_IOS
GOOD = "www.good.com"
SHORT = (L1, R1)
PARENT = (rule("good.com", BAD, BAD_2, sub=True),)
OVERLAP = (rule("good.com", spki(L1), BAD, sub=True), rule(GOOD, BAD, BAD_2, sub=True))

TRUST_KIT = [
    v("47", TRUSTKIT, (rule(GOOD, spki(L1), spki(R1)),), encounter(GOOD, *SHORT), CONNECTS, "pin_matches", R1),
    v("48", TRUSTKIT, (rule(GOOD, BAD, BAD_2),), encounter(GOOD, *SHORT), BLOCKED_PIN, "no_pin_matches"),
    v(
        "49",
        TRUSTKIT,
        (rule(GOOD, BAD, BAD_2, until="2015-01-01"),),
        encounter(GOOD, *SHORT),
        FAILS_OPEN,
        "pins_expired",
    ),
    v("50", TRUSTKIT, (rule(GOOD, BAD, BAD_2, enforced=False),), encounter(GOOD, *SHORT), FAILS_OPEN, "report_only"),
    v(
        "51",
        TRUSTKIT,
        (rule(GOOD, spki(R1), BAD, enforced=False),),
        encounter(GOOD, problem=MISSING_INTERMEDIATE),
        BLOCKED_CHAIN,
        "missing_intermediate",
    ),
    v(
        "52",
        TRUSTKIT,
        (rule(GOOD, spki(X), BAD),),
        replace(encounter(GOOD, *SHORT), served=(L1, R1, X)),
        BLOCKED_PIN,
        "no_pin_matches",
    ),
    v(
        "53",
        TRUSTKIT,
        (*PARENT, rule("unsecured.good.com", pins=False, excluded=True)),
        encounter("unsecured.good.com", *SHORT),
        NOT_PINNED,
        "host_excluded",
    ),
    v("54", TRUSTKIT, (rule(GOOD, BAD, BAD),), encounter(GOOD, *SHORT), CONFIG_ERROR, "too_few_distinct_pins"),
    v("55", TRUSTKIT, PARENT, encounter("good.com.otherdomaingood.com", *SHORT), NOT_PINNED, "no_rule_for_host"),
    v(
        "55b",
        TRUSTKIT,
        (rule("good.net", BAD, BAD_2, sub=True),),
        encounter("test.good.com", *SHORT),
        NOT_PINNED,
        "no_rule_for_host",
    ),
    v("56", TRUSTKIT, OVERLAP, encounter("foo.www.good.com", *SHORT), BLOCKED_PIN, "no_pin_matches"),
    v("56b", TRUSTKIT, OVERLAP, encounter("foo.good.com", *SHORT), CONNECTS, "pin_matches", L1),
    v(
        "57",
        TRUSTKIT,
        (rule("com", BAD, BAD_2, sub=True),),
        encounter(GOOD, *SHORT),
        CONFIG_ERROR,
        "subdomains_of_public_suffix",
    ),
]
