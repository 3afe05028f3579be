"""Validated paths: which chains from leaf to trust anchor a device can build, in its own order of preference."""

from dataclasses import dataclass
from enum import StrEnum

from pins.certificate import ChainCertificate
from pins.decision import Reason


class PathOrder(StrEnum):
    """Whose path builder: each prefers other issuers when several fit."""

    CONSCRYPT = "conscrypt"
    APPLE = "apple"
    OPENSSL = "openssl"


@dataclass(frozen=True, slots=True)
class ValidatedPaths:
    """The paths of one served chain on one trust store at one instant, best first.

    Without a path `problem` says why: `expired`, `not_yet_valid`, `missing_intermediate`, `untrusted_root`,
    `self_signed`, and so on.
    `is_exhausted` False: the budget of signature checks or paths ran out, so a further path may exist.
    """

    trust_store: str
    paths: tuple[tuple[ChainCertificate, ...], ...]
    problem: Reason | None = None
    is_exhausted: bool = True
