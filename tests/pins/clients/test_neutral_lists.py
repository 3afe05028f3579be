"""Lists that belong to no client: each one decides as if the hash stood in its own file, and shows it as it is."""

import base64

import pytest

from pins.decide import decide, pins_for
from pins.decision import Client, Match, Outcome
from pins.device import Device
from pins.formats import read
from pins.pinset import PinSet
from tests.pins.encounters import BAD, cast, encounter, spki, spki_sha1

C = cast()
PATH = (C.l1, C.i1, C.r1)
HOST = "www.example.com"
OLD_ANDROID = Device(os_version=23)
KEY_CLIENTS = [
    Client.ANDROID_NSC,
    Client.OKHTTP,
    Client.TRUSTKIT_IOS,
    Client.OUTSYSTEMS_ANDROID,
    Client.OUTSYSTEMS_IOS,
    Client.CURL,
]
BORROWING = [
    Client.APPLE_ATS,
    Client.TRUSTKIT_ANDROID,
    Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_ANDROID,
    Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_IOS,
    Client.KTOR_DARWIN,
]


def listed(*tokens: str) -> PinSet:
    return read("\n".join(tokens).encode(), format="hash_list")


def table(*rows: str) -> PinSet:
    return read("\n".join(("host,pin,include_subdomains,expires", *rows)).encode(), format="csv")


def outcome(client: Client, pin_set: PinSet, host: str = HOST, device: Device | None = None) -> Outcome:
    return decide(client, pin_set, encounter(host, *PATH, device=device or Device())).outcome


@pytest.mark.parametrize("client", [*KEY_CLIENTS, *BORROWING])
@pytest.mark.parametrize(
    "token",
    [
        spki(C.l1),
        spki(C.l1).rstrip("="),
        spki(C.l1).replace("+", "-").replace("/", "_"),
        "sha256/" + spki(C.l1),
        "sha256//" + spki(C.l1),
        f'pin-sha256="{spki(C.l1)}"',
        C.l1.spki_sha256.hex(),
        C.l1.spki_sha256.hex(":").upper(),
    ],
)
def test_a_hash_of_the_key_counts_in_any_notation(client: Client, token: str) -> None:
    pin_set = listed(token, BAD)

    decision = decide(client, pin_set, encounter(HOST, *PATH))

    first, second = pin_set.rules[0].pins or ()
    assert decision.match == Match(first, C.l1)
    assert (first.text, decision.outcome) == (token, Outcome.CONNECTS)
    assert pins_for(client, pin_set, HOST) == (first, second)


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (Client.HTTP_CERTIFICATE_PINNING, Outcome.CONNECTS),
        (Client.SSL_CERTIFICATE_CHECKER, Outcome.CONNECTS),
        (Client.DOTNET_CALLBACK, Outcome.CONNECTS),
        (Client.OKHTTP, Outcome.BLOCKED_BY_PIN),
        (Client.CURL, Outcome.BLOCKED_BY_PIN),
    ],
)
@pytest.mark.parametrize("token", [C.l1.sha256.hex(":"), C.l1.sha256.hex(" "), base64.b64encode(C.l1.sha256).decode()])
def test_a_fingerprint_counts_for_those_who_compare_certificates(client: Client, expected: Outcome, token: str) -> None:
    assert outcome(client, listed(token, BAD)) is expected


def test_raw_keys_and_thumbprints_count_for_a_callback_alone() -> None:
    for token in (C.l1.raw_key.hex().upper(), C.l1.sha1.hex().upper()):
        assert outcome(Client.DOTNET_CALLBACK, listed(token)) is Outcome.CONNECTS
    assert outcome(Client.OKHTTP, listed(C.l1.raw_key.hex())) is Outcome.BLOCKED_BY_PIN
    assert outcome(Client.HTTP_CERTIFICATE_PINNING, listed(C.l1.sha1.hex())) is Outcome.CONNECTS


