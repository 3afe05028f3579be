"""Where clients differ in their rules: hosts, ends, numbers of pins, spellings and kinds of keys."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pins.decide import decide
from pins.decision import Client, Outcome
from pins.device import Device
from pins.formats import read
from pins.pinset import Expiration, PinRule, PinSet
from tests.pins.bundles import bundle
from tests.pins.encounters import BAD, BAD_2, cast, encounter, pin_set, rule, spki

NSC, OKHTTP, APPLE, KTOR = Client.ANDROID_NSC, Client.OKHTTP, Client.APPLE_ATS, Client.KTOR_DARWIN
TRUSTKIT, TRUSTKIT_ANDROID = Client.TRUSTKIT_IOS, Client.TRUSTKIT_ANDROID
RN_ANDROID = Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_ANDROID
RN_IOS = Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_IOS
CURL, APPROOV, ALAMOFIRE = Client.CURL, Client.APPROOV, Client.ALAMOFIRE_PUBLIC_KEYS
PREFIXES = {OKHTTP: "sha256/", KTOR: "sha256/", CURL: "sha256//"}
CONNECTS, BLOCKED, NOT_PINNED = Outcome.CONNECTS, Outcome.BLOCKED_BY_PIN, Outcome.NOT_PINNED
FAILS_OPEN, CONFIG_ERROR, OPEN = Outcome.FAILS_OPEN, Outcome.CONFIG_ERROR, Outcome.INDETERMINATE
C = cast()
PATH = (C.l1, C.i1, C.r1)
GOOD = spki(C.l1)
HOST = "www.example.com"
LAST_BITS = {"A": "B", "E": "F", "I": "J", "M": "N", "Q": "R", "U": "V", "Y": "Z", "c": "d"} | {
    "g": "h", "k": "l", "o": "p", "s": "t", "w": "x", "0": "1", "4": "5", "8": "9"
}  # fmt: skip


def pinned(client: Client, pattern: str, *texts: str, sub: bool = False, until: str = "") -> PinRule:
    return rule(pattern, *(PREFIXES.get(client, "") + text for text in texts), sub=sub, until=until)


def outcome(
    client: Client, *rules: PinRule, host: str = HOST, at: str = "2026-11-24T12:00", device: Device | None = None
) -> Outcome:
    when = datetime.fromisoformat(at).replace(tzinfo=UTC)
    return decide(client, pin_set(*rules), encounter(host, *PATH, at=when, device=device or Device())).outcome


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (NSC, BLOCKED),
        (TRUSTKIT, BLOCKED),
        (RN_IOS, BLOCKED),
        (APPLE, CONNECTS),
        (RN_ANDROID, CONNECTS),
        (APPROOV, BLOCKED),
        (Client.OUTSYSTEMS_ANDROID, BLOCKED),
        (Client.OUTSYSTEMS_IOS, BLOCKED),
    ],
)
def test_a_rule_of_the_parent_speaks_beside_that_of_the_host_or_not(client: Client, expected: Outcome) -> None:
    parent, own = (
        pinned(client, "example.com", GOOD, BAD, sub=True),
        pinned(client, HOST, BAD, BAD_2, sub=True),
    )

    assert outcome(client, parent, own) is expected


@pytest.mark.parametrize(
    ("client", "reached"),
    [
        (NSC, ["example.com", HOST, f"a.{HOST}"]),
        (TRUSTKIT, ["example.com", HOST, f"a.{HOST}"]),
        (RN_ANDROID, ["example.com", HOST, f"a.{HOST}"]),
        (RN_IOS, ["example.com", HOST, f"a.{HOST}"]),
        (APPLE, ["example.com", HOST]),
        (Client.OUTSYSTEMS_ANDROID, ["example.com", HOST, f"a.{HOST}"]),
        (Client.OUTSYSTEMS_IOS, ["example.com"]),
        (APPROOV, ["example.com"]),
    ],
)
def test_how_far_down_a_domain_with_its_subdomains_reaches(client: Client, reached: list[str]) -> None:
    policy = pinned(client, "example.com", BAD, BAD_2, sub=True)

    assert [
        one for one in ("example.com", HOST, f"a.{HOST}") if outcome(client, policy, host=one) is BLOCKED
    ] == reached


@pytest.mark.parametrize(
    ("client", "expected"),
    [(NSC, NOT_PINNED), (APPLE, NOT_PINNED), (TRUSTKIT, NOT_PINNED), (OKHTTP, BLOCKED), (KTOR, BLOCKED)],
)
def test_a_star_speaks_for_a_host_with_okhttp_and_ktor_only(client: Client, expected: Outcome) -> None:
    assert outcome(client, pinned(client, "*.example.com", BAD, BAD_2)) is expected


@pytest.mark.parametrize(
    ("client", "in_capitals", "with_a_dot"),
    [
        (NSC, BLOCKED, BLOCKED),
        (APPLE, BLOCKED, BLOCKED),
        (OKHTTP, BLOCKED, NOT_PINNED),
        (TRUSTKIT, NOT_PINNED, NOT_PINNED),
        (RN_IOS, NOT_PINNED, NOT_PINNED),
    ],
)
def test_capitals_and_a_last_dot_in_the_host(client: Client, in_capitals: Outcome, with_a_dot: Outcome) -> None:
    policy = pinned(client, HOST, BAD, BAD_2)

    assert [outcome(client, policy, host=host) for host in (HOST.upper(), f"{HOST}.")] == [in_capitals, with_a_dot]


def test_capitals_in_the_host_of_an_alamofire_evaluator_count() -> None:
    policy = bundle(C.l1, host=HOST)

    found = [decide(ALAMOFIRE, policy, encounter(host, *PATH)).outcome for host in (HOST, HOST.upper())]

    assert found == [CONNECTS, BLOCKED]


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (NSC, "?"),
        (TRUSTKIT, "off"),
        (RN_ANDROID, "off"),
        (RN_IOS, "off"),
        (APPLE, "on"),
        (OKHTTP, "on"),
        (KTOR, "on"),
        (CURL, "on"),
        (Client.OUTSYSTEMS_ANDROID, "on"),
        (Client.OUTSYSTEMS_IOS, "on"),
    ],
)
def test_in_whose_time_zone_a_rule_ends_if_at_all(client: Client, expected: str) -> None:
    policy = pinned(client, HOST, BAD, *(() if client is CURL else (BAD_2,)), until="2027-01-31")

    found = outcome(client, policy, at="2027-01-31T00:00:01")

    assert found is {"?": OPEN, "off": FAILS_OPEN, "on": BLOCKED}[expected]


def test_an_entry_of_wultra_ends_by_the_second_and_then_blocks() -> None:
    end = datetime(2027, 1, 31, 10, 30, tzinfo=UTC)
    printed = bundle(C.l1).rules[0].pins
    entry = PinRule(HOST, rule(HOST).place, printed, expiration=Expiration("1801391400", None, end))

    found = [
        decide(Client.WULTRA_IOS, pin_set(entry), encounter(HOST, *PATH, at=end + timedelta(seconds=late))).outcome
        for late in (0, 1)
    ]

    assert found == [CONNECTS, BLOCKED]


@pytest.mark.parametrize(
    ("client", "one", "twice"),
    [
        (NSC, CONNECTS, CONNECTS),
        (OKHTTP, CONNECTS, CONNECTS),
        (APPLE, CONNECTS, CONNECTS),
        (KTOR, CONNECTS, CONNECTS),
        (APPROOV, CONNECTS, CONNECTS),
        (CURL, CONNECTS, CONNECTS),
        (RN_ANDROID, CONNECTS, CONNECTS),
        (TRUSTKIT, CONFIG_ERROR, CONFIG_ERROR),
        (RN_IOS, FAILS_OPEN, FAILS_OPEN),
        (Client.OUTSYSTEMS_IOS, CONFIG_ERROR, CONFIG_ERROR),
    ],
)
def test_how_many_different_pins_are_asked_for(client: Client, one: Outcome, twice: Outcome) -> None:
    found = [outcome(client, pinned(client, HOST, *[GOOD] * count)) for count in (1, 2)]

    assert found == [one, twice]


@pytest.mark.parametrize(
    ("client", "no_base64", "too_short", "none"),
    [
        (NSC, CONFIG_ERROR, CONFIG_ERROR, NOT_PINNED),
        (OKHTTP, CONFIG_ERROR, CONNECTS, NOT_PINNED),
        (KTOR, CONNECTS, CONNECTS, NOT_PINNED),
        (APPROOV, CONFIG_ERROR, CONNECTS, NOT_PINNED),
        (APPLE, CONNECTS, CONNECTS, BLOCKED),
        (TRUSTKIT, CONFIG_ERROR, CONFIG_ERROR, CONFIG_ERROR),
        (RN_ANDROID, FAILS_OPEN, CONNECTS, NOT_PINNED),
        (RN_IOS, FAILS_OPEN, FAILS_OPEN, FAILS_OPEN),
        (Client.OUTSYSTEMS_ANDROID, CONFIG_ERROR, CONFIG_ERROR, NOT_PINNED),
        (Client.OUTSYSTEMS_IOS, CONFIG_ERROR, CONFIG_ERROR, CONFIG_ERROR),
    ],
)
def test_what_a_bad_pin_does_to_the_good_ones_and_an_empty_list_to_the_host(
    client: Client, no_base64: Outcome, too_short: Outcome, none: Outcome
) -> None:
    found = [outcome(client, pinned(client, HOST, GOOD, BAD, text)) for text in ("dummy", "aGV4")]

    assert [*found, outcome(client, rule(HOST))] == [no_base64, too_short, none]


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (NSC, CONNECTS),
        (OKHTTP, CONNECTS),
        (APPLE, CONNECTS),
        (TRUSTKIT, CONNECTS),
        (RN_ANDROID, CONNECTS),
        (RN_IOS, CONNECTS),
        (APPROOV, CONNECTS),
        (KTOR, BLOCKED),
        (CURL, BLOCKED),
    ],
)
def test_the_unused_bits_of_the_last_letter_count_for_who_compares_text(client: Client, expected: Outcome) -> None:
    other = f"{GOOD[:-2]}{LAST_BITS[GOOD[-2]]}="

    assert outcome(client, pinned(client, HOST, other, *(() if client is CURL else (BAD,)))) is expected


@pytest.mark.parametrize(("api_level", "expected"), [(23, BLOCKED), (24, CONNECTS)])
def test_trustkit_for_android_compares_text_where_it_compares_itself(api_level: int, expected: Outcome) -> None:
    other = f"{GOOD[:-2]}{LAST_BITS[GOOD[-2]]}="
    met = encounter(HOST, *PATH, device=Device(os_version=api_level))

    assert decide(TRUSTKIT_ANDROID, trustkit_for_android(other, BAD), met).outcome is expected


@pytest.mark.parametrize(
    ("kind", "version", "expected"),
    [
        ("RSA-3072", "1.6.0", CONFIG_ERROR),
        ("RSA-3072", "1.7.0", BLOCKED),
        ("RSA-3072", "3.0.4", BLOCKED),
        ("RSA-3072", "3.0.5", CONNECTS),
        ("EC-P-521", None, BLOCKED),
        ("Ed25519", None, BLOCKED),
    ],
)
def test_which_keys_a_version_of_trustkit_can_hash(kind: str, version: str | None, expected: Outcome) -> None:
    path = (C.l1, replace(C.i1, key_kind=kind), C.r1)
    met = encounter(HOST, *path, device=Device(client_version=version))

    assert decide(TRUSTKIT, pin_set(rule(HOST, GOOD, BAD)), met).outcome is expected


@pytest.mark.parametrize(("kind", "expected"), [("EC-P-521", BLOCKED), ("RSA-3072", CONNECTS)])
def test_a_key_that_ktor_cannot_hash_matches_nothing_and_hurts_no_other(kind: str, expected: Outcome) -> None:
    path = (C.l1, replace(C.i1, key_kind=kind), C.r1)
    by_issuer, by_leaf = pinned(KTOR, HOST, spki(C.i1)), pinned(KTOR, HOST, GOOD)

    found = [decide(KTOR, pin_set(one), encounter(HOST, *path)).outcome for one in (by_issuer, by_leaf)]

    assert found == [expected, CONNECTS]


@pytest.mark.parametrize(("client", "expected"), [(KTOR, CONNECTS), (OKHTTP, BLOCKED)])
def test_a_pin_of_another_host_will_do_for_ktor(client: Client, expected: Outcome) -> None:
    assert outcome(client, pinned(client, HOST, BAD), pinned(client, "other.example", GOOD)) is expected


@pytest.mark.parametrize(
    ("client", "expected"), [(ALAMOFIRE, BLOCKED), (Client.REACT_NATIVE_SSL_PINNING_IOS, NOT_PINNED)]
)
def test_a_host_that_is_not_listed(client: Client, expected: Outcome) -> None:
    assert decide(client, bundle(C.l1, host="other.example"), encounter(HOST, *PATH)).outcome is expected


def test_trustkit_enforces_by_default_on_ios_and_only_reports_on_android() -> None:
    met = encounter(HOST, *PATH)
    plist = f"""<plist><dict><key>TSKConfiguration</key><dict><key>TSKPinnedDomains</key><dict><key>{HOST}</key><dict>
      <key>TSKPublicKeyHashes</key><array><string>{BAD}</string><string>{BAD_2}</string></array></dict></dict></dict></dict>
      </plist>"""

    assert decide(TRUSTKIT, read(plist.encode()), met).outcome is BLOCKED
    assert decide(TRUSTKIT_ANDROID, trustkit_for_android(BAD, BAD_2, enforced=""), met).outcome is FAILS_OPEN


def test_a_nested_domain_has_the_pins_of_the_one_around_it_with_trustkit_for_android_too() -> None:
    inner = f"<domain-config><domain>{HOST}</domain></domain-config>"
    policy = trustkit_for_android(BAD, BAD_2, domain="example.com", inner=inner)
    met = encounter(HOST, *PATH, device=Device(os_version=23))

    assert decide(TRUSTKIT_ANDROID, policy, met).outcome is BLOCKED


def trustkit_for_android(
    *pins: str, domain: str = HOST, enforced: str = ' enforcePinning="true"', inner: str = ""
) -> PinSet:
    listed = "".join(f'<pin digest="SHA-256">{one}</pin>' for one in pins)
    return read(
        f"<network-security-config><domain-config><domain>{domain}</domain><pin-set>{listed}</pin-set>"
        f"<trustkit-config{enforced}/>{inner}</domain-config></network-security-config>".encode()
    )
