"""Breakages by authorities: moved intermediates, roots and trust stores, and the verdicts before and after the news."""

import pytest

from pins.conclusion import Value
from pins.scenarios import Likelihood, Scenario
from pins.successors import Announced
from pins.trust import TrustStore
from tests.pins.cases import android, case, chain, named_authority, pin, store, verdict
from tests.pki import Authority, facts

NAME = "*.cloud.example"
ROOT = Authority.root("Other CA Root")
OTHER = ROOT.authority("Other CA 1")


def test_expensify_cloudfront_2026_m01_to_m04_stops_the_intermediate_and_not_the_five_roots() -> None:
    # Expensify on CloudFront, July 2026
    root, old = named_authority("Amazon RSA 2048 M01", "Amazon")
    new = root.authority("Amazon RSA 2048 M04")
    roots = [root, *(Authority.root(f"Amazon Root CA {number}") for number in (2, 3, 4)), Authority.root("Starfield")]
    served, devices = chain(old.leaf(NAME), old), store(*roots)
    known = [Announced(facts(new.leaf(NAME), new))]

    one, five = android(pin(old)), android(*map(pin, roots))

    assert [verdict(one, case(served, devices)).value, verdict(one, case(served, devices, known=known)).value] == [
        Value.WILL_FAIL,
        Value.WILL_FAIL,
    ]
    assert [verdict(five, case(served, devices)).value, verdict(five, case(served, devices, known=known)).value] == [
        Value.READY,
        Value.READY,
    ]


def test_brave_2026_an_intermediate_that_became_an_anchor_hides_the_pinned_root() -> None:
    # Brave, January 2026: paths end where the intermediate is trusted itself
    root = Authority.root("Pinned Root")
    issuing = root.authority("Anchored intermediate")
    served = chain(issuing.leaf(NAME), issuing)
    stores = (store(root, name="before"), TrustStore("Brave 1.86", facts(issuing)))

    found = verdict(android(pin(root)), case(served, stores))
    both = verdict(android(pin(root), pin(issuing)), case(served, stores))

    assert (found.value, found.reason.code) == (Value.AT_RISK, "depends_on_trust_store")
    assert "Brave 1.86" in found.reason.text
    assert both.value is Value.READY


def test_balance_open_2018_a_leaf_of_somebody_else_will_fail_and_fails_once_it_is_served_without_notice() -> None:
    # balance-open on Google App Engine, January 2018
    leaf, renewed = OTHER.leaf(NAME), OTHER.leaf(NAME)
    pins, devices = android(pin(leaf)), store(ROOT)

    before = verdict(pins, case(chain(leaf, OTHER), devices, is_platform_owned=True))
    after = verdict(pins, case(chain(renewed, OTHER), devices, is_platform_owned=True))

    assert (before.value, after.value) == (Value.WILL_FAIL, Value.FAILING)


def under(root_name: str) -> tuple[Authority, Authority]:
    root = Authority.root(root_name)
    return root, root.authority(f"{root_name} Issuing")


@pytest.mark.parametrize(
    ("root_name", "scenario"),
    [
        ("DigiCert Global Root CA", Scenario.NEW_ROOT),
        ("Entrust Root Certification Authority - G2", Scenario.OTHER_CA),
    ],
    ids=["entra_g1_to_g2", "authorize_net_entrust_to_digicert"],
)
def test_a_root_with_a_dated_distrust_will_fail_and_is_ready_with_old_and_new_pinned(
    root_name: str, scenario: Scenario
) -> None:
    root, issuing = under(root_name)
    new_root, new_issuing = under("DigiCert Global Root G9")
    served, devices = chain(issuing.leaf(NAME), issuing), store(root, new_root)
    known = [Announced(facts(new_issuing.leaf(NAME), new_issuing))]
    only_old, both = android(pin(root)), android(pin(root), pin(new_root))

    before = verdict(only_old, case(served, devices))

    assert (before.value, before.counterexample.scenario if before.counterexample else None) == (
        Value.WILL_FAIL,
        scenario,
    )
    assert verdict(only_old, case(served, devices, known=known)).value is Value.WILL_FAIL
    assert verdict(both, case(served, devices, known=known)).value is Value.READY


def test_without_a_dated_distrust_the_same_root_is_ready() -> None:
    root, issuing = under("Some Lasting Root")

    assert verdict(android(pin(root)), case(chain(issuing.leaf(NAME), issuing), store(root))).value is Value.READY


def test_cloudflare_2024_a_managed_domain_whose_ca_may_change_is_at_risk_and_fails_under_the_other_ca() -> None:
    # Cloudflare, 2024: the domain's own setting makes another CA plausible
    root, issuing = under("Managed Root")
    served, devices = chain(issuing.leaf(NAME), issuing), store(root, ROOT)
    setting = {Scenario.OTHER_CA: Likelihood.PLAUSIBLE}
    pins = android(pin(root))

    before = verdict(pins, case(served, devices, likelihoods=setting))
    after = verdict(pins, case(served, devices, known=[Announced(facts(OTHER.leaf(NAME), OTHER))]))

    assert (before.value, after.value) == (Value.AT_RISK, Value.WILL_FAIL)
