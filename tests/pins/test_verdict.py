"""How decisions make a verdict."""

from dataclasses import replace
from datetime import date

from pins import formats
from pins.case import Case, ServedChain
from pins.certificate import UnknownCertificate
from pins.conclusion import Value, Verdict
from pins.decision import Client, Outcome, Reason
from pins.judging import remote_decisions
from pins.scenarios import Evidence, Likelihood, Scenario
from pins.successors import Announced
from pins.verdict import judge, worst
from tests.pins.cases import (
    HASH_OF_NOTHING,
    HOST,
    PLACEHOLDER,
    STRANGER,
    android,
    case,
    chain,
    pin,
    store,
    verdict,
)
from tests.pki import NOW, Authority, facts

ROOT, OTHER_ROOT = Authority.root("Root"), Authority.root("Other root")
ISSUING = ROOT.authority("Issuing")
LEAF, NEXT = ISSUING.leaf("*.cloud.example"), ISSUING.leaf("*.cloud.example")
SERVED, DEVICES = chain(LEAF, ISSUING), store(ROOT)
BROKEN = android("not base64 at all!")


def test_a_leaf_pin_beside_the_hash_of_nothing_will_fail_and_the_reason_names_every_pin() -> None:
    found = verdict(android(pin(LEAF), HASH_OF_NOTHING), case(SERVED, DEVICES))

    assert (found.now, found.next, found.value, found.evidence, found.ship_by) == (
        Value.READY,
        Value.WILL_FAIL,
        Value.WILL_FAIL,
        Evidence.ASSUMED,
        date(2026, 12, 22),
    )
    assert found.reason == Reason(
        "no_pin_matches",
        "Pin 1 is the leaf key of *.cloud.example and leaves with this rotation; pin 2 is the hash of nothing. If the "
        f"next certificate has a new key, no pin fits and the app cannot connect to {HOST}. Get the next key from the "
        "owner of the certificate, add its pin and ship a release by 22 December 2026.",
    )


def test_an_unknown_key_pin_may_be_the_next_key_while_the_successor_is_assumed() -> None:
    found = verdict(android(pin(LEAF), STRANGER), case(SERVED, DEVICES))

    assert (found.value, found.reason.code) == (Value.AT_RISK, "backup_key_unregistered")


def test_an_unknown_key_pin_matches_nothing_under_a_known_successor() -> None:
    found = verdict(android(pin(LEAF), STRANGER), case(SERVED, DEVICES, known=[Announced(facts(NEXT, ISSUING))]))

    assert (found.value, found.reason.code) == (Value.WILL_FAIL, "no_pin_matches")


def test_pins_that_are_identified_as_something_else_are_nobodys_next_key() -> None:
    spare = case(SERVED, DEVICES)
    mistaken = replace(spare, identified={ISSUING.facts.sha256: "the fingerprint of Issuing"})
    fingerprint = formats.pin_text("android_nsc", ISSUING.facts.sha256)

    values = [
        verdict(android(pin(LEAF), PLACEHOLDER), spare).value,
        verdict(android(pin(LEAF), fingerprint), mistaken).value,
        verdict(android(pin(LEAF), pin(OTHER_ROOT)), case(SERVED, (DEVICES, store(ROOT, OTHER_ROOT, name="b")))).value,
    ]

    assert values == [Value.WILL_FAIL, Value.WILL_FAIL, Value.WILL_FAIL]


def test_an_ios_rule_that_one_pin_fails_is_judged_per_client_and_the_worst_counts() -> None:
    twice = f'"sha256/{pin(ROOT)}"'
    both = formats.read(f'{{"hosts":[{{"host":"{HOST}","hashes":[{twice},{twice}]}}]}}'.encode())
    on = case(SERVED, DEVICES)

    values = [judge(both, (client,), on).value for client in (Client.OUTSYSTEMS_ANDROID, Client.OUTSYSTEMS_IOS)]

    assert values == [Value.READY, Value.FAILING]
    assert judge(both, (Client.OUTSYSTEMS_ANDROID, Client.OUTSYSTEMS_IOS), on).value is Value.FAILING


def test_one_of_four_addresses_with_an_unpinned_chain_is_failing_and_counted() -> None:
    new = ServedChain(facts(NEXT, ISSUING), ("192.0.2.4",))
    old = ServedChain(facts(LEAF, ISSUING), ("192.0.2.1", "192.0.2.2", "192.0.2.3"))

    found = verdict(android(pin(LEAF)), case((old, new), DEVICES))

    assert found.value is Value.FAILING
    assert found.reason.text == (
        f"On 1 of 4 addresses: Pin 1 is the leaf key of *.cloud.example. No pin fits the chain of *.cloud.example that "
        f"is served now, so the app cannot connect to {HOST}. Ship a release with a pin that fits it today."
    )


def test_while_a_new_chain_rolls_out_it_is_the_known_successor() -> None:
    old = ServedChain(facts(LEAF, ISSUING), ("192.0.2.1",))
    newer = ISSUING.leaf("*.cloud.example", not_before=NOW)
    new = ServedChain(facts(newer, ISSUING), ("192.0.2.2",))

    found = verdict(android(pin(ROOT)), case((old, new), DEVICES, is_rolling_out=True))

    assert (found.value, found.evidence) == (Value.READY, Evidence.ROLLING_OUT)


