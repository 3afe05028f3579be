"""Vector 80: react-native-ssl-public-key-pinning, the same options on both platforms."""

from pins.decision import Client
from tests.pins.encounters import BAD, BAD_2, encounter, rule, spki
from tests.pins.vectors.row import BLOCKED_PIN, CONNECTS, L1, V1, v

ANDROID = Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_ANDROID
IOS = Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_IOS
OVERLAP = (rule("example.com", spki(L1), BAD, sub=True), rule("api.example.com", BAD, BAD_2))

REACT_NATIVE = [
    v("80", ANDROID, OVERLAP, encounter("api.example.com", *V1), CONNECTS, "pin_matches", L1),
    v("80b", IOS, OVERLAP, encounter("api.example.com", *V1), BLOCKED_PIN, "no_pin_matches"),
]
