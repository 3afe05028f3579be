"""Vectors 58 to 60: TrustKit on Android, and the rest of the app beside it."""

from pins.decision import Client
from pins.formats import read
from pins.pinset import PinSet
from tests.pins.encounters import BAD, BAD_2, encounter
from tests.pins.vectors.row import BLOCKED_PIN, CONFIG_ERROR, FAILS_OPEN, L2, R2, v

TRUSTKIT, NSC = Client.TRUSTKIT_ANDROID, Client.ANDROID_NSC
GITHUB = "www.github.com"
MET = encounter(GITHUB, L2, R2)


def config(*pins: str, enforced: str = "") -> PinSet:
    listed = "".join(f'<pin digest="SHA-256">{one}</pin>' for one in pins)
    source = f"""<network-security-config><domain-config><domain>{GITHUB}</domain>
      <pin-set>{listed}</pin-set><trustkit-config{enforced}/></domain-config></network-security-config>"""
    return read(source.encode())


REPORTED = config(BAD, BAD_2, enforced=' enforcePinning="false"')

TRUST_KIT_ANDROID = [
    v("58", TRUSTKIT, REPORTED, MET, FAILS_OPEN, "report_only"),
    v("58b", TRUSTKIT, config(BAD, BAD_2), MET, FAILS_OPEN, "report_only"),
    v("59", NSC, REPORTED, MET, BLOCKED_PIN, "no_pin_matches"),
    v(
        "60",
        TRUSTKIT,
        config(BAD, enforced=' enforcePinning="true"'),
        MET,
        CONFIG_ERROR,
        "too_few_distinct_pins",
    ),
]
