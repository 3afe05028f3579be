"""Findings about rules: which hosts they cover, how long they hold, what gets round them."""

from pins.findings.kind import FindingKind

RULES = (
    FindingKind(
        "wildcard_ignored",
        "error",
        "Wildcard that the client does not know",
        "The client takes the star literally, so the rule covers no host and the connections meant are not pinned.",
        "Write the bare domain and include its subdomains in the way the format has for it.",
    ),
    FindingKind(
        "misplaced_star",
        "error",
        "Star in the wrong place",
        "OkHttp 4 and later throw an exception because of it; older ones keep the rule and never match it.",
        "Write `*.example.com` for one label or, from OkHttp 4.3, `**.example.com` for any depth.",
    ),
    FindingKind(
        "trailing_dot",
        "warning",
        "Full stop at the end of a host",
        "The client takes the full stop off the host it connects to but not off the rule, so the rule covers no host.",
        "Remove the full stop.",
    ),
    FindingKind(
        "unicode_domain",
        "warning",
        "Host name not in ASCII",
        "Connections use the ASCII form of the name (`xn--…`), so this rule covers no host.",
        "Write the ASCII form.",
    ),
    FindingKind(
        "not_a_host",
        "error",
        "Not a host name",
        "A scheme, port, path or blank makes this a text that no host equals, so the connections meant are not pinned.",
        "Write the host name alone.",
    ),
    FindingKind(
        "pin_outside_pin_set",
        "error",
        "Pin outside a pin set",
        "Android skips a <pin> that is not directly inside <pin-set>, so it protects nothing.",
        "Move it into the <pin-set> of its <domain-config>.",
    ),
    FindingKind(
        "empty_pin_set",
        "warning",
        "Pin set without pins",
        "An empty pin set switches pinning off for its hosts, also where an enclosing rule has pins.",
        "Add pins, or remove the empty pin set.",
    ),
    FindingKind(
        "pin_set_expires",
        "info",
        "Pin set expires",
        "From that day on the app connects without checking pins. Nobody notices, because nothing fails.",
        "Ship a release with a later date in time, or without one once there is a backup key.",
    ),
    FindingKind(
        "expires_before_rotation",
        "warning",
        "Pins expire before the rotation",
        "The pins are switched off before or soon after that, and then nothing protects the app.",
        "Ship a release whose pins hold and whose date is later.",
    ),
    FindingKind(
        "expiration_misread",
        "warning",
        "Date is read as another one",
        "Android reads a date from the start of the text and ignores the rest, so the pins end on another day.",
        "Write the date as year-month-day with four, two and two digits.",
    ),
    FindingKind(
        "pins_overridden",
        "warning",
        "Trust anchors that override pins",
        "A chain to such an anchor is accepted without looking at the pins. On `system` that is every public chain.",
        "Remove overridePins, or keep it inside <debug-overrides>.",
    ),
    FindingKind(
        "platforms_drift",
        "warning",
        "Android and iOS differ",
        "The two builds of one app pin different keys or hosts, so one of them can fail while the other works.",
        "Bring both files to the same pins in the next release.",
    ),
    FindingKind(
        "pins_bypassed",
        "warning",
        "Part of the app bypasses the pins",
        "A library in the app does its own TLS and never looks at these pins.",
        "Pin in that library too, or make it use the platform's TLS.",
    ),
)
