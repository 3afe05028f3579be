"""The catalogue of every finding: a stable code, how bad it is, why it matters and what to do."""

from collections.abc import Mapping
from types import MappingProxyType

from pins.findings.apple import APPLE
from pins.findings.artefacts import ARTEFACTS
from pins.findings.bundled import BUNDLED
from pins.findings.certificates import CERTIFICATES
from pins.findings.files import FILES
from pins.findings.keys import KEYS
from pins.findings.kind import FindingKind, Severity
from pins.findings.libraries import LIBRARIES
from pins.findings.lines import LINES
from pins.findings.rules import RULES
from pins.findings.source import SOURCE

GROUPS: Mapping[str, tuple[FindingKind, ...]] = MappingProxyType(
    {
        "Pins": KEYS,
        "Rules": RULES,
        "Certificates and endpoints": CERTIFICATES,
        "Bundled certificates": BUNDLED,
        "Android files and plugin JSON": FILES,
        "Apple files and TrustKit": APPLE,
        "Lists of libraries": LIBRARIES,
        "Lists, command lines and headers": LINES,
        "Source code": SOURCE,
        "Built apps": ARTEFACTS,
    }
)
CATALOGUE: Mapping[str, FindingKind] = MappingProxyType(
    {
        kind.code: kind
        for kind in (
            *APPLE,
            *ARTEFACTS,
            *BUNDLED,
            *CERTIFICATES,
            *FILES,
            *KEYS,
            *LIBRARIES,
            *LINES,
            *RULES,
            *SOURCE,
        )
    }
)

__all__ = ["CATALOGUE", "GROUPS", "FindingKind", "Severity"]
