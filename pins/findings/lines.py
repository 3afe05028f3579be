"""Findings about lists, tables, command lines and headers: files that are a few lines of text."""

from pins.findings.kind import FindingKind

LINES = (
    FindingKind(
        "unreadable_line",
        "warning",
        "Line that cannot be read",
        "The line is left out, so a pin that was meant here is missing from every decision.",
        "Correct the line, or mark it as a comment with `#`.",
    ),
    FindingKind(
        "unreadable_cell",
        "warning",
        "Cell that is not understood",
        "The cell is left out, so subdomains or an expiration that were meant here do not count.",
        "Write `true` or `false`, and dates as year-month-day: 2027-01-31.",
    ),
    FindingKind(
        "unknown_column",
        "info",
        "Column that is not read",
        "What the column says is not known, so it does nothing.",
        "Name the columns in the first row: host, pin, include_subdomains, expires.",
    ),
    FindingKind(
        "rows_differ",
        "warning",
        "Rows of one host that disagree",
        "A host has one policy with all its pins; what the later rows say about subdomains or the end is left out.",
        "Write the same in every row of the host.",
    ),
    FindingKind(
        "read_as_file_name",
        "error",
        "Taken for the name of a file",
        "curl reads a value that does not begin with `sha256//` as the name of a key file, finds none, and ends every "
        "connection with exit code 90.",
        "Write `sha256//` in small letters with two slashes before the base64.",
    ),
    FindingKind(
        "key_in_a_file",
        "warning",
        "Pin in a file of its own",
        "The pinned key is in a file that is not at hand, so whether it matches stays open.",
        "Give that key file as the pin file, or write its hash behind `sha256//`.",
    ),
    FindingKind(
        "unknown_separator",
        "error",
        "Separator that curl does not know",
        "curl splits at `;sha256//` and nowhere else. A blank, a comma or a semicolon at the end becomes part of the "
        "pin beside it, which then never matches.",
        "Write the pins as `sha256//…;sha256//…` without blanks and without a semicolon at the end.",
    ),
    FindingKind(
        "option_repeated",
        "warning",
        "Option given more than once",
        "Only the last one counts, so the pins of the earlier ones do nothing.",
        "Write all pins into one value with `;` between them.",
    ),
    FindingKind(
        "option_with_equals_sign",
        "error",
        "Equals sign behind an option",
        "curl does not know `--pinnedpubkey=…` on the command line and ends before it connects.",
        "Put a blank between the option and its value.",
    ),
    FindingKind(
        "certificate_for_key",
        "error",
        "Certificate where a public key belongs",
        "curl compares the file with the key of the leaf, and a certificate is never equal to a key.",
        "Take the key out of it: openssl x509 -pubkey -noout -in certificate.pem",
    ),
    FindingKind(
        "several_keys",
        "warning",
        "Several keys in one file",
        "curl reads the first key alone, so the others save nobody.",
        "Write their hashes instead: `sha256//…;sha256//…`.",
    ),
    FindingKind(
        "chain_not_validated",
        "warning",
        "Validation is switched off",
        "Any certificate of any authority is taken as long as the pin matches, an expired one too.",
        "Remove -k, or set CURLOPT_SSL_VERIFYPEER and CURLOPT_SSL_VERIFYHOST to their defaults.",
    ),
    FindingKind(
        "not_a_fingerprint",
        "error",
        "Not the fingerprint that is compared",
        "The plugin compares the hex digits of the hash of the whole certificate, SHA-256 unless the call asks for "
        "SHA-1. Base64, a prefix, another length, or anything but colons and blanks between the digits never matches.",
        "Print it: openssl x509 -noout -fingerprint -sha256 -in certificate.pem",
    ),
    FindingKind(
        "header_ignored",
        "warning",
        "Header that nobody obeys",
        "Browsers removed the Public-Key-Pins header years ago and apps never read it, so it protects nobody.",
        "Remove it, and pin in the app itself if that is what is meant.",
    ),
    FindingKind(
        "unknown_directive",
        "info",
        "Directive that the header does not have",
        "Readers of the header skip it.",
        "Correct its name, or remove it.",
    ),
)
