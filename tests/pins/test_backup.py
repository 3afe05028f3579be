"""A registered backup key: an unknown pin that its owner has proved to be theirs."""

from dataclasses import replace

from pins.case import Case
from pins.conclusion import Value
from pins.scenarios import Likelihood, Scenario
from pins.successors import Announced
from tests.pins.cases import STRANGER, android, case, chain, pin, store, verdict
from tests.pki import Authority, Issued, facts

ROOT = Authority.root("Root")
ISSUING = ROOT.authority("Issuing")
LEAF, BACKUP, NEXT = (ISSUING.leaf("*.cloud.example") for _ in range(3))


def on(*registered: Issued, **wishes: object) -> Case:
    keys = {digest: "in the safe" for one in registered for digest in (one.facts.spki_sha256, one.facts.spki_sha1)}
    return replace(case(chain(LEAF, ISSUING), store(ROOT), **wishes), backup_keys=keys)  # type: ignore[arg-type]


def test_an_unknown_pin_is_at_risk_and_ready_once_its_key_is_registered() -> None:
    pins = android(pin(LEAF), pin(BACKUP))

    before, after = verdict(pins, on()), verdict(pins, on(BACKUP))

    assert (before.value, before.reason.code) == (Value.AT_RISK, "backup_key_unregistered")
    assert (after.value, after.reason.code) == (Value.READY, "backup_key_registered")
    assert after.reason.text == (
        "Pin 2 is the registered backup key in the safe. If the next certificate has a new key, the app stays "
        "connected to acme.cloud.example if that is the key. Have the next certificate issued for it."
    )


def test_a_registered_key_that_is_not_pinned_saves_nobody() -> None:
    assert verdict(android(pin(LEAF)), on(BACKUP)).value is Value.WILL_FAIL


def test_another_unknown_pin_stays_what_it_is() -> None:
    assert verdict(android(pin(LEAF), STRANGER), on(BACKUP)).reason.code == "backup_key_unregistered"


def test_a_known_successor_with_another_key_stops_the_app_all_the_same() -> None:
    known = on(BACKUP, known=[Announced(facts(NEXT, ISSUING))])

    assert verdict(android(pin(LEAF), pin(BACKUP)), known).value is Value.WILL_FAIL


def test_a_leaf_key_is_enough_under_any_issuer_that_counts() -> None:
    moved = on(BACKUP, likelihoods={Scenario.OTHER_CA: Likelihood.EXPECTED})

    assert verdict(android(pin(LEAF), pin(BACKUP)), moved).value is Value.READY
