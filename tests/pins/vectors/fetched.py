"""Vectors 75 to 77: pins that the app fetches, Wultra's and Approov's."""

import base64
import json

from pins.certificate import Certificate
from pins.decision import Client
from pins.encounter import Encounter
from pins.formats import read
from tests.pins.encounters import encounter, spki
from tests.pins.vectors.row import BLOCKED_PIN, CONNECTS, I1, L1, R1, v
from tests.pki import NOW, Authority

WULTRA_ANDROID, WULTRA_IOS, APPROOV = Client.WULTRA_ANDROID, Client.WULTRA_IOS, Client.APPROOV
AUTHORITY = Authority.root("Root 1").authority("Issuing 1")
NAMED = AUTHORITY.leaf("www.x.com").facts
WILD = AUTHORITY.leaf("*.x.com").facts
PAST, FUTURE = int(NOW.timestamp()) - 1, int(NOW.timestamp()) + 86_400


def listed(name: str, fingerprint: bytes, expires: int) -> bytes:
    entry = {"name": name, "fingerprint": base64.b64encode(fingerprint).decode(), "expires": expires}
    return json.dumps({"fingerprints": [entry]}).encode()


def met(leaf: Certificate) -> Encounter:
    return encounter("www.x.com", leaf, I1, R1)


ENDED = read(listed("www.x.com", NAMED.sha256, PAST))
LIVE = read(listed("www.x.com", NAMED.sha256, FUTURE))
WILDCARD = read(listed("www.x.com", WILD.sha256, FUTURE))
MANAGED = read(json.dumps({"api.x.com": [], "*": [spki(R1)]}).encode())

FETCHED = [
    v("75", WULTRA_ANDROID, ENDED, met(NAMED), BLOCKED_PIN, "fingerprints_empty"),
    v("75b", WULTRA_IOS, ENDED, met(NAMED), BLOCKED_PIN, "fingerprints_empty"),
    v("75c", WULTRA_ANDROID, LIVE, met(NAMED), CONNECTS, "fingerprint_matches", NAMED),
    v("75d", WULTRA_IOS, LIVE, met(NAMED), CONNECTS, "fingerprint_matches", NAMED),
    v("76", WULTRA_ANDROID, WILDCARD, met(WILD), BLOCKED_PIN, "fingerprints_empty"),
    v("76b", WULTRA_IOS, WILDCARD, met(WILD), BLOCKED_PIN, "fingerprints_empty"),
    v("77", APPROOV, MANAGED, encounter("api.x.com", L1, I1, R1), CONNECTS, "pin_matches", R1),
]
