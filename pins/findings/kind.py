"""The shape of a finding in the catalogue."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class FindingKind:
    """`title` is the name in lists, `why` the harm, `remedy` what to do. An error stops an app or protects nothing."""

    code: str
    severity: Severity
    title: str
    why: str
    remedy: str
