"""The lab serves what its plan says: by name, by address, by key type, and after a rotation the successor."""

import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from OpenSSL import SSL

from certdash.demo.authority import Authority, Wanted
from certdash.demo.lab import main
from certdash.demo.plan import Plan, read_plan, rotate, write_plan, yet_to_rotate
from tests.labs import free_port, running_lab, served_names

FROM, UNTIL = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)


def wanted(name: str, issuer: str = "", *hosts: str) -> Wanted:
    return Wanted(name, name, FROM, UNTIL, issuer=issuer, hosts=hosts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A root, an intermediate, a wildcard and its successor, one host with two key types, one with two addresses."""
    authority = Authority(tmp_path)
    authority.issue(wanted("root"))
    authority.issue(wanted("issuing", "root"))
    authority.issue(wanted("wildcard", "issuing", "*.cloud.example"))
    authority.issue(wanted("next", "issuing", "*.cloud.example"))
    authority.issue(wanted("old", "issuing", "own.example"))
    authority.issue(wanted("new", "issuing", "own.example"))
    authority.issue(replace(wanted("new-rsa", "issuing", "own.example"), key_kind="rsa2048"))
    plan = Plan(
        port=free_port(),
        addresses=("127.0.0.1", "127.0.0.2"),
        chains={
            "wildcard": ("wildcard", "issuing"),
            "next": ("next", "issuing"),
            "own-old": ("old",),
            "own-new": ("new", "issuing"),
            "own-rsa": ("new-rsa", "issuing"),
        },
        hosts={
            "*.cloud.example": {"*": ("wildcard",)},
            "own.example": {"127.0.0.2": ("own-old",), "*": ("own-new", "own-rsa")},
        },
        rotations={"wildcard": "next"},
    )
    write_plan(tmp_path, plan)
    return tmp_path


@pytest.fixture
def port(folder: Path) -> Iterator[int]:
    with running_lab(folder):
        yield read_plan(folder).port


def test_a_wildcard_answers_for_every_host_under_it(port: int) -> None:
    assert served_names("127.0.0.1", port, "acme.cloud.example") == ("wildcard", "issuing")
    assert served_names("127.0.0.2", port, "zeta.cloud.example") == ("wildcard", "issuing")


def test_addresses_serve_different_chains(port: int) -> None:
    assert served_names("127.0.0.1", port, "own.example") == ("new", "issuing")
    assert served_names("127.0.0.2", port, "own.example") == ("old",)


def test_a_client_that_offers_only_rsa_gets_the_rsa_chain(port: int) -> None:
    assert served_names("127.0.0.1", port, "own.example", ciphers="ECDHE+aRSA") == ("new-rsa", "issuing")


def test_an_unknown_host_is_hung_up_on(port: int) -> None:
    with pytest.raises(SSL.SysCallError, match="Unexpected EOF"):
        served_names("127.0.0.1", port, "stranger.example")


def test_two_hundred_probes_at_once_are_answered(port: int) -> None:
    with ThreadPoolExecutor(200) as pool:
        hosts = [f"h{number}.cloud.example" for number in range(200)]
        chains = list(pool.map(lambda host: served_names("127.0.0.1", port, host), hosts))
    assert chains == [("wildcard", "issuing")] * 200


def test_after_a_rotation_the_successor_is_served_without_a_restart(folder: Path, port: int) -> None:
    assert served_names("127.0.0.1", port, "acme.cloud.example") == ("wildcard", "issuing")

    moving = yet_to_rotate(folder)

    rotate(folder)

    assert moving == ("*.cloud.example",)
    seen: tuple[str, ...] = ("wildcard", "issuing")
    for _ in range(3000):
        if seen != ("wildcard", "issuing"):
            break
        seen = served_names("127.0.0.1", port, "acme.cloud.example")
    assert seen == ("next", "issuing")


def test_a_second_rotation_moves_nothing(folder: Path) -> None:
    rotate(folder)
    once = read_plan(folder)

    rotate(folder)

    assert (yet_to_rotate(folder), read_plan(folder)) == ((), once)


def test_the_plan_comes_back_as_it_was_written(folder: Path, tmp_path: Path) -> None:
    plan = read_plan(folder)
    write_plan(tmp_path / "copy", plan)
    assert read_plan(tmp_path / "copy") == plan


def test_what_was_issued_is_kept(folder: Path) -> None:
    authority = Authority(folder)
    first = authority.load("wildcard")
    assert authority.issue(wanted("wildcard", "issuing", "*.cloud.example")).pem == first.pem


def test_a_renewal_can_keep_its_key(folder: Path) -> None:
    renewal = Authority(folder).issue(replace(wanted("renewal", "issuing", "own.example"), key_of="old"))
    assert renewal.key_pem == Authority(folder).load("old").key_pem


def test_a_private_key_is_readable_by_its_owner_only(folder: Path) -> None:
    assert [path.stat().st_mode & 0o777 for path in sorted(folder.glob("*.key"))] == [0o600] * 7


def test_a_device_that_trusts_the_root_accepts_the_wildcard(folder: Path, port: int) -> None:
    import socket

    context = ssl.create_default_context(cafile=str(folder / "root.pem"))
    with (
        socket.create_connection(("127.0.0.1", port)) as raw,
        context.wrap_socket(raw, server_hostname="acme.cloud.example") as connection,
    ):
        assert connection.version() == "TLSv1.3"


def test_a_lab_whose_port_is_taken_says_by_what_and_how_to_go_on(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = read_plan(folder).port
    with socket.create_server(("127.0.0.1", port)):
        code = main([str(folder)])

    told = (
        f"The lab cannot start: another program holds port {port}, perhaps another demo. Stop that one, or stop this "
        f"one, delete {folder.parent} and start again: a new story takes a free port.\n"
    )
    assert (code, capsys.readouterr().out) == (1, told)
