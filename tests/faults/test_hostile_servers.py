"""Hostile servers, all in one batch: each ends with its reason, and none costs a neighbour anything.

Some of them would talk for ever, so that a probe without its deadline would not come back at all.
"""

import ssl
from contextlib import ExitStack
from datetime import timedelta

from certdash.probes.engine import Limits, probe
from certdash.probes.guard import parse_networks
from certdash.probes.reading import ServedChain, Target
from tests import tls
from tests.pki import Authority, self_signed
from tests.tls import Keeping, serving

LIMITS = Limits(timedelta(seconds=1), 64, parse_networks(["127.0.0.0/8"]))
ROOT = Authority.root()
ISSUING = ROOT.authority("Issuing")
LEAF = ISSUING.leaf("www.example.test")
GOOD = tls.tls(Keeping(LEAF, [ISSUING]))
MEGABYTE = [ISSUING] * 2400
MANY_NAMES = ISSUING.leaf(*(f"h{number}.example.test" for number in range(10_000)))

HOSTILE = {
    "silent": (tls.silent, "timed_out"),
    "a byte now and then": (tls.byte_by_byte, "timed_out"),
    "reset in mid-handshake": (tls.resetting, "connection_reset"),
    "hangs up": (tls.hanging_up, "connection_closed"),
    "plain HTTP": (tls.PLAIN_HTTP, "not_tls"),
    "garbage": (tls.GARBAGE, "not_tls"),
    "alert": (tls.ALERT, "tls_alert"),
    "TLS 1.1 at most": (tls.OLD_PROTOCOL, "protocol_too_old"),
    "10,000 names": (tls.tls(Keeping(MANY_NAMES, [ISSUING])), "message_too_large"),
    "1 MB in TLS 1.2": (
        tls.tls(Keeping(LEAF, MEGABYTE), configure=tls.only(ssl.TLSVersion.TLSv1_2)),
        "message_too_large",
    ),
    "1 MB in TLS 1.3": (
        tls.tls(Keeping(LEAF, MEGABYTE), configure=tls.only(ssl.TLSVersion.TLSv1_3)),
        "message_too_large",
    ),
}


def test_each_hostile_server_ends_with_its_reason_and_its_neighbours_are_read() -> None:
    with ExitStack() as stack:
        good = stack.enter_context(serving(GOOD))
        places = {name: stack.enter_context(serving(talk)).place for name, (talk, _) in HOSTILE.items()}
        targets = [Target(0, name, 443, (place,)) for name, place in places.items()]
        targets += [Target(1, f"neighbour-{number}", 443, (good.place,)) for number in range(20)]
        outcomes = probe(targets, LIMITS)

    failures = {
        outcome.target.host: [getattr(one.reading, "code", "read") for one in outcome.readings]
        for outcome in outcomes
        if outcome.target.endpoint_id == 0
    }
    neighbours = [outcome for outcome in outcomes if outcome.target.endpoint_id == 1]
    assert failures == {name: [code] for name, (_, code) in HOSTILE.items()}
    assert [outcome.readings[0].reading for outcome in neighbours] == [ServedChain.of((LEAF.der, ISSUING.der))] * 20


def test_one_hostile_address_does_not_keep_the_other_address_of_its_host_from_being_read() -> None:
    with serving(GOOD) as good, serving(tls.silent) as silent:
        target = Target(1, "www.example.test", 443, (silent.place, good.place))
        [outcome] = probe([target], LIMITS)

    assert [(one.address, getattr(one.reading, "code", "read")) for one in outcome.readings] == [
        (silent.place, "timed_out"),
        (good.place, "read"),
    ]


def test_a_closed_port_and_a_forbidden_address_have_reasons_of_their_own() -> None:
    with serving(GOOD) as server:
        place = server.place
    [outcome] = probe([Target(1, "www.example.test", 443, (place, "169.254.169.254"))], LIMITS)

    assert [(one.address, getattr(one.reading, "code", "read")) for one in outcome.readings] == [
        (place, "connection_refused"),
        ("169.254.169.254", "refused_address"),
    ]


def test_an_address_that_this_machine_cannot_even_try_costs_its_neighbours_nothing() -> None:
    limits = Limits(timedelta(seconds=1), 64, parse_networks(["127.0.0.0/8", "fe80::/10"]))
    with serving(GOOD) as good:
        [outcome] = probe([Target(1, "www.example.test", 443, ("fe80::1%nowhere", good.place))], limits)

    assert [(one.address, getattr(one.reading, "code", "read")) for one in outcome.readings] == [
        ("fe80::1%nowhere", "unreachable"),
        (good.place, "read"),
    ]


def test_odd_chains_are_read_as_they_are_served() -> None:
    expired = self_signed("www.example.test", not_before=ROOT.facts.not_before, not_after=LEAF.facts.not_before)
    many_names = ISSUING.leaf(*(f"h{number}.test" for number in range(3000)))
    chains = {
        "expired and self-signed": Keeping(expired),
        "wrong name": Keeping(ISSUING.leaf("other.example.test"), [ISSUING]),
        "missing intermediate": Keeping(LEAF),
        "misordered": Keeping(LEAF, [ROOT, ISSUING]),
        "duplicate": Keeping(LEAF, [ISSUING, ISSUING, LEAF]),
        "superfluous": Keeping(LEAF, [ISSUING, Authority.root("Stranger")]),
        "3000 names": Keeping(many_names, [ISSUING]),
        "100 certificates": Keeping(LEAF, [ISSUING] * 99),
    }
    with ExitStack() as stack:
        places = {name: stack.enter_context(serving(tls.tls(chain))).place for name, chain in chains.items()}
        outcomes = probe([Target(1, name, 443, (place,)) for name, place in places.items()], LIMITS)

    read = {outcome.target.host: outcome.readings[0].reading for outcome in outcomes}
    assert read == {
        name: ServedChain.of((chain.leaf.der, *(one.der for one in chain.others))) for name, chain in chains.items()
    }
