"""Vectors 61 to 66: the OutSystems plugin on both platforms."""

from pins.certificate import UnknownCertificate
from pins.decision import Client
from tests.pins.encounters import BAD, amazon_root, encounter, rule, spki
from tests.pins.vectors.row import BLOCKED_PIN, CONFIG_ERROR, CONNECTS, I1, L1, L2, NOT_PINNED, R1, V1, C, sha256, v

OS_ANDROID, OS_IOS = Client.OUTSYSTEMS_ANDROID, Client.OUTSYSTEMS_IOS
AMAZON = [
    "++MBgDH5WGvL9Bcn5Be30cRcL0f5O+NyoXuWtQdX1aI=",
    "f0KW/FtqTjs108NpYj42SrGvOB2PpxIVM8nWxjPqJGE=",
    "NqvDJlas/GRcYbcWE8S/IceH9cq77kg0jVhZeAPXq8k=",
    "9+ze1cZgR9KO1kZrVDxA4HQ6voHRCSVNz4RdTCx4U8U=",
    "KwccWaCgrnaw6tsrrSO61FgLacNgG2MMLq8GE6+oP5I=",
]
AMAZON_R1 = amazon_root(AMAZON[0])
ACM_LEAF, ACM_CA = UnknownCertificate("leaf"), UnknownCertificate("intermediate")
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
