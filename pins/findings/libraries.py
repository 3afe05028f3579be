"""Findings about the files and calls of single libraries: TrustKit, React Native, Wultra, Approov, build actions."""

from pins.findings.kind import FindingKind

LIBRARIES = (
    FindingKind(
        "trustkit_digest",
        "error",
        "Digest that TrustKit does not take",
        "Android accepts any letter case here; TrustKit does not and throws an exception when the app starts it.",
        'Write digest="SHA-256".',
    ),
    FindingKind(
        "trustkit_domain_dropped",
        "warning",
        "Domain without a TrustKit policy",
        "TrustKit keeps the last <domain> of a <domain-config> only. For the others Android alone decides, and it "
        "always blocks.",
        "Give every domain its own <domain-config>.",
    ),
)
