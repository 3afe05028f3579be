"""What somebody typed or pasted into the search box: a name, a host, a hash in any notation, a certificate, a key."""

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from pins.certificate import parse_certificate
from pins.errors import PinError
from pins.notations import normalise_token
from pins.pem import read_blocks

LONGEST = 4000
_PREFIX = re.compile(r"(?i)pin-sha256\s*=\s*[\"']?|sha-?256(?://?|\s*(?:fingerprint)?\s*[:=]\s*)")
# 64 digits are a whole SHA-256, and 43 characters are one in base64.
# `<pin digest="SHA-256">…</pin>`, `<key>…</key><string>…</string>`: what pages offer to copy is searched for too.
_ELEMENT = re.compile(r"<.*>([^<>]+)</\w+>\s*", re.DOTALL)
_HEX, _BASE64 = re.compile(r"[0-9a-f]{8,63}"), re.compile(r"[A-Za-z0-9+/]{8,42}")


@dataclass(frozen=True, slots=True)
class Question:
    """`digests` and `prefixes` are hex, `kind` is what it was read as; a `refusal` says why nothing is searched."""

    text: str
    host: str = ""
    digests: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    kind: str = "a name"
    refusal: str = ""

    @property
    def short(self) -> str:
        return self.text if len(self.text) <= 32 else f"{self.text[:20]}…"

    def names(self, name: str) -> bool:
        return name.casefold() == self.text.casefold()


def read_question(given: str) -> Question:
    text = given.replace("\x00", "").strip()[:LONGEST]
    if len(text) < 2:
        refusal = (
            "Search for a host, an app, a customer, a fingerprint or a pin in any notation; two characters at least."
        )
        return Question(text, refusal=refusal)
    if "-----BEGIN" in text or "PuTTY-User-Key-File" in text:
        return _armoured(text)
    written = inside[1] if (inside := _ELEMENT.fullmatch(text)) else text
    if digests := tuple(dict.fromkeys(one.digest.hex() for one in normalise_token(written))):
        return Question(text, _host(text), digests, kind="a hash")
    prefixes = tuple(dict.fromkeys(_prefixes(text)))
    # A long word in small letters is searched as both, too: one pin in sixty begins like one.
    is_hash = prefixes and not text.islower()
    return Question(text, _host(text), (), prefixes, "a name and as the beginning of a hash" if is_hash else "a name")


def _armoured(text: str) -> Question:
    """Browsers take the line breaks out of what is pasted into one line."""
    lines = re.sub(r"(-----BEGIN [A-Z0-9 ]+-----)(.+?)(-----END)", r"\1\n\2\n\3", text, flags=re.DOTALL)
    try:
        digests = [digest for block in read_blocks(lines.encode()) for digest in _hashes(block.label, block.body)]
    except PinError as error:
        if error.code == "private_key":
            return Question("", refusal=f"{error.sentence} It stands in the address of this page and in its history.")
        digests = []
    if not digests:
        refusal = (
            "What you pasted cannot be read as a certificate or a public key, perhaps because its end was cut off. "
            "Paste its fingerprint, or give the whole of it to Simulate."
        )
        return Question("", refusal=refusal)
    return Question(text, "", tuple(dict.fromkeys(digests)), kind="a certificate or a key")


def _hashes(label: str, body: bytes) -> tuple[str, ...]:
    """Of a certificate its own fingerprint: its key may be that of others too."""
    if label == "PUBLIC KEY":
        return (sha256(body).hexdigest(),)
    return (parse_certificate(body).sha256.hex(),)


def _prefixes(text: str) -> Iterator[str]:
    """The hex beginnings of hashes of which somebody copied the first characters, as pages show them; serial numbers
    are written likewise.
    """
    token = text.rstrip("….").strip("\"' ;,")
    body = token[found.end() :] if (found := _PREFIX.match(token)) else token
    digits = re.sub(r"[\s:\-]", "", body).lower().removeprefix("0x")
    if _HEX.fullmatch(digits):
        yield digits
    body = body.replace("-", "+").replace("_", "/").rstrip("=")
    if _BASE64.fullmatch(body):
        whole = body[: len(body) // 4 * 4]
        yield b64decode(whole).hex()


def _host(given: str) -> str:
    """The host of a URL or of `host:port/path`; a pin may hold slashes too, so only what has a dot is cut at one."""
    text = given.lower()
    host = re.split(r"[/:?#]", text.partition("://")[2] or text, maxsplit=1)[0].rstrip(".")
    return host if host and ("." in host or "://" in text) else text
