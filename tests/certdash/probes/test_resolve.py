"""From a host or an override to addresses."""

import asyncio
from pathlib import Path

import pytest

from certdash.probes.guard import parse_networks
from certdash.probes.reading import ReadFailure, Target
from certdash.probes.resolve import Destination, Located, Resolver, has_ipv6, parse_override

LOOPBACK = parse_networks(["127.0.0.0/8"])


def located(target: Target) -> Located:
    return asyncio.run(Resolver(LOOPBACK, 4).locate(target))


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("192.0.2.1", ("192.0.2.1", None)),
        ("192.0.2.1:8443", ("192.0.2.1", 8443)),
        ("2001:db8::1", ("2001:db8::1", None)),
        ("[2001:db8::1]", ("2001:db8::1", None)),
        ("[2001:db8::1]:8443", ("2001:db8::1", 8443)),
        ("192.0.2.1:0", (None, None)),
        ("192.0.2.1:65536", (None, None)),
        ("192.0.2.1:²", (None, None)),
        ("www.example.test", (None, None)),
        ("", (None, None)),
    ],
)
def test_an_override_is_an_address_with_or_without_a_port(text: str, parsed: tuple[str | None, int | None]) -> None:
    assert parse_override(text) == parsed


def test_overrides_replace_name_resolution_and_keep_their_own_port() -> None:
    target = Target(1, "nowhere.invalid", 443, ("127.0.0.2", "127.0.0.3:8443"))

    assert located(target) == (
        Destination("127.0.0.2", 443, "127.0.0.2"),
        Destination("127.0.0.3", 8443, "127.0.0.3:8443"),
    )


def test_an_override_into_a_forbidden_network_is_refused_and_its_neighbour_is_not() -> None:
    target = Target(1, "www.example.test", 443, ("10.0.0.1", "127.0.0.1"))

    assert located(target) == (
        (
            "10.0.0.1",
            ReadFailure(
                "refused_address",
                "10.0.0.1 lies in private address space, which is not probed. Correct the name, or allow the network "
                "in PROBE_ALLOWED_NETWORKS.",
            ),
        ),
        Destination("127.0.0.1", 443, "127.0.0.1"),
    )


def test_an_override_that_is_no_address_is_a_failure_with_a_remedy() -> None:
    assert located(Target(1, "www.example.test", 443, ("www",))) == (
        (
            "www",
            ReadFailure(
                "invalid_override",
                "'www' is not an address to connect to. Write 192.0.2.1, 192.0.2.1:8443 or [2001:db8::1]:443.",
            ),
        ),
    )


def test_a_name_in_the_hosts_file_resolves_and_is_guarded_after_that() -> None:
    assert located(Target(1, "localhost")) == (Destination("127.0.0.1", 443, "127.0.0.1"),)
    assert asyncio.run(Resolver((), 4).locate(Target(1, "localhost")))[0] == (
        "127.0.0.1",
        ReadFailure(
            "refused_address",
            "127.0.0.1 lies in loopback address space, which is not probed. Correct the name, or allow the network in "
            "PROBE_ALLOWED_NETWORKS.",
        ),
    )


@pytest.mark.parametrize(
    ("host", "failure"),
    [
        (
            "nowhere.invalid",
            ReadFailure("resolution_failed", "nowhere.invalid has no address. Check the name and its DNS records."),
        ),
        ("a..b", ReadFailure("invalid_host", "'a..b' is not a host name. Correct it.")),
        ("a" * 64 + ".test", ReadFailure("invalid_host", f"'{'a' * 64}.test' is not a host name. Correct it.")),
    ],
)
def test_a_name_without_an_address_is_a_failure_without_one(host: str, failure: ReadFailure) -> None:
    assert located(Target(1, host)) == (("", failure),)


@pytest.mark.parametrize(
    ("table", "answer"),
    [
        ("00000000000000000000000000000001 01 80 10 80 lo\n", False),
        ("fe800000000000000000000000000001 02 40 20 80 eth0\n", False),
        (
            "fe800000000000000000000000000001 02 40 20 80 eth0\n20010db8000000000000000000000001 02 40 00 80 eth0\n",
            True,
        ),
        ("", False),
    ],
)
def test_only_a_wider_address_of_this_machine_makes_ipv6_worth_asking_for(
    table: str, answer: bool, tmp_path: Path
) -> None:
    (tmp_path / "if_inet6").write_text(table)

    assert has_ipv6(tmp_path / "if_inet6") is answer


def test_a_kernel_without_ipv6_has_no_table_and_a_system_without_tables_may_have_ipv6(tmp_path: Path) -> None:
    assert [has_ipv6(tmp_path / "if_inet6"), has_ipv6(tmp_path / "proc" / "if_inet6")] == [False, True]
