"""Findings about built apps: what in them could not be read, and what of their files does nothing."""

from pins.findings.kind import FindingKind

_UNKNOWN = "Pins may stand in it, so no verdict on this app can be good."
_BUILD = "Build or download the app again; if it stays, give the pin file from the source of the app."

ARTEFACTS = (
    FindingKind("unreadable_member", "error", "File in the app that cannot be read", _UNKNOWN, _BUILD),
    FindingKind("encrypted_member", "error", "File in the app that is encrypted", _UNKNOWN, _BUILD),
    FindingKind("missing_member", "error", "File that the app names and does not have", _UNKNOWN, _BUILD),
    FindingKind(
        "unsupported_member",
        "error",
        "File in the app of a kind that is not read",
        _UNKNOWN,
        "Give its source by itself.",
    ),
    FindingKind(
        "oversized_member",
        "error",
        "File in the app that is too large",
        f"Reading it would cost more than any configuration is worth. {_UNKNOWN}",
        _BUILD,
    ),
    FindingKind(
        "duplicate_member",
        "error",
        "The same file twice in the app",
        f"Which of them a device would take is not known, and Android refuses such an app. {_UNKNOWN}",
        _BUILD,
    ),
    FindingKind(
        "member_headers_differ",
        "error",
        "File in the app that is described in two ways",
        f"Which description a device would follow is not known, and Android refuses such an app. {_UNKNOWN}",
        _BUILD,
    ),
    FindingKind(
        "bytes_after_archive",
        "warning",
        "Bytes behind the end of the app",
        "Android refuses to install such a file, so it is not what users have.",
        "Download the app again.",
    ),
    FindingKind(
        "code_not_read",
        "info",
        "Code that is not read",
        "The app may pin in code that certdash does not read, so that nothing is pinned is not known.",
        "Give the source that holds the pins, if there are any.",
    ),
    FindingKind(
        "pins_without_hosts",
        "warning",
        "Pins in the code without their hosts",
        "Which hosts the app compares them for is known to the code alone, so what does not match is open.",
        "Give the source that builds them.",
    ),
    FindingKind(
        "superseded_pin_file",
        "info",
        "Pin file that the build step has taken over",
        "The app on the phone reads what was made from it and not the file itself.",
        "Nothing, as long as both hold the same pins.",
    ),
    FindingKind(
        "pins_not_built_in",
        "error",
        "Pins that the build step left out",
        "The file with the pins is in the app and what should have been made from it is not, so nothing is pinned.",
        "Look at the log of the build for the plugin's step, and build the app again.",
    ),
)
