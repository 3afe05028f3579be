"""The numbered test vectors of the pin reference for Android, OkHttp, TrustKit on iOS and the OutSystems plugin."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from pins.certificate import ChainCertificate, UnknownCertificate
from pins.decide import decide
from pins.decision import Client, Outcome
from pins.device import Device
from pins.encounter import Encounter
from pins.errors import Place
from pins.pinset import AnchorSource, PinRule, PinSet, Problem
from tests.pins.encounters import (
    BAD,
    BAD_2,
    MISSING_INTERMEDIATE,
    amazon_root,
    cast,
    encounter,
    pin_set,
    rule,
    spki,
    spki_sha1,
)

NSC, OKHTTP, TRUSTKIT = Client.ANDROID_NSC, Client.OKHTTP, Client.TRUSTKIT_IOS
OS_ANDROID, OS_IOS = Client.OUTSYSTEMS_ANDROID, Client.OUTSYSTEMS_IOS
CONNECTS, BLOCKED_PIN, BLOCKED_CHAIN = Outcome.CONNECTS, Outcome.BLOCKED_BY_PIN, Outcome.BLOCKED_BY_CHAIN
NOT_PINNED, FAILS_OPEN, CONFIG_ERROR = Outcome.NOT_PINNED, Outcome.FAILS_OPEN, Outcome.CONFIG_ERROR

C = cast()
R1, I1, L1, R2, I2, L2, X = C.r1, C.i1, C.l1, C.r2, C.i2, C.l2, C.x
V1, V2 = (L1, I1, R1), (L2, I2, R2)
ANDROID_COM, DEVELOPER = "android.com", "developer.android.com"
GREENWICH, KIRITIMATI = Device(utc_offset=timedelta(0)), Device(utc_offset=timedelta(hours=14))
DEBUGGABLE = Device(is_debuggable=True)
LAPSING = rule("h.example", BAD, until="2027-01-31")
DEBUG_SYSTEM = (AnchorSource("system", overrides_pins=True, debug_only=True),)
OVERRIDING = (AnchorSource("system", overrides_pins=True),)
AMAZON = [
    "++MBgDH5WGvL9Bcn5Be30cRcL0f5O+NyoXuWtQdX1aI=",
    "f0KW/FtqTjs108NpYj42SrGvOB2PpxIVM8nWxjPqJGE=",
    "NqvDJlas/GRcYbcWE8S/IceH9cq77kg0jVhZeAPXq8k=",
    "9+ze1cZgR9KO1kZrVDxA4HQ6voHRCSVNz4RdTCx4U8U=",
    "KwccWaCgrnaw6tsrrSO61FgLacNgG2MMLq8GE6+oP5I=",
]
AMAZON_R1 = amazon_root(AMAZON[0])
ACM_LEAF, ACM_CA = UnknownCertificate("leaf"), UnknownCertificate("intermediate")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def sha256(certificate_pin: str) -> str:
    return "sha256/" + certificate_pin


@dataclass(frozen=True)
class Vector:
    """One row: what is met, and outcome, reason code and matched certificate that must come out."""

    number: str
    client: Client
    policy: PinSet
    met: Encounter
    outcome: Outcome
    code: str
    matched: ChainCertificate | None = None


def v(
    number: str,
    client: Client,
    rules: tuple[PinRule, ...] | PinSet,
    met: Encounter,
    outcome: Outcome,
    code: str,
    matched: ChainCertificate | None = None,
) -> Vector:
    policy = rules if isinstance(rules, PinSet) else pin_set(*rules)
    return Vector(number, client, policy, met, outcome, code, matched)


BAD_SUB = rule(ANDROID_COM, BAD, sub=True)
REFUSED_PIN_SET = PinSet(
    "android_nsc", b"", (), (Problem("pin_set_misplaced", "A pin-set stands in base-config.", Place(3), True),)
)

ANDROID = [
    v("1", NSC, (rule(ANDROID_COM, spki(I1)),), encounter(ANDROID_COM, *V1), CONNECTS, "pin_matches", I1),
    v("2", NSC, (rule(ANDROID_COM, spki(I1), sub=True),), encounter(DEVELOPER, *V1), CONNECTS, "pin_matches", I1),
    v("3", NSC, (rule(ANDROID_COM, BAD),), encounter(ANDROID_COM, *V1), BLOCKED_PIN, "no_pin_matches"),
    v("4", NSC, (rule(ANDROID_COM, BAD),), encounter("google.com", *V2), NOT_PINNED, "no_rule_for_host"),
    v(
        "5",
        NSC,
        (rule(ANDROID_COM, BAD, until="2015-01-01"),),
        encounter(ANDROID_COM, *V1),
        FAILS_OPEN,
        "pins_expired",
    ),
    v(
        "6",
        NSC,
        (LAPSING,),
        encounter("h.example", *V1, at=at("2027-01-30T23:59:59"), device=GREENWICH),
        BLOCKED_PIN,
        "no_pin_matches",
    ),
    v(
        "7",
        NSC,
        (LAPSING,),
        encounter("h.example", *V1, at=at("2027-01-31T00:00:01"), device=GREENWICH),
        FAILS_OPEN,
        "pins_expired",
    ),
    v(
        "8",
        NSC,
        (LAPSING,),
        encounter("h.example", *V1, at=at("2027-01-30T10:00:01"), device=KIRITIMATI),
        FAILS_OPEN,
        "pins_expired",
    ),
    v(
        "9",
        NSC,
        (rule(ANDROID_COM, BAD, anchors=OVERRIDING),),
        encounter(ANDROID_COM, *V1),
        FAILS_OPEN,
        "anchor_overrides_pins",
    ),
    v(
        "10",
        NSC,
        replace(pin_set(rule(ANDROID_COM, BAD)), debug_anchors=DEBUG_SYSTEM),
        encounter(ANDROID_COM, *V1, device=DEBUGGABLE),
        FAILS_OPEN,
        "anchor_overrides_pins",
    ),
    v(
        "11",
        NSC,
        replace(pin_set(rule(ANDROID_COM, BAD)), debug_anchors=DEBUG_SYSTEM),
        encounter(ANDROID_COM, *V1),
        BLOCKED_PIN,
        "no_pin_matches",
    ),
    v("12", NSC, (BAD_SUB, rule(DEVELOPER, pins=False)), encounter(DEVELOPER, *V1), NOT_PINNED, "rule_without_pins"),
    # A reader resolves nesting: the inner rule arrives with the pins it inherits.
    v("13", NSC, (BAD_SUB, rule(DEVELOPER, BAD)), encounter(DEVELOPER, *V1), BLOCKED_PIN, "no_pin_matches"),
    v("14", NSC, (BAD_SUB, rule(DEVELOPER)), encounter(DEVELOPER, *V1), NOT_PINNED, "empty_pin_list"),
    v("15", NSC, (rule(ANDROID_COM, BAD),), encounter(DEVELOPER, *V1), NOT_PINNED, "no_rule_for_host"),
    v("16", NSC, (rule("*.example.com", BAD),), encounter("api.example.com", *V1), NOT_PINNED, "no_rule_for_host"),
    v("17", NSC, (rule("a.com", "sha256/" + BAD),), encounter("b.com", *V1), CONFIG_ERROR, "not_base64"),
    v("18", NSC, (rule("a.com", BAD), rule("A.com", BAD)), encounter("b.com", *V1), CONFIG_ERROR, "duplicate_domain"),
    v("19", NSC, REFUSED_PIN_SET, encounter("b.com", *V1), CONFIG_ERROR, "pin_set_misplaced"),
    # A trust manager over a KeyStore sees a configuration without any rule (KeyStoreConfigSource.java).
    v("20", NSC, (), encounter(ANDROID_COM, *V1), NOT_PINNED, "no_rule_for_host"),
    v("21", NSC, (rule(ANDROID_COM, spki(L1)),), encounter("", *V1), BLOCKED_CHAIN, "host_name_missing"),
    v("22", NSC, (rule("h.example", spki(R1)),), encounter("h.example", *V1), CONNECTS, "pin_matches", R1),
    v(
        "23",
        NSC,
        (rule("h.example", spki(X)),),
        replace(encounter("h.example", *V1), served=(L1, I1, X)),
        BLOCKED_PIN,
        "no_pin_matches",
    ),
    v(
        "24",
        NSC,
        (rule("h.example", spki(L1)),),
        replace(encounter("h.example", problem=MISSING_INTERMEDIATE), served=(L1,)),
        BLOCKED_CHAIN,
        "missing_intermediate",
    ),
    v(
        "25",
        NSC,
        (rule("h.example", spki(L1)),),
        replace(encounter("h.example", *V1, device=Device(cached_intermediates=(I1,))), served=(L1,)),
        CONNECTS,
        "pin_matches",
        L1,
    ),
    v("26", NSC, (rule("h.example", spki(R1)),), encounter("h.example", *V2), BLOCKED_PIN, "no_pin_matches"),
    v(
        "27",
        NSC,
        (rule("h.example", spki(R1)),),
        encounter("h.example", L2, I2, C.r2_by_r1, R1),
        CONNECTS,
        "pin_matches",
        R1,
    ),
]

# OkHttp's own tests call their certificates A1, B1 and C1; any three with different keys do.
A1, B1, C1 = X, L1, L2
WILD_AND_DIRECT = (rule("*.example.com", sha256(spki(A1))), rule("a.example.com", sha256(spki(B1))))
DEEP = (rule("**.example.co.uk", sha256(spki(A1))),)
STAR = (rule("*.example.com", sha256(spki(A1))),)

SQUARE = [
    v("28", OKHTTP, WILD_AND_DIRECT, encounter("a.example.com", B1), CONNECTS, "pin_matches", B1),
    v("28b", OKHTTP, WILD_AND_DIRECT, encounter("a.example.com", A1), CONNECTS, "pin_matches", A1),
    v("29", OKHTTP, WILD_AND_DIRECT, encounter("a.example.com", C1), BLOCKED_PIN, "no_pin_matches"),
    v("30", OKHTTP, DEEP, encounter("foo.bar.baz.example.co.uk", B1), BLOCKED_PIN, "no_pin_matches"),
    v("31", OKHTTP, DEEP, encounter("anotherexample.co.uk", B1), NOT_PINNED, "no_rule_for_host"),
    v("32", OKHTTP, STAR, encounter("example.com", B1), NOT_PINNED, "no_rule_for_host"),
    v("32b", OKHTTP, STAR, encounter("a.b.example.com", B1), NOT_PINNED, "no_rule_for_host"),
    v("33", OKHTTP, (rule("h", sha256(spki(R1))),), encounter("h", *V1), CONNECTS, "pin_matches", R1),
    v(
        "34",
        OKHTTP,
        (rule("h", sha256(spki(X))),),
        replace(encounter("h", L2, I1, R1), served=(L2, I1, X)),
        BLOCKED_PIN,
        "no_pin_matches",
    ),
    v("35", OKHTTP, (rule("h", "sha512/" + BAD),), encounter("h", *V1), CONFIG_ERROR, "wrong_prefix"),
    v("35b", OKHTTP, (rule("h", "sha256/a"),), encounter("h", *V1), CONFIG_ERROR, "not_base64"),
    v("35c", OKHTTP, (rule("example.*", sha256(BAD)),), encounter("h", *V1), CONFIG_ERROR, "host_pattern_refused"),
    v("36", OKHTTP, (rule("h", "sha1/" + spki_sha1(C1)),), encounter("h", C1), CONNECTS, "pin_matches", C1),
    v(
        "37",
        OKHTTP,
        (rule("h", sha256(spki(L1))),),
        encounter("h", C.l1_renewed),
        CONNECTS,
        "pin_matches",
        C.l1_renewed,
    ),
]

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

OWN = (rule("www.x.com", sha256(spki(L1)), sha256(BAD)),)
DUMMY = (rule("www.x.com", sha256(spki(L1)), "dummy"),)
OLD_LEAF_2 = (L2, I1, R1)
AMAZON_ROOTS = (rule("app.customer.com", *map(sha256, AMAZON)),)
ACM = (ACM_LEAF, ACM_CA, AMAZON_R1)
STRONG = (L1, C.i3072, R1)

OUTSYSTEMS = [
    v("61", OS_ANDROID, OWN, encounter("a.www.x.com", *OLD_LEAF_2), BLOCKED_PIN, "no_pin_matches"),
    v("62", OS_IOS, OWN, encounter("a.www.x.com", *OLD_LEAF_2), NOT_PINNED, "no_rule_for_host"),
    v(
        "63",
        OS_IOS,
        (rule("www.x.com", sha256(spki(L1)), sha256(spki(L1))),),
        encounter("www.x.com", *V1),
        CONFIG_ERROR,
        "too_few_distinct_pins",
    ),
    v(
        "63b",
        OS_ANDROID,
        (rule("www.x.com", sha256(spki(L1)), sha256(spki(L1))),),
        encounter("www.x.com", *V1),
        CONNECTS,
        "pin_matches",
        L1,
    ),
    v("64", OS_ANDROID, DUMMY, encounter("www.x.com", *V1), CONFIG_ERROR, "not_base64"),
    v("64b", OS_IOS, DUMMY, encounter("www.x.com", *V1), CONFIG_ERROR, "not_base64"),
    v("65", OS_ANDROID, AMAZON_ROOTS, encounter("app.customer.com", *ACM), CONNECTS, "pin_matches", AMAZON_R1),
    v("65b", OS_IOS, AMAZON_ROOTS, encounter("app.customer.com", *ACM), CONNECTS, "pin_matches", AMAZON_R1),
    v("66", OS_IOS, OWN, encounter("www.x.com", *STRONG), CONFIG_ERROR, "crashes_on_key_type"),
    v("66b", OS_ANDROID, OWN, encounter("www.x.com", *STRONG), CONNECTS, "pin_matches", L1),
]


@pytest.mark.parametrize("vector", [*ANDROID, *SQUARE, *TRUST_KIT, *OUTSYSTEMS], ids=lambda vector: vector.number)
def test_vector(vector: Vector) -> None:
    decision = decide(vector.client, vector.policy, vector.met)

    matched = decision.match.certificate if decision.match else None
    assert (decision.outcome, decision.reason.code, matched) == (vector.outcome, vector.code, vector.matched)
