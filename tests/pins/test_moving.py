"""The move to an own domain: what each observed fact makes of each step."""

from dataclasses import replace

import pytest

from pins.moving import Build, Host, Move, Source, State, Step, steps
from pins.trust import TrustStore
from tests.pki import NOW, Authority, Issued, KeyKind, facts

ROOT = Authority.root("Root")
CA = ROOT.authority("CA")
PLATFORM = CA.leaf("*.cloud.example")
OWN = CA.leaf("api.acme.example")
STORES = (TrustStore("store", facts(ROOT)),)
OLD = Host("acme.cloud.example", frozenset({"192.0.2.1", "192.0.2.2"}), (facts(PLATFORM, CA),))
OLD_ONLY = Build("4.1 iOS", 20, pins_old=True, names_old=True)
BOTH = Build("4.2 iOS", 60, pins_old=True, pins_own=True, names_old=True, names_own=True)
MOVED = Build("4.3 iOS", 95, pins_own=True, names_own=True)


def own(*chain: Issued, addresses: tuple[str, ...] = ("192.0.2.1",)) -> Host:
    return Host("api.acme.example", frozenset(addresses), (facts(*chain),))


def move(target: Host | None, *builds: Build) -> Move:
    return Move(OLD, target, builds or (BOTH,), 90, STORES, NOW, frozenset({PLATFORM.facts.sha256}))


def step(code: str, of: Move) -> Step:
    return next(one for one in steps(of) if one.code == code)


def states(of: Move) -> dict[str, str]:
    return {one.code: one.state.value for one in steps(of)}


def test_a_finished_move_is_done_in_every_step() -> None:
    assert states(move(own(OWN, CA), MOVED)) == dict.fromkeys(
        ("watched", "dns", "names", "chain", "key", "pins", "switch", "old_pin"), "done"
    )


def test_before_an_own_host_is_watched_its_facts_cannot_be_told() -> None:
    assert states(move(None, OLD_ONLY)) == {
        "watched": "to_do",
        "dns": "untold",
        "names": "untold",
        "chain": "untold",
        "key": "untold",
        "pins": "to_do",
        "switch": "to_do",
        "old_pin": "to_do",
    }


def test_a_host_that_does_not_answer_says_why() -> None:
    silent = Host("api.acme.example", failure="There is no such host.")

    assert step("watched", move(silent)) == Step(
        "watched",
        State.TO_DO,
        "api.acme.example cannot be read: There is no such host.",
        "Create its DNS record and let the environment answer for it; then check it again.",
    )
    assert states(move(silent))["names"] == "untold"


@pytest.mark.parametrize(
    ("addresses", "state", "observed"),
    [
        (("192.0.2.2", "192.0.2.1"), "done", "leads to the addresses of acme.cloud.example: 192.0.2.1, 192.0.2.2."),
        (("192.0.2.1", "198.51.100.7"), "to_do", "also leads to 198.51.100.7, where acme.cloud.example does not."),
        (("198.51.100.7",), "untold", "leads to 198.51.100.7, acme.cloud.example to 192.0.2.1, 192.0.2.2."),
    ],
)
def test_dns_is_judged_by_the_addresses_that_were_read(addresses: tuple[str, ...], state: str, observed: str) -> None:
    found = step("dns", move(own(OWN, CA, addresses=addresses)))

    assert (found.state, found.observed) == (state, f"api.acme.example {observed}")


def test_addresses_that_were_typed_in_say_nothing_about_dns() -> None:
    found = step("dns", move(replace(own(OWN, CA), is_fixed=True)))

    assert (found.state, found.observed) == (
        State.UNTOLD,
        "api.acme.example is read at addresses that were typed in, so its DNS was not asked.",
    )


@pytest.mark.parametrize(
    ("leaf", "observed"),
    [
        (CA.leaf("www.acme.example"), "api.acme.example serves a certificate for www.acme.example."),
        (
            PLATFORM,
            "api.acme.example serves the platform's certificate *.cloud.example, which rotates with the platform.",
        ),
    ],
)
def test_another_certificate_is_still_to_be_installed(leaf: Issued, observed: str) -> None:
    found = step("names", move(own(leaf, CA)))

    assert (found.state, found.observed) == (State.TO_DO, observed)


def test_one_address_with_the_wrong_certificate_is_enough() -> None:
    host = replace(own(OWN, CA), chains=(facts(OWN, CA), facts(PLATFORM, CA)))

    assert states(move(host))["names"] == "to_do"


def test_a_chain_without_its_intermediate_is_incomplete() -> None:
    found = step("chain", move(own(OWN)))

    assert (found.state, found.remedy) == (
        State.TO_DO,
        "Upload the certificate with its intermediates: leaf first, each followed by its issuer.",
    )


@pytest.mark.parametrize(
    ("key", "state"),
    [("P-384", "done"), ("RSA-4096", "done"), ("P-521", "to_do"), ("RSA-8192", "to_do"), ("RSA-1024", "to_do")],
)
def test_the_key_must_be_one_that_devices_and_pinning_libraries_take(key: KeyKind, state: str) -> None:
    leaf = CA.leaf("api.acme.example", key=key)

    assert states(move(own(leaf, CA)))["key"] == state


@pytest.mark.parametrize(
    ("builds", "pins", "switch", "old_pin"),
    [
        ((OLD_ONLY, replace(BOTH, share=80)), "to_do", "untold", "to_do"),
        ((replace(BOTH, share=95),), "done", "untold", "to_do"),
        ((replace(OLD_ONLY, share=100),), "to_do", "to_do", "to_do"),
        ((replace(BOTH, share=5), MOVED), "done", "done", "to_do"),
        ((Build("1.0 iOS", 100),), "done", "untold", "done"),
        ((Build("1.0 iOS", 100, is_known=False),), "untold", "untold", "untold"),
        ((replace(BOTH, share=100, pins_own=False),), "to_do", "untold", "to_do"),
    ],
)
def test_releases_are_judged_by_what_their_pin_files_name(
    builds: tuple[Build, ...], pins: str, switch: str, old_pin: str
) -> None:
    found = states(move(own(OWN, CA), *builds))

    assert (found["pins"], found["switch"], found["old_pin"]) == (pins, switch, old_pin)


def test_the_share_of_users_is_told_with_the_releases_that_hold_both_pins() -> None:
    assert step("pins", move(own(OWN, CA), BOTH, OLD_ONLY)) == Step(
        "pins",
        State.TO_DO,
        "4.2 iOS, 60 % of your users, hold pins that fit today.",
        "Ship a release that pins both hosts, until 90 % of your users have it.",
        Source.RELEASES,
    )


def test_what_was_read_too_long_ago_settles_nothing() -> None:
    found = states(move(replace(own(OWN, CA), is_stale=True), MOVED))

    assert list(found.values()) == ["untold"] * 5 + ["done"] * 3


def test_without_a_release_nothing_can_be_told_of_users() -> None:
    found = Move(OLD, own(OWN, CA), (), 90, STORES, NOW)

    assert [one.observed for one in steps(found)[5:]] == ["No release is in use."] * 3
