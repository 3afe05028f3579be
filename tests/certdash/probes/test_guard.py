"""The address guard: the public internet and nothing else, unless a network is allowed by name."""

import pytest

from certdash.probes.guard import parse_networks, refusal

LOOPBACK = parse_networks(["127.0.0.0/8"])


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("0.0.0.0", "unspecified"),
        ("::", "unspecified"),
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("::1", "loopback"),
        ("10.1.2.3", "private"),
        ("172.31.255.255", "private"),
        ("192.168.0.1", "private"),
        ("fd12::1", "private"),
        ("100.64.0.1", "carrier NAT"),
        ("100.127.255.255", "carrier NAT"),
        ("169.254.169.254", "metadata"),
        ("100.100.100.200", "metadata"),
        ("168.63.129.16", "metadata"),
        ("fd00:ec2::254", "metadata"),
        ("169.254.1.1", "link-local"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("224.0.0.1", "multicast"),
        ("ff02::1", "multicast"),
        ("203.0.113.9", "documentation"),
        ("2001:db8::1", "documentation"),
        ("255.255.255.255", "reserved"),
        ("198.18.0.1", "reserved"),
        ("::ffff:8.8.8.8", "IPv4-mapped"),
        ("::ffff:127.0.0.1", "IPv4-mapped"),
        ("::127.0.0.1", "IPv4-mapped"),
        ("2002:7f00:1::1", "6to4"),
        ("2001:0:7f00:1::1", "Teredo"),
        ("64:ff9b::127.0.0.1", "loopback"),
        ("64:ff9b::169.254.169.254", "metadata"),
        ("64:ff9b:1::1", "local NAT64"),
    ],
)
def test_a_forbidden_address_is_refused_by_the_name_of_its_network(address: str, kind: str) -> None:
    assert refusal(address, ()) == kind


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "100.63.255.255", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "64:ff9b::1.1.1.1"]
)
def test_a_public_address_is_let_through(address: str) -> None:
    assert refusal(address, ()) is None


def test_an_allowed_network_lets_its_addresses_through_in_that_form_only() -> None:
    answers = [refusal(address, LOOPBACK) for address in ("127.0.0.1", "::ffff:127.0.0.1", "::1", "10.0.0.1")]
    assert answers == [None, "IPv4-mapped", "loopback", "private"]


def test_networks_are_read_from_settings_and_a_wrong_one_is_named() -> None:
    assert parse_networks(["127.0.0.0/8", " 10.1.2.3 ", ""]) == parse_networks(["127.0.0.0/8", "10.1.2.3/32"])
    with pytest.raises(ValueError, match="'intranet' does not appear to be an IPv4 or IPv6 network"):
        parse_networks(["intranet"])