def test_blocked_today_on_one_of_two_stores_is_a_risk_that_names_the_store() -> None:
    old_phones = store(OTHER_ROOT, name="old phones")

    found = verdict(android(pin(ROOT)), case(SERVED, (DEVICES, old_phones)))

    assert (found.value, found.now, found.reason.code) == (Value.AT_RISK, Value.AT_RISK, "depends_on_trust_store")


def test_a_certificate_for_another_host_blocks_and_asks_for_no_shipping_date() -> None:
    found = verdict(android(pin(LEAF)), replace(case(SERVED, DEVICES), host="www.example.org"))

    assert (found.value, found.reason.code, found.ship_by) == (Value.FAILING, "host_not_covered", None)


def test_a_pinned_root_that_is_not_served_is_named_from_the_trust_store() -> None:
    other = chain(OTHER_ROOT.leaf(HOST))
    found = verdict(android(pin(ROOT)), case(other, store(ROOT, OTHER_ROOT)))

    assert found.reason == Reason(
        "no_pin_matches",
        f"Pin 1 is the root key of Root. No pin fits the chain of {HOST} that is served now, so the app cannot connect "
        f"to {HOST}. Ship a release with a pin that fits it today.",
    )


def test_a_host_that_no_rule_speaks_for_is_unprotected() -> None:
    leaf = ISSUING.leaf("www.example.org")

    found = verdict(android(pin(LEAF)), replace(case(chain(leaf, ISSUING), DEVICES), host="www.example.org"))

    assert (found.value, found.reason.code, found.ship_by) == (Value.UNPROTECTED, "no_rule_for_host", None)


def test_a_host_that_was_never_seen_is_unknown_unless_the_client_refuses_the_file() -> None:
    unseen = Case(HOST, (), (DEVICES,), NOW, failure="Nothing listens on this port.")

    found = verdict(android(pin(ROOT)), unseen)
    refused = verdict(BROKEN, unseen)

    assert (found.value, found.reason) == (Value.UNKNOWN, Reason("unreachable", "Nothing listens on this port."))
    assert (refused.value, refused.reason.code) == (Value.FAILING, "wrong_length")


def test_a_file_that_the_client_refuses_fails_whatever_is_served() -> None:
    found = verdict(BROKEN, case(SERVED, DEVICES))

    assert found.value is Value.FAILING
    assert {judged.decision.outcome for judged in found.decisions} == {Outcome.CONFIG_ERROR}


def test_a_ready_verdict_shows_the_pin_that_saves_it() -> None:
    found = verdict(android(pin(ROOT)), case(SERVED, DEVICES))

    assert found.value is Value.READY
    assert found.counterexample is not None
    assert found.counterexample.decision.match is not None
    assert found.counterexample.decision.match.certificate == ROOT.facts


def test_a_registered_key_settles_the_leaf_but_not_the_intermediate() -> None:
    known = [Announced(leaf=UnknownCertificate("leaf", spki_sha256=NEXT.facts.spki_sha256))]

    leaf = verdict(android(pin(LEAF), pin(NEXT)), case(SERVED, DEVICES, known=known))
    intermediate = verdict(android(pin(ISSUING)), case(SERVED, DEVICES, known=known))

    assert (leaf.value, leaf.evidence) == (Value.READY, Evidence.REGISTERED)
    assert (intermediate.value, intermediate.reason.code) == (Value.AT_RISK, "plausible_successor_blocked")


def test_a_successor_that_expires_within_the_window_is_judged_while_it_is_valid() -> None:
    short = ISSUING.leaf("*.cloud.example", not_before=NOW, not_after=LEAF.facts.not_after.replace(day=1))

    found = verdict(android(pin(ROOT)), case(SERVED, DEVICES, known=[Announced(facts(short, ISSUING))]))

    assert found.value is Value.READY


def test_remote_scenarios_are_shown_and_not_counted() -> None:
    on = case(SERVED, DEVICES)

    shown = remote_decisions(android(pin(ROOT)), (Client.ANDROID_NSC,), on)

    assert {judged.scenario: judged.decision.outcome for judged in shown} == {
        Scenario.SAME_KEY: Outcome.CONNECTS,
        Scenario.REISSUED_INTERMEDIATE: Outcome.CONNECTS,
        Scenario.CROSS_SIGNED_ROOT: Outcome.CONNECTS,
        Scenario.NEW_ROOT: Outcome.BLOCKED_BY_PIN,
        Scenario.OTHER_CA: Outcome.BLOCKED_BY_PIN,
    }
    assert {judged.likelihood for judged in shown} == {Likelihood.REMOTE}


def test_the_worst_of_several_hosts_keeps_all_decisions_and_the_earliest_date() -> None:
    late, early = date(2026, 12, 24), date(2026, 12, 2)
    reason = Reason("a", "b")
    verdicts = [
        Verdict(Value.READY, reason, now=Value.READY, next=Value.READY),
        Verdict(Value.WILL_FAIL, reason, ship_by=late, now=Value.READY, next=Value.WILL_FAIL),
        Verdict(Value.WILL_FAIL, reason, ship_by=early, now=Value.UNPROTECTED, next=Value.WILL_FAIL),
        Verdict(Value.UNKNOWN, reason),
    ]

    assert worst(verdicts) == Verdict(Value.WILL_FAIL, reason, ship_by=early, now=Value.UNKNOWN, next=Value.WILL_FAIL)
