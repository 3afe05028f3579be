"""Findings about single pins and about which keys they stand for."""

from pins.findings.kind import FindingKind

SPKI_COMMAND = "openssl x509 -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64"

KEYS = (
    FindingKind(
        "platform_key_pinned",
        "error",
        "Key of the platform's certificate is pinned",
        "The platform vendor owns this certificate and changes it at least once a year, at short notice or with none. "
        "On that day the app stops connecting until users install a new version.",
        "Ship a release with the next pin beside the current one, then move to your own domain and certificate.",
    ),
    FindingKind(
        "single_pin",
        "warning",
        "Only one pin",
        "When the one pinned key changes or is lost, every installed app stops connecting until a new release.",
        "Create a backup key, keep it offline, and ship its pin beside the current one.",
    ),
    FindingKind(
        "no_backup_key",
        "warning",
        "No backup key",
        "Every pin is the key of a certificate in use now. A key that has to be replaced at once leaves no way out.",
        "Create a key that no certificate uses yet, register it here, and ship its pin.",
    ),
    FindingKind(
        "duplicate_pins",
        "warning",
        "The same pin twice",
        "The second copy protects nothing, so there may be one key fewer than planned. TrustKit on iOS counts distinct "
        "pins only and crashes the app at launch when fewer than two remain.",
        "Replace the copy with the pin of a backup key.",
    ),
    FindingKind(
        "placeholder_pin",
        "error",
        "Placeholder from a tutorial",
        "No key on earth has this hash, so the pin never matches. A rule with nothing else blocks every connection.",
        "Replace it with the pin of a real backup key.",
    ),
    FindingKind(
        "hash_of_empty_input",
        "error",
        "Hash of nothing",
        "This is the SHA-256 of no bytes at all: the command that made it got no key. `openssl rsa` on an EC "
        "certificate does that. The pin never matches.",
        f"Compute it again, for any key type: {SPKI_COMMAND}",
    ),
    FindingKind(
        "hash_of_newline",
        "error",
        "Hash of an empty line",
        "This is the SHA-256 of a lone line end: the command that made it got no key. The pin never matches.",
        f"Compute it again: {SPKI_COMMAND}",
    ),
    FindingKind(
        "wrong_length",
        "error",
        "Wrong length",
        "A SHA-256 hash has 32 bytes. Android and TrustKit refuse the whole configuration because of another length, "
        "other clients keep the pin and never match it.",
        f"Copy the pin again whole, or compute it: {SPKI_COMMAND}",
    ),
    FindingKind(
        "hex_pin",
        "error",
        "Hex where base64 belongs",
        "The client reads the hex digits as base64 and gets other bytes, so the pin never matches or the configuration "
        "is refused. A hash with colons is nearly always that of the certificate and not that of its key.",
        f"Write the base64 of the key's hash: {SPKI_COMMAND}",
    ),
    FindingKind(
        "base64_of_hex_pin",
        "error",
        "Base64 of hex digits",
        "Printed hex was encoded instead of the hash itself, so the pin is twice as long and never matches.",
        f"Encode the binary hash: {SPKI_COMMAND}",
    ),
    FindingKind(
        "sha1_pin",
        "warning",
        "SHA-1 pin",
        "Only OkHttp understands SHA-1 pins. Android and TrustKit refuse the whole configuration because of one.",
        f"Replace it with the SHA-256 pin of the same key: {SPKI_COMMAND}",
    ),
    FindingKind(
        "pem_hash_pin",
        "error",
        "Hash of the key's PEM text",
        "The text with the BEGIN line was hashed instead of the key's bytes, so the pin never matches.",
        f"Compute it from the binary form: {SPKI_COMMAND}",
    ),
    FindingKind(
        "certificate_hash_pin",
        "error",
        "Certificate fingerprint where a key hash belongs",
        "This is the hash of a whole certificate. The client hashes the key alone, so the pin never matches.",
        f"Compute the hash of the key: {SPKI_COMMAND}",
    ),
    FindingKind(
        "key_hash_pin",
        "error",
        "Hash of a key where a certificate fingerprint belongs",
        "The client compares the hash of the whole certificate, so the hash of its key alone never matches.",
        "Compute the fingerprint of the certificate: openssl x509 -noout -fingerprint -sha256",
    ),
    FindingKind(
        "not_base64",
        "error",
        "Not a hash",
        "The text is no base64, so it is no pin. Most clients refuse the whole configuration because of it.",
        "Replace it with a real pin, or with that of a backup key.",
    ),
    FindingKind(
        "wrong_prefix",
        "error",
        "Wrong prefix",
        "The client knows other prefixes than this one and refuses the pin, or reads the prefix as part of the hash.",
        "Write the pin the way this kind of file needs it: `sha256/` and base64 in code and JSON, bare base64 in XML.",
    ),
    FindingKind(
        "missing_prefix",
        "warning",
        "No prefix",
        "The documentation asks for `sha256/` before every hash; devices below Android 7 refuse the pin without it.",
        "Write `sha256/` before the hash.",
    ),
    FindingKind(
        "non_canonical_base64",
        "info",
        "Not the usual spelling of base64",
        "Most clients accept this spelling, but those that compare pins as text never match it.",
        "Copy the pin again from its source, with the `=` at its end and without blanks.",
    ),
    FindingKind(
        "pin_never_seen",
        "info",
        "Matches nothing ever seen",
        "No certificate or registered key has this hash. It may be a backup key that nobody registered, or a mistake.",
        "Register the key if it is yours, otherwise replace the pin.",
    ),
    FindingKind(
        "expired_ca_pin",
        "warning",
        "Pin of an expired certificate authority",
        "Nothing that this authority signs is valid any more, so the pin saves nobody.",
        "Replace it with the authority in use now or with a backup key.",
    ),
    FindingKind(
        "distrusted_ca_pin",
        "warning",
        "Pin of a distrusted certificate authority",
        "Devices stop accepting new certificates of this authority, so the next one comes from another authority.",
        "Add the pin of the authority that comes next, or of a backup key.",
    ),
    FindingKind(
        "leaf_in_ca_list",
        "error",
        "Leaf pin in a list for authorities",
        "This list is compared with intermediates and roots only, so the pin of a leaf never matches there.",
        "Move the pin to the list for leaf certificates.",
    ),
    FindingKind(
        "ca_in_leaf_list",
        "error",
        "Pin of an authority in a list for leaves",
        "This list is compared with the server's own certificate only, so the pin of an authority never matches there.",
        "Move the pin to the list for authorities.",
    ),
)
