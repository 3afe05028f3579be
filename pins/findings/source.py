"""Findings about source code that builds pins: what only running it would tell."""

from pins.findings.kind import FindingKind

_OPEN = "certdash reads source and never runs it, so what is pinned here stays open and no verdict rests on it."

SOURCE = (
    FindingKind(
        "unresolved_code",
        "warning",
        "Value that only running tells",
        _OPEN,
        "Write the value as a literal or as a constant of the same file, or upload the built app.",
    ),
    FindingKind(
        "conditional_code",
        "warning",
        "Pins under a condition",
        "Whether these pins are there depends on a condition that holds when the app runs. " + _OPEN,
        "Upload the code of each variant by itself.",
    ),
    FindingKind(
        "unsupported_code",
        "warning",
        "Pinner built in an unknown way",
        _OPEN,
        "Build it with CertificatePinner.Builder().add(…), or upload the built app.",
    ),
    FindingKind(
        "no_pins_in_source",
        "warning",
        "No pins in the source",
        "The code names CertificatePinner and adds no pin to it, so nothing is pinned by this file.",
        "Upload the file in which the pins are added.",
    ),
    FindingKind(
        "empty_pattern",
        "error",
        "Empty host pattern",
        "OkHttp throws an exception because of it, so the app cannot make its client.",
        "Write the host name.",
    ),
)
