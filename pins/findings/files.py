"""Findings about the grammar of a pin file: what its client refuses, and what it skips without a word."""

from pins.findings.kind import FindingKind

_REFUSED = "Android refuses the whole configuration because of it, and every TLS connection of the app fails."
_SKIPPED = "Android skips it without a word, so it does nothing."
_BUILD = "The plugin refuses the file when the app is built, so no app with it comes about."


def _refused(code: str, title: str, remedy: str) -> FindingKind:
    return FindingKind(code, "error", title, _REFUSED, remedy)


FILES = (
    _refused("duplicate_domain", "The same domain twice", "Keep one <domain> of that name and merge the pins."),
    _refused("domain_missing", "Rule without a domain", "Add a <domain> to the <domain-config>, or remove it."),
    _refused("empty_domain", "Domain without a name", "Write the host name between <domain> and </domain>."),
    _refused("domain_with_elements", "Element inside a domain", "Keep only the host name inside <domain>."),
    _refused("misplaced_domain", "Domain outside a domain-config", "Move the <domain> into a <domain-config>."),
    _refused("misplaced_pin_set", "Pin set outside a domain-config", "Android cannot pin every host; pin domains."),
    _refused("several_pin_sets", "Several pin sets in one rule", "Merge the pins into one <pin-set>."),
    _refused("several_trust_anchors", "Several trust-anchors in one rule", "Merge them into one <trust-anchors>."),
    _refused("several_base_configs", "Several base-configs", "Merge them into one <base-config>."),
    _refused("several_debug_overrides", "Several debug-overrides", "Merge them into one <debug-overrides>."),
    _refused("misplaced_domain_config", "Domain-config in the wrong place", "Move it to the top or into another one."),
    _refused("unknown_digest", "Unknown digest", 'Write digest="SHA-256", the only one that Android knows.'),
    _refused("empty_pin", "Pin without a hash", "Write the base64 hash between <pin> and </pin>, or remove the pin."),
    _refused("pin_with_elements", "Element inside a pin", "Keep only the hash inside <pin>."),
    _refused("invalid_expiration", "Impossible date", "Write an existing date as year-month-day: 2027-01-31."),
    _refused("missing_src", "Certificates without src", "Write src as system, user or the name of a resource."),
    _refused("unknown_src", "Unknown source of certificates", "Write src as system, user or the name of a resource."),
    FindingKind("unknown_element", "info", "Unknown element", _SKIPPED, "Correct its name, or remove it."),
    FindingKind("misplaced_element", "warning", "Element in the wrong place", _SKIPPED, "Move it to where it belongs."),
    FindingKind(
        "not_a_boolean",
        "warning",
        "Neither true nor false",
        'Android takes every text but "true", "TRUE" and "1" as false.',
        'Write "true" or "false".',
    ),
    FindingKind(
        "split_text",
        "warning",
        "Comment inside a value",
        "What Android reads around a comment depends on the tool that compiles the file, and it may refuse the result.",
        "Move the comment out of the element.",
    ),
    FindingKind(
        "debug_only_error",
        "info",
        "Error in the debug part",
        "Builds that are debuggable refuse the whole configuration because of it; released builds never look.",
        "Repair it for the sake of your testers.",
    ),
    FindingKind("hosts_missing", "error", "No hosts", _BUILD, "Give `hosts` as a list with at least one host."),
    FindingKind("host_missing", "error", "Entry without a host", _BUILD, "Give every entry a `host` with a full name."),
    FindingKind(
        "hashes_missing", "error", "Entry without hashes", _BUILD, "Give every entry `hashes` as a list of two."
    ),
    FindingKind(
        "too_few_hashes",
        "error",
        "Fewer than two hashes",
        _BUILD,
        "Add the pin of a backup key. A text like `dummy` is no way round: the app would not start on iOS.",
    ),
    FindingKind(
        "not_a_text",
        "error",
        "Hash that is no text",
        "The plugin expects every hash as a text and fails on anything else.",
        "Put the hash in double quotes.",
    ),
    FindingKind(
        "duplicate_host",
        "warning",
        "The same host twice",
        "Android refuses a configuration that names a host twice; on iOS the last entry replaces the others.",
        "Merge the entries into one.",
    ),
    FindingKind(
        "duplicate_key",
        "warning",
        "The same key twice",
        "Only the last value of a repeated key counts, so the others do nothing.",
        "Remove or merge the earlier ones.",
    ),
    FindingKind(
        "unknown_key",
        "info",
        "Unknown key",
        "Nobody reads it, so it does nothing.",
        "Correct its name, or remove it.",
    ),
)
