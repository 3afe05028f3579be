"""Host names and what lies below them, as far as clients agree on it; who matches what is decided in `rules`."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from ipaddress import AddressValueError, IPv6Address
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_FORBIDDEN = re.compile(r"[^!-~]|[#%/:?@\[\\\]]")


class SuffixList(Protocol):
    """A public-suffix list, as the clients that carry one ask it."""

    def registry_length(self, host: str) -> int:
        """The length of the public suffix of `host`; 0 where the list knows none (`localhost`, unknown endings)."""
        ...


class BundledSuffixes:
    """The list of the `publicsuffixlist` package, loaded at the first question and never before."""

    def registry_length(self, host: str) -> int:
        return len(_bundled_suffix(host) or "")


BUNDLED_SUFFIXES = BundledSuffixes()


def parents(host: str) -> Iterator[str]:
    """Every name above `host`, nearest first: `b.c` and `c` for `a.b.c`."""
    at = host.find(".")
    while at >= 0:
        yield host[at + 1 :]
        at = host.find(".", at + 1)


def without_last_dot(host: str) -> str:
    """`host` without exactly one trailing dot."""
    return host[:-1] if host.endswith(".") else host


def wire_host(host: str) -> str:
    """`host` as a TLS stack is told it: an internationalised name in punycode, anything else unchanged."""
    return host if host.isascii() else _punycode(host) or host


def canonical_host(host: str) -> str | None:
    """Lower-case ASCII (IDN to punycode), None where the name cannot be a host."""
    # OkHttp -HostnamesCommon.kt toCanonicalHost
    if ":" in host:
        return _compressed(host.removeprefix("[").removesuffix("]"))
    name = host.lower() if host.isascii() else _punycode(host)
    return name if name is not None and _is_plausible(name) else None


def _compressed(address: str) -> str | None:
    try:
        return IPv6Address(address).compressed
    except AddressValueError:
        return None


def _punycode(host: str) -> str | None:
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None


def _is_plausible(name: str) -> bool:
    labels = without_last_dot(name).split(".")
    if len(name) > 253 or any(not 1 <= len(label) <= 63 for label in labels):
        return False
    return not _FORBIDDEN.search(name)


@lru_cache(maxsize=4096)
def _bundled_suffix(host: str) -> str | None:
    suffix = _bundled_list().publicsuffix(host, keep_case=True)
    return suffix if isinstance(suffix, str) else None


@cache
def _bundled_list() -> "PublicSuffixList":
    # Here and not above: reading the list takes longer than most decisions, and few of them need it.
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_unknown=False)
