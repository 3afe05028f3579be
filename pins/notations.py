"""The notations in which people write digests, and what the form alone tells about a pin that cannot work."""

import base64
import hashlib
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from pins.encodings import decode_nsdata, is_canonical
from pins.pinset import PinKind

MAXIMUM_TOKEN = 4_000
EMPTY_INPUT = hashlib.sha256(b"").digest()
LONE_NEWLINE = hashlib.sha256(b"\n").digest()
LENGTHS = {PinKind.SPKI_SHA256: 32, PinKind.CERTIFICATE_SHA256: 32, PinKind.SPKI_SHA1: 20, PinKind.CERTIFICATE_SHA1: 20}

# A pin with one of these can never be the hash of a key, so it is nobody's backup.
DEAD = frozenset(
    {
        "placeholder_pin",
        "hash_of_empty_input",
        "hash_of_newline",
        "wrong_length",
        "hex_pin",
        "base64_of_hex_pin",
        "not_base64",
        "wrong_prefix",
        "unresolved_code",
        "read_as_file_name",
        "key_in_a_file",
        "unknown_separator",
        "certificate_for_key",
        "not_a_fingerprint",
    }
)

_PREFIX = re.compile(
    r"(?i)pin-sha256\s*=\s*|sha-?(?:256|1)//?|sha-?(?:256|1)\s*(?:fingerprint)?\s*[:=]\s*"
    r"|(?:sha2?-?(?:256|1))?\([^)\s]*\)\s*=\s*"  # openssl dgst
)
_SUM = re.compile(r"([0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})[ \t][ *]\S.*")  # sha256sum: hash and name of the file
_HEX = re.compile(r"[0-9A-Fa-f]+")
_SEPARATORS = re.compile(r"[\s:\-]")
_RAW_KEYS = ("30", "04")  # PKCS #1 RSAPublicKey and an uncompressed EC point, as .NET prints them


class Candidate(NamedTuple):
    """One thing a written digest may be; a form alone never tells key from certificate."""

    kind: PinKind
    digest: bytes


def normalise_token(text: str) -> tuple[Candidate, ...]:
    """Every reading of a digest in any notation, likeliest first; empty when it is none.

    Base64 with or without `sha256/`, `sha256//`, `SHA256:` or `pin-sha256="…"`, hex with or without separators, base64
    of hex, and the raw public key in hex.
    """
    found = [one for body in _bodies(_token(text)) for one in (*_from_hex(body), *_from_base64(body))]
    return tuple(dict.fromkeys(found))


def spelled_base64(text: str, digest: bytes) -> str:
    """The base64 of `digest` as the token spells it, loose last bits and all; made anew where it spells none."""
    spelled = (body for body in _bodies(_token(text)) if decode_nsdata(body) == digest)
    return next(spelled, base64.b64encode(digest).decode())


def token_body(text: str) -> tuple[str, bool]:
    """The token without its prefix, and whether it has one."""
    token = _token(text)
    body = next(_bodies(token))
    return body, body != token


def hex_inside(text: str) -> bytes | None:
    """The digest that a base64 text holds as hex digits: the classic mistake of encoding printed hex."""
    raw = _base64(text)
    if raw is None or len(raw) not in (40, 41, 64, 65):
        return None
    inner = raw.decode("ascii", "replace").strip()
    return bytes.fromhex(inner) if len(inner) in (40, 64) and _HEX.fullmatch(inner) else None


def pin_problem(body: str, digest: bytes | None, kind: PinKind) -> str | None:
    """The finding code for a pin whose text without prefix is `body`, from its form alone; None where it looks right.

    `digest` is what the client decodes. `non_canonical_base64` and `sha1_pin` are no obstacle to every client.
    """
    if _hex_digest(body) is not None:
        return "hex_pin"
    if hex_inside(body) is not None:
        return "base64_of_hex_pin"
    if digest is None:
        return "not_base64"
    if len(digest) != LENGTHS.get(kind, len(digest)):
        return "sha1_pin" if len(digest) == 20 else "wrong_length"
    return constant_problem(body, digest) or _notation_problem(body, kind)


def constant_problem(body: str, digest: bytes) -> str | None:
    """The finding code of a digest that needs no knowledge to be told as nobody's: of nothing, or a placeholder."""
    if digest == EMPTY_INPUT:
        return "hash_of_empty_input"
    if digest == LONE_NEWLINE:
        return "hash_of_newline"
    is_repeated = len(set(digest)) == 1 or len(set(body.strip().rstrip("="))) == 1
    return "placeholder_pin" if is_repeated else None


def _notation_problem(body: str, kind: PinKind) -> str | None:
    if kind in (PinKind.SPKI_SHA1, PinKind.CERTIFICATE_SHA1):
        return "sha1_pin"
    return None if is_canonical(body) else "non_canonical_base64"


def _token(text: str) -> str:
    token = text[:MAXIMUM_TOKEN].strip().rstrip(";,").strip("\"' \t")
    listed = _SUM.fullmatch(token)
    return listed[1] if listed else token


def _bodies(token: str) -> Iterator[str]:
    """The token without its prefix. `sha256//…` is read both ways: OkHttp's prefix is shorter than curl's."""
    prefix = _PREFIX.match(token)
    if prefix is None:
        yield token
        return
    body = token[prefix.end() :].strip("\"' \t")
    yield body
    if prefix[0].endswith("//"):
        yield "/" + body


def _from_hex(body: str) -> Iterator[Candidate]:
    digits = _SEPARATORS.sub("", body)
    if not _HEX.fullmatch(digits) or len(digits) % 2:
        return
    digest = bytes.fromhex(digits)
    has_separators = digits != body
    kinds = _kinds(len(digest))
    for kind in reversed(kinds) if has_separators or len(digest) == 20 else kinds:
        yield Candidate(kind, digest)
    if len(digest) > 32 and digits.startswith(_RAW_KEYS):
        yield Candidate(PinKind.RAW_KEY, digest)


def _from_base64(body: str) -> Iterator[Candidate]:
    digest = hex_inside(body) or _base64(body) or b""
    for kind in _kinds(len(digest)):
        yield Candidate(kind, digest)


def _kinds(length: Literal[20, 32] | int) -> tuple[PinKind, ...]:
    if length == 32:
        return PinKind.SPKI_SHA256, PinKind.CERTIFICATE_SHA256
    return (PinKind.SPKI_SHA1, PinKind.CERTIFICATE_SHA1) if length == 20 else ()


def _hex_digest(body: str) -> bytes | None:
    digits = _SEPARATORS.sub("", body.strip())
    return bytes.fromhex(digits) if len(digits) in (40, 64) and _HEX.fullmatch(digits) else None


def _base64(text: str) -> bytes | None:
    body = re.sub(r"\s", "", text).translate(str.maketrans("-_", "+/")).rstrip("=")
    if len(body) % 4 == 1 or not re.fullmatch(r"[A-Za-z0-9+/]*", body):
        return None
    return base64.b64decode(body + "=" * (-len(body) % 4))


def written_like(text: str, digest: bytes) -> str:
    """`digest` in the notation of `text`, a fingerprint: hex in its case and with its separator, else base64."""
    digits = text.strip()
    separator = digits[2:3] if digits[2:3] in (":", " ", "-") else ""
    if not _HEX.fullmatch(_SEPARATORS.sub("", digits)):
        return base64.b64encode(digest).decode()
    written = digest.hex(separator) if separator else digest.hex()
    return written if digits == digits.lower() else written.upper()
