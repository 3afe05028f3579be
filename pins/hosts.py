"""Host names and what lies below them, as far as clients agree on it; who matches what is decided in `rules`."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from ipaddress import AddressValueError, IPv6Address
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_LONGEST_NAME = 253
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


def canonical_host(host: str, *, has_longest_name: bool = True) -> str | None:
    """Lower-case ASCII (IDN to punycode), None where the name cannot be a host.

    `has_longest_name` False: names of more than 253 characters are taken, as by OkHttp's older versions.
    """
    # OkHttp -HostnamesCommon.kt toCanonicalHost
    if ":" in host:
        return _compressed(host[1:-1] if host.startswith("[") and host.endswith("]") else host)
    name = host.lower() if host.isascii() else _punycode(host)
    is_short = name is not None and (len(name) <= _LONGEST_NAME or not has_longest_name)
    return name if name is not None and is_short and _is_plausible(name) else None


def _compressed(address: str) -> str | None:
    """An IPv4 address in IPv6 clothes is that IPv4 address; a zone identifier belongs to no name."""
    try:
        found = IPv6Address(address)
    except AddressValueError:
        return None
    if found.scope_id is not None:
        return None
    return str(found.ipv4_mapped) if found.ipv4_mapped else found.compressed


def _punycode(host: str) -> str | None:
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None


def _is_plausible(name: str) -> bool:
    labels = without_last_dot(name).split(".")
    return all(1 <= len(label) <= 63 for label in labels) and not _FORBIDDEN.search(name)


@lru_cache(maxsize=4096)
def _bundled_suffix(host: str) -> str | None:
    suffix = _bundled_list().publicsuffix(host, keep_case=True)
    return suffix if isinstance(suffix, str) else None


@cache
def _bundled_list() -> "PublicSuffixList":
    # Here and not above: reading the list takes longer than most decisions, and few of them need it.
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_unknown=False)
