"""Vectors 1 to 27: Android Network Security Config."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pins.decision import Client
from pins.device import Device
from pins.errors import Place
from pins.pinset import AnchorSource, PinSet, Problem
from tests.pins.encounters import BAD, MISSING_INTERMEDIATE, encounter, pin_set, rule, spki
from tests.pins.vectors.row import (
    BLOCKED_CHAIN,
    BLOCKED_PIN,
    CONFIG_ERROR,
    CONNECTS,
    FAILS_OPEN,
    I1,
    I2,
    L1,
    L2,
    NOT_PINNED,
    R1,
    V1,
    V2,
    C,
    X,
    v,
)

NSC = Client.ANDROID_NSC
ANDROID_COM, DEVELOPER = "android.com", "developer.android.com"
GREENWICH, KIRITIMATI = Device(utc_offset=timedelta(0)), Device(utc_offset=timedelta(hours=14))
DEBUGGABLE = Device(is_debuggable=True)
LAPSING = rule("h.example", BAD, until="2027-01-31")
DEBUG_SYSTEM = (AnchorSource("system", overrides_pins=True, debug_only=True),)
OVERRIDING = (AnchorSource("system", overrides_pins=True),)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


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
