"""Findings about certificates that an app bundles to pin them."""

from pins.findings.kind import FindingKind

_CONVERT = "openssl x509 -in bundled.pem -outform der -out bundled.cer"

BUNDLED = (
    FindingKind(
        "leaf_as_only_anchor",
        "warning",
        "Only a server's own certificate is bundled",
        "Every bundled certificate is that of a server, and it changes at every renewal, at least once a year. The app "
        "cannot connect from then on, in most clients even where the key stays.",
        "Bundle the certificate of the authority that issues it as well, or the next certificate beside this one.",
    ),
    FindingKind(
        "expired_certificate_bundled",
        "warning",
        "Bundled certificate has expired",
        "No server should serve it any more, so comparing with it saves nobody. iOS refuses it as a trust anchor too; "
        "Android does not look at its dates.",
        "Replace the bundled file by the certificate in use now.",
    ),
    FindingKind(
        "pem_certificate",
        "warning",
        "PEM, which Apple's own reader does not take",
        "Alamofire ignores the file, and certificate mode of AFNetworking and of what builds on it crashes on it. "
        "Android and the Capgo plugin read it.",
        f"Bundle it in DER: {_CONVERT}",
    ),
    FindingKind(
        "text_before_certificate",
        "warning",
        "Text before the certificate",
        "Android takes a file that does not begin with its BEGIN line for DER and fails, so the app has no pins or "
        "cannot connect.",
        f"Remove everything before the BEGIN line, or bundle it in DER: {_CONVERT}",
    ),
    FindingKind(
        "pkcs7_certificate",
        "warning",
        "Certificate in a PKCS#7 file",
        "No client on iOS reads it. Android reads the first certificate of it.",
        "Bundle each certificate as a .cer file of its own: openssl pkcs7 -inform der -in bundled.p7b -print_certs",
    ),
    FindingKind(
        "pkcs7_pem_certificate",
        "warning",
        "Certificate in a PKCS#7 file in PEM",
        "No client on iOS reads it, and Android fails on it.",
        "Bundle each certificate as a .cer file of its own: openssl pkcs7 -in bundled.p7b -print_certs",
    ),
    FindingKind(
        "further_certificate",
        "warning",
        "Further certificate in one file",
        "Clients read at most the first certificate of a file, so this one protects nothing.",
        "Bundle each certificate as a file of its own. To check several DER files here, give them joined into one.",
    ),
    FindingKind(
        "duplicate_certificates",
        "info",
        "The same certificate twice",
        "The copy adds nothing.",
        "Remove it, or put the next certificate in its place.",
    ),
    FindingKind(
        "not_a_certificate",
        "info",
        "Something else beside the certificates",
        "Clients skip what is no certificate, so it does nothing.",
        "Remove it from the file.",
    ),
)
