"""Which hosts a server certificate covers, as devices see it: subject alternative names, never the common name."""

import re
from functools import lru_cache
from ipaddress import ip_address

from pins.certificate import Certificate
from pins.errors import PinError

LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")


def covers(certificate: Certificate, host: str) -> bool:
    """RFC 9525 §6: exact names and `*` as a whole left-most label; an IP address needs an address entry.

    A wildcard right above the top-level domain (`*.com`) covers nothing: Apple and OpenSSL refuse it.
    """
    return _covers(certificate, host, fewest_dots=2)


def covers_on_android(certificate: Certificate, host: str) -> bool:
    """The same with wildcards right above the top-level domain, which OkHttp's verifier takes (3.13, run)."""
    return _covers(certificate, host, fewest_dots=1)


def _covers(certificate: Certificate, host: str, *, fewest_dots: int) -> bool:
    try:
        name = normalise_host(host)
    except PinError:
        return False
    if name in certificate.ip_addresses:
        return True
    if _is_address(name):
        return False
    return any(_matches(pattern, name, fewest_dots) for pattern in certificate.dns_names)


def _matches(pattern: str, name: str, fewest_dots: int) -> bool:
    pattern = pattern.lower().removesuffix(".")
    if pattern == name:
        return True
    if not pattern.startswith("*.") or pattern.count(".") < fewest_dots:
        return False
    label, _, parent = name.partition(".")
    return bool(label) and parent == pattern[2:]


@lru_cache(maxsize=8192)
def normalise_host(host: str) -> str:
    """Lower case, no trailing dot, internationalised names in punycode, addresses in their shortest form."""
    text = host.strip().removesuffix(".").lower()
    if address := _address(text.removeprefix("[").removesuffix("]")):
        return address
    try:
        name = text if text.isascii() else text.encode("idna").decode("ascii")
    except UnicodeError:
        raise _no_host(host) from None
    if not name or len(name) > 253 or not all(LABEL.match(label) for label in name.split(".")):
        raise _no_host(host)
    return name


def _no_host(host: str) -> PinError:
    shown = host if len(host) <= 80 else f"{host[:80]}…"
    return PinError(
        f"“{shown}” is no host name. Give the name alone, such as api.example.com, without https://, port or path.",
        code="host",
    )


def _is_address(name: str) -> bool:
    return ":" in name or name.replace(".", "").isdigit()


def _address(text: str) -> str | None:
    if ":" not in text and not text[-1:].isdigit():  # the usual name, which costs little this way
        return None
    try:
        return str(ip_address(text))
    except ValueError:
        return None
