"""Breakages that really happened, and what the verdict has to be before and after the news."""

from dataclasses import replace
from datetime import UTC, date, datetime

from pins.conclusion import Value
from pins.scenarios import Evidence, Likelihood, Scenario
from pins.successors import Announced
from tests.pins.cases import HOST, android, case, chain, named_authority, pin, store, verdict
from tests.pki import Authority, facts

ROOT = Authority.root("Root")
OLD, NEW = ROOT.authority("Issuing 2014"), ROOT.authority("Issuing 2016")
LEAF = OLD.leaf("*.cloud.example")
RENEWED = OLD.leaf("*.cloud.example")
SERVED, DEVICES = chain(LEAF, OLD), store(ROOT)


def test_barclays_2016_a_pinned_intermediate_is_at_risk_until_the_successor_is_known_to_come_from_its_sibling() -> None:
    # Barclays and Axsy, November 2016
    pins = android(pin(OLD))

    before = verdict(pins, case(SERVED, DEVICES))
    after = verdict(pins, case(SERVED, DEVICES, known=[Announced(facts(NEW.leaf("*.cloud.example"), NEW))]))

    assert (before.value, before.reason.code, before.evidence) == (
        Value.AT_RISK,
        "plausible_successor_blocked",
        Evidence.ASSUMED,
    )
    assert before.counterexample is not None
    assert before.counterexample.scenario is Scenario.SIBLING_INTERMEDIATE
    assert (after.value, after.evidence) == (Value.WILL_FAIL, Evidence.REGISTERED)


def test_lets_encrypt_x3_2020_pinned_intermediates_of_a_ca_that_draws_them_at_random_will_fail() -> None:
    # Let's Encrypt X3 to R3, December 2020, with its never used X4 as the second pin
    root, issuing = named_authority("R3", "Let's Encrypt")
    served = chain(issuing.leaf("*.cloud.example"), issuing)

    found = verdict(android(pin(issuing), "sRHdihwgkaib1P1gxX8HFszlD+7/gTfNvuAybgLPNis="), case(served, store(root)))

    assert (found.value, found.reason.code) == (Value.WILL_FAIL, "no_pin_matches")
    assert found.reason.text == (
        "Pin 1 is the intermediate key of R3 and leaves with this rotation; pin 2 is the key of Let's Encrypt X4. "
        f"If the next certificate comes from another intermediate, no pin fits and the app cannot connect to {HOST}. "
        "Get the next key from the owner of the certificate, add its pin and ship a release by 22 December 2026."
    )


def test_outsystems_2020_the_platforms_leaf_key_will_fail_unless_the_announced_pin_is_there_too() -> None:
    # OutSystems, April 2020
    announced = [Announced(facts(RENEWED, OLD))]

    values = [
        verdict(android(pin(LEAF)), case(SERVED, DEVICES, is_platform_owned=True)).value,
        verdict(android(pin(LEAF)), case(SERVED, DEVICES, known=announced)).value,
        verdict(android(pin(LEAF), pin(RENEWED)), case(SERVED, DEVICES, known=announced)).value,
    ]

    assert values == [Value.WILL_FAIL, Value.WILL_FAIL, Value.READY]


def test_expensify_2026_a_leaf_and_one_random_intermediate_will_fail_and_fail_once_another_ca_is_served() -> None:
    # Expensify, July 2026
    root, issuing = named_authority("YE1", "Let's Encrypt")
    leaf = issuing.leaf("*.cloud.example")
    pins = android(pin(leaf), pin(issuing))
    devices = store(root, ROOT)

    values = [
        verdict(pins, case(chain(leaf, issuing), devices)).value,
        verdict(pins, case(chain(leaf, issuing), devices, known=[Announced(facts(RENEWED, OLD))])).value,
        verdict(pins, case(chain(RENEWED, OLD), devices)).value,
    ]

    assert values == [Value.WILL_FAIL, Value.WILL_FAIL, Value.FAILING]


def test_zom_2017_a_pinned_leaf_is_saved_by_a_registered_renewal_that_keeps_its_key() -> None:
    # Zom, May 2017
    kept = OLD.renew(LEAF, "*.cloud.example")
    pins = android(pin(LEAF))

    values = [
        verdict(pins, case(SERVED, DEVICES)).value,
        verdict(pins, case(SERVED, DEVICES, known=[Announced(facts(kept, OLD))])).value,
        verdict(pins, case(SERVED, DEVICES, known=[Announced(facts(RENEWED, OLD))])).value,
    ]

    assert values == [Value.WILL_FAIL, Value.READY, Value.WILL_FAIL]


def test_bankdroid_2016_a_pinned_leaf_that_expires_today_is_too_late_to_repair() -> None:
    # bankdroid, November 2016
    today = datetime(2027, 3, 31, tzinfo=UTC)

    found = verdict(android(pin(LEAF)), case(SERVED, DEVICES, now=today))

    assert (found.value, found.ship_by) == (Value.WILL_FAIL, date(2026, 12, 22))


def test_cert_manager_2025_renewals_that_kept_the_key_are_evidence_and_no_promise() -> None:
    # cert-manager 1.18, June 2025
    history = [OLD.renew(LEAF, "*.cloud.example").facts for _ in range(10)]
    pins = android(pin(LEAF))

    before = verdict(pins, case(SERVED, DEVICES, history=history))
    after = verdict(pins, case(SERVED, DEVICES, history=history, known=[Announced(facts(RENEWED, OLD))]))

    assert (before.value, after.value) == (Value.AT_RISK, Value.WILL_FAIL)


