"""What certification authorities are known to do: rotating intermediates, and keys that they published."""

import base64
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from pins.certificate import Certificate
from pins.distrust import values_of


class Habit(NamedTuple):
    """A CA whose next leaf comes from another intermediate, recognised by the issuer name of its leaves."""

    owner: str
    text: str
    names: tuple[str, ...]
    source: str


ROTATING = (
    Habit(
        "Let's Encrypt",
        "Let's Encrypt draws one of several intermediates at random for each certificate",
        ("Let's Encrypt",),
        "letsencrypt.org/certificates, announcement of 2024-03-19",
    ),
    Habit(
        "Amazon",
        "Amazon changes its intermediates without notice",
        ("Amazon",),
        "aws.amazon.com/blogs/security/amazon-introduces-dynamic-intermediate-certificate-authorities",
    ),
    Habit(
        "GlobalSign",
        "GlobalSign Atlas replaces its shared intermediates every quarter",
        ("GlobalSign Atlas", "GlobalSign GCC"),
        "support.globalsign.com/atlas: Atlas TLS ICA rotations",
    ),
    Habit(
        "DigiCert",
        "DigiCert replaces its intermediates every six months",
        ("DigiCert",),
        "knowledge.digicert.com/alerts/DigiCert-ICA-Update",
    ),
)


def rotating_habit(leaf: Certificate) -> Habit | None:
    """The recorded habit of the CA that issued `leaf`, if it is one of rolling or random intermediates.

    It is known by an organisation or common name that is, or begins with, one of the habit's names.
    """
    issuer = values_of(leaf.issuer_text, "O=", "CN=")
    for habit in ROTATING:
        if any(value == name or value.startswith(f"{name} ") for name in habit.names for value in issuer):
            return habit
    return None


# Keys of CAs as they publish them, so that a pin on one is never taken for somebody's next leaf key.
# letsencrypt.org/certificates; aws.amazon.com and www.amazontrust.com/repository; pki.goog/repository
_PUBLISHED = {
    "C5+lpZ7tcVwmwQIMcRtPbsQtWLABXhQzejna0wHFr8M=": "ISRG Root X1",
    "diGVwiVYbubAI3RW4hB9xU8e/CH2GnkuvVFZE8zmgzI=": "ISRG Root X2",
    "sCkq5UWXjg+7mKu9lMhhYF5bGLsy7VI/UNW3tccdR7w=": "ISRG Root YE",
    "fk6IOKit1ild5647BH06ujSIq5XbCgqlbYl6ANhhi88=": "ISRG Root YR",
    "brzvtCELCIZUo4sD/qPX0ccRtPsd3DY6RfmxpOU9oB4=": "Let's Encrypt YE1",
    "s/tdAOmUzd8syaTuqfgGvFcn6DzA5Cmb+Vby1ST+U3Y=": "Let's Encrypt YE2",
    "ppiiCCS+BOR6GjPE+kiHMb6SAR8jox6QDiyibJwqz84=": "Let's Encrypt YE3",
    "LoMHBotttiDko50Gi13uXW71eIy7LAttI+rYT8wXF4w=": "Let's Encrypt YR1",
    "nWN7PSep5XDQdge5zK24CnCRXHr3KvzhKEGxsdqCX9E=": "Let's Encrypt YR2",
    "UaqofZhLVZrGnpKfiIoCLYMuCJ/026CkErUQG8pLx5k=": "Let's Encrypt YR3",
    "YLh1dUR9y6Kja30RrAn7JKnbQG/uEtLMkBgFF2Fuihg=": "Let's Encrypt X1 and X3",
    "sRHdihwgkaib1P1gxX8HFszlD+7/gTfNvuAybgLPNis=": "Let's Encrypt X4",
    "jQJTbIh0grw0/1TkHSumWb+Fs0Ggogr621gT3PvPKG0=": "Let's Encrypt R3",
    "J2/oqMTsdhFWW/n85tys6b4yDBtb6idZayIEBx7QTxA=": "Let's Encrypt E1",
    "vZNucrIS7293MQLGt304+UKXMi78JTlrwyeUIuDIknA=": "Let's Encrypt E2",
    "y7xVm0TVJNahMr2sZydE2jQH8SquXV9yLF9seROHHHU=": "Let's Encrypt E7",
    "Vjs8r4z+80wjNcr1YKepWQboSIRi63WsWXhIMN+eWys=": "DST Root CA X3",
    "++MBgDH5WGvL9Bcn5Be30cRcL0f5O+NyoXuWtQdX1aI=": "Amazon Root CA 1",
    "f0KW/FtqTjs108NpYj42SrGvOB2PpxIVM8nWxjPqJGE=": "Amazon Root CA 2",
    "NqvDJlas/GRcYbcWE8S/IceH9cq77kg0jVhZeAPXq8k=": "Amazon Root CA 3",
    "9+ze1cZgR9KO1kZrVDxA4HQ6voHRCSVNz4RdTCx4U8U=": "Amazon Root CA 4",
    "KwccWaCgrnaw6tsrrSO61FgLacNgG2MMLq8GE6+oP5I=": "Starfield Services Root CA - G2",
    "r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E=": "DigiCert Global Root CA",
    "i7WTqTvh0OioIruIfFR4kMPnBqrS2rdiVPl/s2uC/CY=": "DigiCert Global Root G2",
    "uUwZgwDOxcBXrQcntwu+kYFpkiVkOaezL0WYEZ3anJc=": "DigiCert Global Root G3",
    "hxqRlPTu1bMS/0DITB1SSu0vd4u/8l8TjPgfaAp63Gc=": "GTS Root R1",
    "mEflZT5enoR1FuXLgYYGqnVEoZvmf9c2bVBpiOjYQ0c=": "GTS Root R4",
    "kIdp6NNEd8wsugYyyIYFsi1ylMCED3hZbSR8ZFsa/A4=": "Google Trust Services WE1",
    "K87oWBWM9UZfyddvDfoxL+8lpNyoUB2ptGtn0fv6G2Q=": "GlobalSign Root CA",
    "Y9mvm0exBk1JoQ57f9Vm28jKo5lFm/woKcVxrYxu80o=": "Baltimore CyberTrust Root",
    "x4QzPSC810K5/cMjb05Qm4k3Bw5zBn4lTdO/nEW/Td4=": "USERTrust RSA Certification Authority",
}
PUBLISHED_KEYS: Mapping[bytes, str] = MappingProxyType(
    {base64.b64decode(pin): f"the key of {name}" for pin, name in _PUBLISHED.items()}
)
