"""Which addresses a probe may connect to: public ones, and the networks that a setting allows by name."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
Networks = tuple[Network, ...]

_KINDS = {
    "unspecified": ("0.0.0.0/8", "::/128"),  # RFC 1122 §3.2.1.3
    "loopback": ("127.0.0.0/8", "::1/128"),
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"),  # RFC 1918, 4193, 3879
    "carrier NAT": ("100.64.0.0/10",),  # RFC 6598
    "metadata": ("169.254.169.254/32", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", "fd00:ec2::254/128"),
    "link-local": ("169.254.0.0/16", "fe80::/10"),  # RFC 3927, RFC 4291 §2.5.6
    "multicast": ("224.0.0.0/4", "ff00::/8"),
    "documentation": ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"),  # RFC 5737
    "reserved": ("192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4", "100::/64", "2001:2::/48", "5f00::/16"),  # RFC 6890
    # An IPv4 address in IPv6 clothes would pass a guard that looks at the clothes only; nobody serves the web there.
    "IPv4-mapped": ("::ffff:0:0/96", "::/96", "::ffff:0:0:0/96"),  # RFC 4291 §2.5.5, RFC 2765
    "6to4": ("2002::/16", "192.88.99.0/24"),  # RFC 3056, RFC 7526
    "Teredo": ("2001::/32",),  # RFC 4380
    "local NAT64": ("64:ff9b:1::/48",),  # RFC 8215
}
# Metadata services sit inside link-local and private space; the narrower network gives the better sentence.
_FORBIDDEN = sorted(
    ((ip_network(text), kind) for kind, texts in _KINDS.items() for text in texts), key=lambda row: -row[0].prefixlen
)
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the public IPv4 internet as an IPv6-only network sees it


def parse_networks(texts: Iterable[str]) -> Networks:
    """`127.0.0.0/8` or a single address; ValueError names the text that is neither."""
    return tuple(ip_network(text.strip(), strict=False) for text in texts if text.strip())


@lru_cache(maxsize=16_384)
def refusal(address: str, allowed: Networks) -> str | None:
    """The kind of network that forbids a connection to `address`, None when it may be connected to."""
    return _refusal(ip_address(address.partition("%")[0]), allowed)


def _refusal(address: IPv4Address | IPv6Address, allowed: Networks) -> str | None:
    if any(address in network for network in allowed):
        return None
    if isinstance(address, IPv6Address) and address in _NAT64:
        return _refusal(IPv4Address(int(address) & 0xFFFF_FFFF), allowed)
    return next((kind for network, kind in _FORBIDDEN if address in network), None)
