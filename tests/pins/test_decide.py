"""The entry to all clients: what holds whichever client decides."""

import gc
from dataclasses import replace
from weakref import ref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pins.certificate import Certificate
from pins.decide import decide, pins_for
from pins.decision import Client, Outcome
from pins.device import Device
from pins.pinset import PinRule, PinSet
from tests.pins.encounters import BAD, BAD_2, cast, encounter, pin_set, rule, spki

C = cast()
PATH = (C.l1, C.i1, C.r1)
HOST = "www.example.com"
NSC, OKHTTP, TRUSTKIT = Client.ANDROID_NSC, Client.OKHTTP, Client.TRUSTKIT_IOS
BUILT = [
    NSC,
    OKHTTP,
    TRUSTKIT,
    Client.TRUSTKIT_ANDROID,
    Client.OUTSYSTEMS_ANDROID,
    Client.OUTSYSTEMS_IOS,
    Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_ANDROID,
    Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_IOS,
    Client.APPROOV,
    Client.KTOR_DARWIN,
]
PREFIXED = frozenset({OKHTTP, Client.KTOR_DARWIN})


def written(client: Client, digest: str) -> str:
    return "sha256/" + digest if client in PREFIXED else digest


def policy(client: Client, *digests: str) -> PinSet:
    return pin_set(rule(HOST, *(written(client, digest) for digest in digests)))


class Suffixes:
    """A list on which everything ends in `example`."""

    def registry_length(self, host: str) -> int:
        return len("example") if host.endswith(".example") else 0


def test_the_suffix_list_is_the_callers() -> None:
    policy = pin_set(rule("app.example", BAD, BAD_2))
    met = encounter("app.example", *PATH)

    assert decide(TRUSTKIT, policy, met, suffixes=Suffixes()).outcome is Outcome.BLOCKED_BY_PIN
    assert decide(TRUSTKIT, policy, met).reason.code == "unknown_public_suffix"


@pytest.mark.parametrize("client", BUILT)
def test_each_client_reads_a_pin_set_of_its_own_accord(client: Client) -> None:
    own = policy(client, spki(C.l1), BAD)

    assert decide(client, own, encounter(HOST, *PATH)).outcome is Outcome.CONNECTS
    assert [one.text for one in pins_for(client, own, HOST)] == [written(client, spki(C.l1)), written(client, BAD)]


def test_one_pin_set_is_decided_anew_for_every_device() -> None:
    own = pin_set(rule(HOST, BAD))
    met = encounter(HOST, *PATH)

    found = [
        decide(NSC, own, replace(met, device=device)).outcome for device in (Device(), Device(os_version=23), Device())
    ]

    assert found == [Outcome.BLOCKED_BY_PIN, Outcome.NOT_PINNED, Outcome.BLOCKED_BY_PIN]


def test_equal_pin_sets_are_equal_in_effect() -> None:
    met = encounter(HOST, *PATH)

    assert decide(NSC, pin_set(rule(HOST, BAD)), met) == decide(NSC, pin_set(rule(HOST, BAD)), met)


def test_a_decided_pin_set_is_not_kept_alive() -> None:
    own = pin_set(rule(HOST, BAD))
    decide(NSC, own, encounter(HOST, *PATH))
    watched = ref(own)

    del own
    gc.collect()

    assert watched() is None


certificates = st.sampled_from([C.l1, C.i1, C.r1, C.l2, C.i2, C.r2, C.x])
digests = st.lists(st.one_of(certificates.map(spki), st.sampled_from([BAD, BAD_2])), max_size=6)


@pytest.mark.slow
@pytest.mark.parametrize("client", BUILT)
@settings(max_examples=100, deadline=None)
@given(pins=digests, certificate=st.sampled_from(PATH))
def test_one_matching_pin_is_enough_among_any_others(client: Client, pins: list[str], certificate: Certificate) -> None:
    own = policy(client, BAD, BAD_2, *pins, spki(certificate))

    assert decide(client, own, encounter(HOST, *PATH)).outcome is Outcome.CONNECTS


@pytest.mark.slow
@pytest.mark.parametrize("client", BUILT)
@settings(max_examples=100, deadline=None)
@given(pins=digests, data=st.data())
def test_the_order_of_pins_does_not_matter(client: Client, pins: list[str], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(pins))
    met = encounter(HOST, *PATH)

    assert decide(client, policy(client, *shuffled), met).outcome is decide(client, policy(client, *pins), met).outcome


def overlapping(client: Client) -> list[PinRule]:
    digests = [written(client, digest) for digest in (BAD, BAD_2, spki(C.l1), spki(C.r1))]
    domains = ["example.com", "www.example.com", "a.www.example.com", "example.net"]
    return [
        rule(domain, first, second, sub=True)
        for domain, first, second in zip(domains, digests, digests[1:] + digests[:1], strict=True)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("client", BUILT)
@settings(max_examples=50, deadline=None)
@given(
    data=st.data(), host=st.sampled_from(["example.com", HOST, "b.a.www.example.com", "c.example.net", "example.org"])
)
def test_the_order_of_rules_does_not_matter(client: Client, data: st.DataObject, host: str) -> None:
    rules = overlapping(client)
    shuffled = data.draw(st.permutations(rules))
    met = encounter(host, *PATH)

    assert decide(client, pin_set(*shuffled), met) == decide(client, pin_set(*rules), met)
