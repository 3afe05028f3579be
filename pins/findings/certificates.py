"""Findings about served certificates and about the endpoints that serve them."""

from pins.findings.kind import FindingKind

CERTIFICATES = (
    FindingKind(
        "expires_soon",
        "warning",
        "Expires soon",
        "A third of the lifetime or less is left. When it ends, no app and no browser connects.",
        "Renew it, and check here which pins the new one breaks before it is installed.",
    ),
    FindingKind(
        "expired",
        "error",
        "Expired",
        "The certificate is past its last day, so no app and no browser connects.",
        "Install a new one at once.",
    ),
    FindingKind(
        "not_yet_valid",
        "error",
        "Not valid yet",
        "The first day of the certificate lies ahead, so no app and no browser connects until then.",
        "Serve the older certificate until that day.",
    ),
    FindingKind(
        "chain_invalid",
        "error",
        "Chain that devices refuse",
        "A certificate of the chain breaks a rule of validation, so no app connects whatever it pins.",
        "Follow the sentence of the finding; the authority that issued the certificate can help.",
    ),
    FindingKind(
        "lifetime_too_long",
        "error",
        "Lifetime above the limit",
        "Browsers and Apple devices refuse certificates valid for longer than the limit of their day of issue.",
        "Have it issued again with a permitted lifetime.",
    ),
    FindingKind(
        "name_mismatch",
        "error",
        "Certificate for another name",
        "The certificate does not cover the host, so ordinary validation fails before any pin is looked at.",
        "Install a certificate that names this host.",
    ),
    FindingKind(
        "chain_incomplete",
        "error",
        "Intermediate missing",
        "The server leaves out an intermediate. Android never fetches it, so apps there cannot connect.",
        "Install the full chain.",
    ),
    FindingKind(
        "chain_misordered",
        "warning",
        "Chain in the wrong order",
        "Each certificate should be followed by its issuer; some clients do not sort them.",
        "Put the leaf first and each issuer behind what it signed.",
    ),
    FindingKind(
        "chain_superfluous",
        "info",
        "Certificates that are not needed",
        "They slow every connection and never satisfy a pin.",
        "Remove what is not part of the path, and the root.",
    ),
    FindingKind(
        "path_search_cut_short",
        "warning",
        "Too many ways to a root",
        "Its certificates sign each other in so many ways that the search for paths has to stop at its limit, so what "
        "depends on the path an app takes stays open.",
        "Serve the leaf and the intermediates of one way to a root, and nothing else.",
    ),
    FindingKind(
        "weak_key",
        "error",
        "Weak key",
        "RSA keys below 2,048 bits and odd curves are refused by current devices.",
        "Have it issued again with RSA 2,048 or P-256.",
    ),
    FindingKind(
        "weak_signature",
        "error",
        "Weak signature",
        "Signatures with SHA-1 or MD5 are refused by current devices.",
        "Have it issued again with SHA-256.",
    ),
    FindingKind(
        "self_signed",
        "error",
        "Self-signed",
        "No trust store holds this certificate, so ordinary validation fails; pins cannot repair that.",
        "Install a certificate of an authority that the devices trust.",
    ),
    FindingKind(
        "untrusted_root",
        "error",
        "Root not trusted",
        "The chain ends in a root that is not in the trust store, so ordinary validation fails there.",
        "Install a certificate of an authority that the devices trust.",
    ),
    FindingKind(
        "root_distrusted",
        "warning",
        "Root distrusted from a date on",
        "Certificates issued under this root after that date are refused, so the next one needs another authority.",
        "Choose the next authority now and add its pin.",
    ),
    FindingKind(
        "chains_differ",
        "warning",
        "Addresses serve different chains",
        "Whether an app connects depends on which address it meets. A rotation may be under way or half done.",
        "Install the same chain everywhere.",
    ),
    FindingKind(
        "successor_contradicted",
        "error",
        "Another certificate than the announced one",
        "What is served since contradicts what was registered as next: pins that were shipped for the announcement "
        "need not match it, and what is said of the next rotation rests on a word that did not hold.",
        "Ask the owner of the certificate which of the two holds. If what is served stays, withdraw the successor or "
        "register the one that really follows; if it was a mistake, have the announced certificate installed.",
    ),
    FindingKind(
        "platform_certificate_on_custom_domain",
        "warning",
        "Custom domain serves the platform's certificate",
        "The host is meant to have its own certificate, so ordinary validation fails or the vendor's rotation hits it.",
        "Install the domain's own certificate.",
    ),
    FindingKind(
        "endpoint_unreachable",
        "error",
        "Endpoint unreachable",
        "Nothing could be read, so nobody knows what it serves now.",
        "Check the address, the port and the firewall, then check again.",
    ),
)