def test_short_hashes_of_keys_count_where_the_client_knows_them() -> None:
    short = listed("sha1/" + spki_sha1(C.l1), spki(C.x))

    assert [outcome(one, short) for one in KEY_CLIENTS] == [
        Outcome.CONFIG_ERROR,
        Outcome.CONNECTS,
        Outcome.CONFIG_ERROR,
        Outcome.CONFIG_ERROR,
        Outcome.CONFIG_ERROR,
        Outcome.BLOCKED_BY_PIN,
    ]


def test_the_old_android_plugin_reads_the_list_too() -> None:
    pin_set = listed(C.l1.spki_sha256.hex(), BAD)

    assert outcome(Client.OUTSYSTEMS_ANDROID, pin_set, device=OLD_ANDROID) is Outcome.CONNECTS


def test_loose_last_bits_are_a_spelling_and_no_notation() -> None:
    good = spki(C.l1)
    loose = listed(good[:-2] + chr(ord(good[-2]) + 1) + "=", BAD)

    assert [outcome(one, loose) for one in (Client.OKHTTP, Client.CURL)] == [Outcome.CONNECTS, Outcome.BLOCKED_BY_PIN]


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (Client.ANDROID_NSC, Outcome.CONFIG_ERROR),
        (Client.TRUSTKIT_IOS, Outcome.CONFIG_ERROR),
        (Client.OKHTTP, Outcome.BLOCKED_BY_PIN),
        (Client.CURL, Outcome.BLOCKED_BY_PIN),
        (Client.HTTP_CERTIFICATE_PINNING, Outcome.BLOCKED_BY_PIN),
    ],
)
def test_a_damaged_hash_does_what_it_would_do_in_the_clients_own_file(client: Client, expected: Outcome) -> None:
    assert outcome(client, listed(spki(C.l1)[:40], BAD)) is expected


def test_one_hash_alone_is_refused_by_trustkit_and_taken_by_others() -> None:
    alone = listed(spki(C.i1))

    assert outcome(Client.TRUSTKIT_IOS, alone) is Outcome.CONFIG_ERROR
    assert outcome(Client.OKHTTP, alone) is Outcome.CONNECTS


@pytest.mark.parametrize(
    ("client", "host", "expected"),
    [
        (Client.ANDROID_NSC, "a.b.example.com", Outcome.BLOCKED_BY_PIN),
        (Client.TRUSTKIT_IOS, "a.b.example.com", Outcome.BLOCKED_BY_PIN),
        (Client.OKHTTP, "a.b.example.com", Outcome.BLOCKED_BY_PIN),
        (Client.OKHTTP, "example.com", Outcome.BLOCKED_BY_PIN),
        (Client.HTTP_CERTIFICATE_PINNING, "a.b.example.com", Outcome.BLOCKED_BY_PIN),
        (Client.OKHTTP, "www.example.org", Outcome.NOT_PINNED),
        (Client.CURL, "a.example.org", Outcome.NOT_PINNED),
    ],
)
def test_subdomains_count_where_the_table_includes_them(client: Client, host: str, expected: Outcome) -> None:
    pin_set = table(
        f"example.com,{BAD},yes,", f"example.com,{spki(C.x)},yes,", f"example.org,{BAD},,", f"example.org,{spki(C.x)},,"
    )

    assert outcome(client, pin_set, host) is expected


def test_the_end_of_a_table_counts_for_clients_that_know_one() -> None:
    pin_set = table(f"{HOST},{BAD},,2026-01-31", f"{HOST},{spki(C.x)},,2026-01-31")

    assert [outcome(one, pin_set) for one in (Client.ANDROID_NSC, Client.TRUSTKIT_IOS, Client.OKHTTP)] == [
        Outcome.FAILS_OPEN,
        Outcome.FAILS_OPEN,
        Outcome.BLOCKED_BY_PIN,
    ]


def test_a_pattern_with_a_star_is_okhttps_own() -> None:
    pin_set = table(f"*.example.com,{BAD},,", f"*.example.com,{spki(C.x)},,")

    assert outcome(Client.OKHTTP, pin_set) is Outcome.BLOCKED_BY_PIN
    assert outcome(Client.ANDROID_NSC, pin_set) is Outcome.NOT_PINNED
