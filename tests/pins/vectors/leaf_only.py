"""Vectors 74, 78 and 79: clients that compare the leaf alone."""

from dataclasses import replace

from pins.decision import Client
from pins.errors import Place
from pins.pinset import Pin, PinKind, PinRule
from tests.pins.encounters import encounter, rule, spki
from tests.pins.vectors.row import BLOCKED_CHAIN, BLOCKED_PIN, CONNECTS, I1, L1, L2, R1, V1, V2, C, v

HOST = "www.example.com"
CURL, FLUTTER = Client.CURL, Client.HTTP_CERTIFICATE_PINNING
L1_KEY = rule(HOST, "sha256//" + spki(L1))
INSECURE = replace(L1_KEY, ignores_chain=True)
L1_PRINTED = PinRule(HOST, Place(), (Pin(L1.sha256.hex(":").upper(), PinKind.CERTIFICATE_SHA256, None, Place()),))

LEAF_ONLY = [
    v("74", FLUTTER, (L1_PRINTED,), encounter(HOST, C.l1_renewed, I1, R1), BLOCKED_PIN, "no_pin_matches"),
    v("74b", FLUTTER, (L1_PRINTED,), encounter(HOST, *V1), CONNECTS, "pin_matches", L1),
    v("78", CURL, (INSECURE,), encounter(HOST, *V1), CONNECTS, "pin_matches", L1),
    v("78b", CURL, (INSECURE,), encounter(HOST, *V2), BLOCKED_PIN, "no_pin_matches"),
    v("78c", CURL, (INSECURE,), replace(encounter(HOST), served=(L1,)), CONNECTS, "pin_matches", L1),
    v("78d", CURL, (INSECURE,), replace(encounter(HOST), served=(L2,)), BLOCKED_PIN, "no_pin_matches"),
    v("78e", CURL, (L1_KEY,), replace(encounter(HOST), served=(L1,)), BLOCKED_CHAIN, "untrusted_root"),
    v("79", CURL, (rule(HOST, "sha256//" + spki(I1)),), encounter(HOST, *V1), BLOCKED_PIN, "no_pin_matches"),
]