def test_corona_warn_app_2023_a_rotation_after_the_expiration_of_the_pins_leaves_the_app_unprotected() -> None:
    # corona-warn-app, January 2023
    found = verdict(android(pin(LEAF), expiration="2026-12-24"), case(SERVED, DEVICES))

    assert (found.now, found.next, found.value, found.reason.code) == (
        Value.READY,
        Value.UNPROTECTED,
        Value.UNPROTECTED,
        "pins_expired",
    )


def test_corona_warn_app_2023_a_window_that_spans_the_expiration_counts_its_worse_end_and_names_both_dates() -> None:
    found = verdict(android(pin(LEAF), expiration="2027-02-12"), case(SERVED, DEVICES))

    assert found.value is Value.WILL_FAIL
    assert " That is so on 29 January 2027; on 31 March 2027 it is otherwise." in found.reason.text


def test_lets_encrypt_r10_2024_another_random_intermediate_than_the_pinned_one_fails_once_it_is_served() -> None:
    # ansible-role-lets-encrypt, July 2024: R10 pinned, R11 received
    root, issuing = named_authority("R10", "Let's Encrypt")
    sibling = root.authority("R11")
    pins = android(pin(issuing))

    before = verdict(pins, case(chain(issuing.leaf("*.cloud.example"), issuing), store(root)))
    after = verdict(pins, case(chain(sibling.leaf("*.cloud.example"), sibling), store(root)))

    assert (before.value, after.value) == (Value.WILL_FAIL, Value.FAILING)


def test_lets_encrypt_ye_and_yr_a_pinned_old_root_is_at_risk_on_the_stores_that_have_the_new_one() -> None:
    # Let's Encrypt's roots YE and YR, once they enter the stores
    old_root, new_root = Authority.root("X1"), Authority.root("YR")
    cross = old_root.cross_sign(new_root)
    issuing = new_root.authority("YR1")
    served = chain(issuing.leaf("*.cloud.example"), issuing, cross)
    stores = (store(old_root, name="Android 14"), store(new_root, name="Android 17"))

    only_old = verdict(android(pin(old_root)), case(served, stores))
    both = verdict(android(pin(old_root), pin(new_root)), case(served, stores))

    assert (only_old.value, only_old.reason.code, both.value) == (
        Value.AT_RISK,
        "depends_on_trust_store",
        Value.READY,
    )
    assert only_old.reason.text.startswith(
        f"On devices with the trust store Android 17 the app cannot connect to {HOST}, with Android 14 it can."
    )


def test_amazon_m04_2026_all_roots_of_a_ca_with_rolling_intermediates_stay_ready() -> None:
    # the five Amazon roots, when M04 appeared
    root, issuing = named_authority("Amazon RSA 2048 M01", "Amazon")
    sibling = root.authority("Amazon RSA 2048 M04")
    pins = android(pin(root), pin(ROOT))
    served, devices = chain(issuing.leaf("*.cloud.example"), issuing), store(root)

    before = verdict(pins, case(served, devices))
    after = verdict(pins, case(served, devices, known=[Announced(facts(sibling.leaf("*.cloud.example"), sibling))]))

    assert (before.value, after.value) == (Value.READY, Value.READY)


def test_lets_encrypt_x1_to_x3_a_pinned_intermediate_stays_ready_when_it_is_issued_anew_with_its_key() -> None:
    # Let's Encrypt X1 to X3: four certificates, one key
    again = ROOT.reissue(OLD)
    successor = Announced(facts(again.leaf("*.cloud.example"), again))

    assert verdict(android(pin(OLD)), case(SERVED, DEVICES, known=[successor])).value is Value.READY


def test_cloudflare_2024_a_domain_whose_next_ca_may_be_another_puts_every_pin_of_the_present_one_at_risk() -> None:
    managed = case(SERVED, DEVICES, likelihoods={Scenario.OTHER_CA: Likelihood.PLAUSIBLE})

    assert verdict(android(pin(ROOT)), managed).value is Value.AT_RISK


def test_entrust_2024_a_distrusted_root_makes_its_pin_fail_at_the_rotation_after_the_date() -> None:
    root, issuing = named_authority("DigiCert SHA2 Secure Server CA", "DigiCert Inc")
    old = Authority.root("DigiCert Global Root CA")
    sub = old.authority("Secure Server CA")
    trusted = verdict(android(pin(root)), case(chain(issuing.leaf("*.cloud.example"), issuing), store(root)))
    distrusted = verdict(android(pin(old)), case(chain(sub.leaf("*.cloud.example"), sub), store(old)))

    assert (trusted.value, distrusted.value) == (Value.READY, Value.WILL_FAIL)


def test_a_stale_verdict_is_unknown_where_it_was_green_and_stays_where_it_was_not() -> None:
    fresh = case(SERVED, DEVICES)
    stale = replace(fresh, is_stale=True)

    values = [verdict(android(pin(one)), stale).value for one in (ROOT, OLD, LEAF)]

    assert values == [Value.UNKNOWN, Value.AT_RISK, Value.WILL_FAIL]
