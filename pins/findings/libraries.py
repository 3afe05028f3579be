"""Findings about the files and calls of single libraries: TrustKit, React Native, Wultra, Approov, build actions."""

from pins.findings.kind import FindingKind

_NO_LIST = "The library cannot read the list because of it and trusts no certificate, so that nothing connects."

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
    FindingKind(
        "no_pins_injected",
        "warning",
        "No pins in the build action",
        "The build action writes neither a Network Security Config nor a TrustKit configuration, so it pins nothing.",
        "Upload the build action in which the pins are.",
    ),
    FindingKind(
        "pins_not_read",
        "warning",
        "Pins that are not read here",
        "certdash does not follow this part of the file, so what is pinned there stays open.",
        "Upload the file that the build makes of it.",
    ),
    FindingKind(
        "entry_malformed", "error", "Entry without a fingerprint", _NO_LIST, "Give every entry its fingerprint."
    ),
    FindingKind(
        "entry_without_name", "error", "Entry without a name", _NO_LIST, "Write the certificate's common name."
    ),
    FindingKind(
        "expires_not_read", "error", "Entry without an end", _NO_LIST, "Write `expires` as a number of unix seconds."
    ),
    FindingKind(
        "expires_in_milliseconds",
        "warning",
        "End in milliseconds",
        "The library reads seconds, so the entry never ends and the list is fetched anew too seldom.",
        "Write the end in unix seconds.",
    ),
    FindingKind(
        "fingerprint_expires",
        "info",
        "Fingerprint ends",
        "After its end the client forgets the entry and blocks every connection that only this entry fits.",
        "Put the next certificate into the list before that.",
    ),
    FindingKind(
        "single_fingerprint",
        "warning",
        "Only one fingerprint for a name",
        "On the day the certificate is renewed, every app that has not fetched a newer list stops connecting.",
        "Add the next certificate to the list before it is served.",
    ),
    FindingKind(
        "no_fingerprints",
        "warning",
        "Empty list of fingerprints",
        "The library trusts no certificate before it has fetched a list with something in it.",
        "Add the fingerprint of the certificate in use.",
    ),
    FindingKind(
        "trust_not_validated",
        "error",
        "Chain is not evaluated",
        "Ktor's pinner is told not to evaluate the chain, so that a certificate nobody vouches for may be accepted.",
        "Remove validateTrust(false).",
    ),
    FindingKind(
        "key_hashes_missing",
        "error",
        "Domain without key hashes",
        "Android skips the domain; iOS rejects the whole configuration, so that nothing is pinned there.",
        "Give the domain its publicKeyHashes, two different ones or more.",
    ),
    FindingKind(
        "expiration_rejected",
        "error",
        "Date that Android rejects",
        "The library rejects the whole configuration on Android because of it, so that nothing is pinned there.",
        "Write the date as year-month-day with four, two and two digits.",
    ),
    FindingKind(
        "certificate_not_given",
        "info",
        "Certificate file that is not given",
        "The source names the file and does not hold it, so what it pins stays open and no verdict rests on it.",
        "Upload the .cer files of the app beside the source.",
    ),
    FindingKind(
        "www_not_pinned",
        "warning",
        "Host with www. is not pinned",
        "The library takes www. off the host before it pins it, and the request still goes to the host with it.",
        "Ask for a host without www., or pin with another library.",
    ),
    FindingKind(
        "security_disabled",
        "error",
        "Every check is switched off",
        "With disableAllSecurity the call accepts any certificate on iOS and pins nothing on Android.",
        "Remove disableAllSecurity from what users get.",
    ),
    FindingKind("not_a_list", "error", "Host without a list", "The pinner cannot be built from it.", "Write a list."),
    FindingKind(
        "managed_roots_unused",
        "info",
        "Managed roots that no host uses",
        "They stand in for the pins of hosts with an empty list, and there is none.",
        "Nothing, if every host is meant to have pins of its own.",
    ),
)
