"""Vectors 67 to 73: clients whose pins are bundled certificates.

No file tells the switched-off validation of 70, so its rule is made here. 20 and 73 say that Android's own file does
not speak for a client with a trust store of its own.
"""

from dataclasses import replace
from datetime import timedelta

from pins.decision import Client, Reason
from tests.pins.bundles import bundle
from tests.pins.encounters import encounter
from tests.pins.vectors.row import BLOCKED_CHAIN, BLOCKED_PIN, CONNECTS, I1, L1, L2, R1, V1, V2, C, v
from tests.pki import LEAF_UNTIL

CERTIFICATES, KEYS = Client.ALAMOFIRE_CERTIFICATES, Client.ALAMOFIRE_PUBLIC_KEYS
AFN_CERTIFICATES, AFN_KEYS = Client.AFNETWORKING_CERTIFICATES, Client.AFNETWORKING_PUBLIC_KEYS
HTTP_ANDROID, HTTP_IOS = Client.CORDOVA_ADVANCED_HTTP_ANDROID, Client.CORDOVA_ADVANCED_HTTP_IOS
H = "h.example"
RENEWED = (C.l1_renewed, I1, R1)
AFTER = LEAF_UNTIL + timedelta(days=1)

UNVALIDATED = tuple(replace(one, ignores_chain=True) for one in bundle(L1, host=H).rules)
UNTRUSTED = replace(encounter(H, problem=Reason("expired", "The leaf has expired.")), served=(L1,))

BUNDLED = [
    v("67", CERTIFICATES, bundle(L1, host="a.com"), encounter("b.com", *V1), BLOCKED_PIN, "no_evaluator_for_host"),
    v("68", CERTIFICATES, bundle(L1), encounter(H, *RENEWED), BLOCKED_PIN, "no_pin_matches"),
    v("69", KEYS, bundle(L1), encounter(H, *RENEWED), CONNECTS, "pin_matches", C.l1_renewed),
    v("70", CERTIFICATES, UNVALIDATED, UNTRUSTED, CONNECTS, "pin_matches", L1),
    v("70b", KEYS, UNVALIDATED, UNTRUSTED, CONNECTS, "pin_matches", L1),
    v("70c", CERTIFICATES, bundle(L1), UNTRUSTED, BLOCKED_CHAIN, "expired"),
    v(
        "70d",
        CERTIFICATES,
        (replace(UNVALIDATED[0], pins=bundle(R1).rules[0].pins),),
        UNTRUSTED,
        BLOCKED_PIN,
        "no_pin_matches",
    ),
    v("71", AFN_KEYS, bundle(), encounter(H, *V1), BLOCKED_PIN, "no_certificates_bundled"),
    v("71b", AFN_CERTIFICATES, bundle(), encounter(H, *V1), BLOCKED_PIN, "no_certificates_bundled"),
    v(
        "72",
        HTTP_ANDROID,
        bundle(L1),
        encounter(H, *V1, at=AFTER),
        CONNECTS,
        "path_to_pinned_certificate",
        L1,
    ),
    # The wrong pin of a Network Security Config beside it is no part of what this client reads.
    v("73", HTTP_ANDROID, bundle(I1), encounter(H, *V1), CONNECTS, "path_to_pinned_certificate", I1),
    # The rotation matrix: what is pinned against the kind of renewal.
    v("8a", HTTP_ANDROID, bundle(L1), encounter(H, *RENEWED), CONNECTS, "path_to_pinned_certificate", L1),
    v("8a2", HTTP_IOS, bundle(L1), encounter(H, *RENEWED), BLOCKED_PIN, "no_path_to_pinned_certificate"),
    v("8d", HTTP_ANDROID, bundle(R1), encounter(H, *V2), BLOCKED_PIN, "no_path_to_pinned_certificate"),
    v("8d2", CERTIFICATES, bundle(I1, R1), encounter(H, *V2), BLOCKED_PIN, "no_pin_matches"),
    v(
        "8e",
        HTTP_ANDROID,
        bundle(R1),
        encounter(H, L2, C.i2, C.r2_by_r1, R1),
        CONNECTS,
        "path_to_pinned_certificate",
        R1,
    ),
]
