"""Verdicts where whole certificates are pinned: the breakages on record, and sentences that speak of certificates."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from pins import formats
from pins.case import Case
from pins.certificate import UnknownCertificate
from pins.conclusion import Value, Verdict
from pins.correction import Addition, Correction, correct
from pins.decision import Client
from pins.errors import Place
from pins.pinset import PinSet
from pins.scenarios import Likelihood, Scenario
from pins.successors import Announced
from pins.verdict import judge
from tests.pins.bundles import held, key_pin
from tests.pins.cases import HOST, case, chain, store
from tests.pki import LEAF_UNTIL, Authority, Issued, facts

ROOT = Authority.root("Root")
ISSUING, SIBLING = ROOT.authority("Issuing"), ROOT.authority("Sibling")
LEAF = ISSUING.leaf("*.cloud.example")
KEPT, REKEYED = ISSUING.renew(LEAF, "*.cloud.example"), ISSUING.leaf("*.cloud.example")
PRIVATE = Authority.root("Private")
SERVED, DEVICES = chain(LEAF, ISSUING), store(ROOT)
ANDROID, IOS = Client.CORDOVA_ADVANCED_HTTP_ANDROID, Client.CORDOVA_ADVANCED_HTTP_IOS
CERTIFICATES, KEYS = Client.ALAMOFIRE_CERTIFICATES, Client.ALAMOFIRE_PUBLIC_KEYS


def bundled(*issued: Issued) -> PinSet:
    return formats.read(b"".join(one.der for one in issued))


def judged(client: Client, pin_set: PinSet, on: Case) -> Verdict:
    return judge(pin_set, (client,), on)


def value(client: Client, pin_set: PinSet, on: Case) -> Value:
    return judged(client, pin_set, on).value


@pytest.mark.parametrize("client", [ANDROID, CERTIFICATES])
def test_bankdroid_2016_a_bundled_leaf_that_expires_today_is_too_late_to_repair_and_fails_after_the_switch(
    client: Client,
) -> None:
    # bankdroid, November 2016
    today = datetime(2027, 3, 31, tzinfo=UTC)

    before = judged(client, bundled(LEAF), case(SERVED, DEVICES, now=today))
    after = judged(client, bundled(LEAF), case(chain(REKEYED, ISSUING), DEVICES, now=today))

    assert (before.value, before.ship_by, after.value) == (Value.WILL_FAIL, date(2026, 12, 22), Value.FAILING)


def test_hello_pinnedcerts_2014_a_leaf_as_only_anchor_will_fail_unless_subject_and_key_stay() -> None:
    # hello-pinnedcerts, July 2014; nethunter-app, March 2018
    values = [
        value(ANDROID, bundled(LEAF), case(SERVED, DEVICES)),
        value(ANDROID, bundled(LEAF), case(SERVED, DEVICES, known=[Announced(facts(KEPT, ISSUING))])),
        value(ANDROID, bundled(LEAF), case(SERVED, DEVICES, known=[Announced(facts(REKEYED, ISSUING))])),
        value(ANDROID, bundled(LEAF), case(chain(REKEYED, ISSUING), DEVICES)),
    ]

    assert values == [Value.WILL_FAIL, Value.READY, Value.WILL_FAIL, Value.FAILING]


def test_on_ios_a_renewal_with_the_same_key_saves_keys_and_no_certificate() -> None:
    kept = case(SERVED, DEVICES, known=[Announced(facts(KEPT, ISSUING))])

    assert [value(client, bundled(LEAF), kept) for client in (IOS, CERTIFICATES, KEYS)] == [
        Value.WILL_FAIL,
        Value.WILL_FAIL,
        Value.READY,
    ]


@pytest.mark.parametrize("client", [ANDROID, IOS, CERTIFICATES, KEYS])
def test_the_next_certificate_beside_the_present_one_is_ready(client: Client) -> None:
    coming = case(SERVED, DEVICES, known=[Announced(facts(REKEYED, ISSUING))])

    assert value(client, bundled(LEAF, REKEYED), coming) is Value.READY


@pytest.mark.parametrize("client", [ANDROID, IOS, CERTIFICATES, KEYS])
def test_a_bundled_intermediate_is_at_risk_and_a_bundled_root_is_ready(client: Client) -> None:
    on = case(SERVED, DEVICES)

    assert [value(client, bundled(one), on) for one in (ISSUING, ROOT)] == [Value.AT_RISK, Value.READY]


@pytest.mark.parametrize("client", [ANDROID, Client.CAPGO_IOS])
def test_an_intermediate_issued_anew_with_its_name_and_key_saves_who_trusts_it_as_anchor(client: Client) -> None:
    anew = {Scenario.REISSUED_INTERMEDIATE: Likelihood.EXPECTED, Scenario.SIBLING_INTERMEDIATE: Likelihood.REMOTE}
    on = case(SERVED, DEVICES, likelihoods={**anew, Scenario.OTHER_KEY_TYPE: Likelihood.REMOTE})

    assert value(client, bundled(ISSUING), on) is Value.READY
    assert value(CERTIFICATES, bundled(ISSUING), on) is Value.WILL_FAIL


def test_a_kept_key_settles_a_leaf_as_anchor_only_once_its_subject_is_known() -> None:
    history = [ISSUING.renew(LEAF, "*.cloud.example").facts for _ in range(3)]
    found = judged(ANDROID, bundled(LEAF), case(SERVED, DEVICES, history=history))

    assert (found.value, found.reason.code) == (Value.AT_RISK, "renewed_subject_unknown")
    assert found.reason.text == (
        f"After the next rotation: The next certificate of {HOST} has the key of a bundled one, and only if its "
        "subject stays too does Android take it for that one and connect. Register the next certificate to settle it."
    )


def test_a_fingerprint_settles_what_a_whole_certificate_is_compared_with() -> None:
    known = [Announced(leaf=UnknownCertificate("leaf", sha256=REKEYED.facts.sha256))]
    on = case(SERVED, DEVICES, known=known)

    assert [value(client, bundled(LEAF, REKEYED), on) for client in (ANDROID, CERTIFICATES)] == [Value.READY] * 2


def test_a_private_authority_that_the_server_does_not_send_is_still_the_issuer_of_the_next_leaf() -> None:
    served = chain(PRIVATE.leaf("*.cloud.example"))
    found = judged(Client.CAPGO_ANDROID, bundled(PRIVATE), case(served, DEVICES))

    assert (found.now, found.value, found.reason.code) == (Value.READY, Value.AT_RISK, "plausible_successor_blocked")
    assert found.reason.text.startswith(
        "Pin 1 is the root certificate of Private, which is not served. If the next certificate comes from another "
        "intermediate: No path leads from what"
    )


def test_a_window_that_spans_the_end_of_a_bundled_authority_counts_its_worse_end() -> None:
    ending = ROOT.reissue(ISSUING, not_after=LEAF_UNTIL - timedelta(days=10))
    found = judged(Client.CAPGO_IOS, bundled(ending), case(SERVED, DEVICES))

    assert found.value is Value.WILL_FAIL
    assert " That is so on 31 March 2027; on 29 January 2027 it is otherwise." in found.reason.text


def test_a_certificate_is_never_taken_for_the_next_key() -> None:
    stranger = ROOT.leaf("backup.cloud.example")
    on = case(SERVED, DEVICES)

    assert [judged(client, bundled(LEAF, stranger), on).reason.code for client in (CERTIFICATES, KEYS)] == [
        "no_pin_matches",
        "backup_key_unregistered",
    ]


@pytest.mark.parametrize(
    ("client", "what"),
    [
        (CERTIFICATES, f", no pin fits and the app cannot connect to {HOST}."),
        (
            ANDROID,
            (
                f": No path leads from what {HOST} serves to any of the 2 bundled certificates, and the app trusts no "
                "other, so it cannot connect."
            ),
        ),
    ],
)
def test_the_reason_speaks_of_certificates(client: Client, what: str) -> None:
    other = PRIVATE.leaf("www.example.com")

    assert judged(client, bundled(LEAF, other), case(SERVED, DEVICES)).reason.text == (
        "Pin 1 is the leaf certificate of *.cloud.example and leaves with this rotation; pin 2 is the leaf certificate "
        f"of www.example.com, which is not served. If the next certificate has a new key{what} Get the next "
        "certificate, or that of its authority, from its owner, bundle it and ship a release by 22 December 2026."
    )


def test_a_file_that_the_client_does_not_read_is_told_in_the_reason() -> None:
    found = judged(CERTIFICATES, formats.read(ROOT.pem), case(SERVED, DEVICES))

    assert found.reason.text == (
        "Pin 1 is a certificate in a form that this client does not read. The app bundles no certificate that this "
        f"client reads for {HOST}, so no connection comes about. Ship a release with a pin that fits it today."
    )


def corrected(client: Client, pin_set: PinSet, on: Case) -> Correction:
    return correct(pin_set, client, on, judged(client, pin_set, on))


def test_the_certificate_of_a_known_successor_is_to_be_bundled_and_a_stranger_goes() -> None:
    stranger = PRIVATE.leaf("www.example.com")
    on = case(SERVED, DEVICES, known=[Announced(facts(REKEYED, ISSUING))])
    leaf, other, new = LEAF.facts, stranger.facts, REKEYED.facts

    assert corrected(CERTIFICATES, bundled(LEAF, stranger), on) == Correction(
        keep=(replace(held(leaf), place=Place(path="certificate 1")),),
        drop=(replace(held(other), place=Place(path="certificate 2")),),
        add=(Addition(new.spki_sha256, "*.cloud.example", new),),
    )


def test_without_a_known_successor_the_root_is_to_be_bundled() -> None:
    root = ROOT.facts

    for client in (ANDROID, IOS, CERTIFICATES, KEYS):
        found = corrected(client, bundled(LEAF), case(SERVED, DEVICES))
        assert found.add == (Addition(root.spki_sha256, "Root", root),)
        assert value(client, bundled(LEAF, ROOT), case(SERVED, DEVICES)) is Value.READY


def test_keys_of_bundled_certificates_are_kept_as_keys() -> None:
    found = corrected(KEYS, bundled(LEAF), case(SERVED, DEVICES))

    assert (found.keep, found.drop) == ((key_pin(held(LEAF.facts)),), ())


def test_a_bundled_authority_that_nobody_serves_and_that_saves_the_app_is_kept() -> None:
    served = chain(PRIVATE.leaf("*.cloud.example"))

    assert corrected(Client.CAPGO_ANDROID, bundled(PRIVATE), case(served, DEVICES)).keep == (held(PRIVATE.facts),)
