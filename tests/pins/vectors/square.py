"""Vectors 28 to 37: OkHttp's CertificatePinner."""

from dataclasses import replace

from pins.decision import Client
from tests.pins.encounters import BAD, encounter, rule, spki, spki_sha1
from tests.pins.vectors.row import BLOCKED_PIN, CONFIG_ERROR, CONNECTS, I1, L1, L2, NOT_PINNED, R1, V1, C, X, sha256, v

OKHTTP = Client.OKHTTP

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
