"""From the bytes of an Info.plist and of real chains to decisions and verdicts of both mechanisms."""

from typing import Any

import pytest

from pins.decide import decide
from pins.decision import Client, Decision, Outcome
from pins.device import Device
from pins.encounter import Encounter
from pins.formats import clients_in, read
from pins.paths import PathOrder, validated_paths
from pins.verdict import Value, judge
from tests.pins.cases import HOST as SHOP
from tests.pins.cases import case, chain, store
from tests.pins.cases import pin as spki
from tests.pins.encounters import BAD, BAD_2
from tests.pins.formats.plists import binary, identities, transport, trustkit, xml
from tests.pki import NOW, Authority, Issued, facts

ATS, TRUSTKIT = Client.APPLE_ATS, Client.TRUSTKIT_IOS
HOST = "api.example.com"
ROOT, OTHER = Authority.root("Root"), Authority.root("Other root")
ISSUING = ROOT.authority("Issuing")
LEAF = ISSUING.leaf(HOST, "*.example.com")
RENEWED = ISSUING.leaf(HOST)
CONNECTS, BLOCKED, OPEN = Outcome.CONNECTS, Outcome.BLOCKED_BY_PIN, Outcome.NOT_PINNED
CRASH = Outcome.CONFIG_ERROR


def met(client: Client, source: bytes, host: str = HOST, device: Device | None = None) -> Decision:
    anchors, served = store(ROOT), facts(LEAF, ISSUING)
    paths = {order: validated_paths(served, anchors, NOW, order) for order in PathOrder}
    return decide(client, read(source), Encounter(host, served, "devices", paths, NOW, device=device or Device()))


def ca(*issued: Issued, **more: Any) -> dict[str, Any]:
    return {"NSPinnedCAIdentities": identities(*map(spki, issued)), **more}


@pytest.mark.parametrize("written", [xml, binary])
@pytest.mark.parametrize(
    ("domains", "outcome", "code"),
    [
        ({"example_com": ca(ROOT, NSIncludesSubdomains=True)}, CONNECTS, "pin_matches"),
        ({"example_com": ca(OTHER, NSIncludesSubdomains=True)}, BLOCKED, "no_ca_pin_matches"),
        ({"example_com": ca(OTHER, NSIncludesSubdomains="YES")}, OPEN, "no_rule_for_host"),
        ({"example_com": ca(OTHER, NSIncludesSubdomains=1)}, OPEN, "no_rule_for_host"),
        ({"api_example_com": ca(LEAF)}, BLOCKED, "no_ca_pin_matches"),
        ({"api_example_com": {"NSPinnedLeafIdentities": []}}, BLOCKED, "no_usable_pin"),
        ({"api_example_com": {"NSPinnedLeafIdentities": "x"}}, BLOCKED, "no_usable_pin"),
        ({"api_example_com": {"NSPinnedLeafIdentities": [spki(LEAF)]}}, BLOCKED, "no_usable_pin"),
        ({"api_example_com": {}}, OPEN, "rule_without_pins"),
        ({"api_example_com": "x"}, OPEN, "no_rule_for_host"),
        (
            {"example_com": ca(OTHER, NSIncludesSubdomains=True), "api_example_com": ca(ISSUING)},
            CONNECTS,
            "pin_matches",
        ),
    ],
)
def test_pinned_domains(written: Any, domains: dict[str, Any], outcome: Outcome, code: str) -> None:
    decision = met(ATS, written(transport(**domains)))

    assert (decision.outcome, decision.reason.code) == (outcome, code)


@pytest.mark.parametrize(
    ("domains", "outcome", "code"),
    [
        (
            {"example_com": {"TSKPublicKeyHashes": [spki(ROOT), BAD], "TSKIncludeSubdomains": 1}},
            CONNECTS,
            "pin_matches",
        ),
        ({"example_com": {"TSKPublicKeyHashes": [BAD, BAD_2], "TSKIncludeSubdomains": "NO"}}, OPEN, "no_rule_for_host"),
        ({"api_example_com": {"TSKPublicKeyHashes": [BAD, BAD_2]}}, BLOCKED, "no_pin_matches"),
        ({"api_example_com": {"TSKPublicKeyHashes": [spki(LEAF), spki(LEAF)]}}, CRASH, "too_few_distinct_pins"),
        ({"api_example_com": {"TSKPublicKeyHashes": [spki(LEAF), f"{BAD}\n"]}}, CRASH, "not_base64"),
        (
            {"api_example_com": {"TSKPublicKeyHashes": [BAD], "TSKEnforcePinning": False}},
            Outcome.FAILS_OPEN,
            "report_only",
        ),
        (
            {"api_example_com": {"TSKPublicKeyHashes": [BAD, BAD_2], "TSKExpirationDate": "2020-01-01"}},
            Outcome.FAILS_OPEN,
            "pins_expired",
        ),
        (
            {"api_example_com": {"TSKPublicKeyHashes": [BAD, BAD_2], "TSKExpirationDate": "1 Jan 2020"}},
            BLOCKED,
            "no_pin_matches",
        ),
        ({"host_internal": {"TSKPublicKeyHashes": [BAD, BAD_2]}}, CRASH, "unknown_public_suffix"),
        (
            {
                "example_com": {"TSKPublicKeyHashes": [BAD, BAD_2], "TSKIncludeSubdomains": True},
                "api_example_com": {"kSKExcludeSubdomainFromParentPolicy": True},
            },
            OPEN,
            "host_excluded",
        ),
        (
            {
                "example_com": {"TSKPublicKeyHashes": [BAD, BAD_2], "TSKIncludeSubdomains": True},
                "api_example_com": {"TSKExcludeSubdomainFromParentPolicy": True},
            },
            CRASH,
            "too_few_distinct_pins",
        ),
    ],
)
def test_trustkit_policies(domains: dict[str, Any], outcome: Outcome, code: str) -> None:
    decision = met(TRUSTKIT, xml(trustkit(**domains)))

    assert (decision.outcome, decision.reason.code) == (outcome, code)


def test_each_mechanism_reads_its_own_part_of_one_file() -> None:
    source = xml(
        {
            **transport(api_example_com=ca(ROOT)),
            **trustkit(api_example_com={"TSKPublicKeyHashes": [BAD, BAD_2]}),
        }
    )

    found = {client: met(client, source).outcome for client in clients_in(read(source))}

    assert found == {ATS: CONNECTS, TRUSTKIT: BLOCKED}


def test_a_setting_that_switches_the_pins_off_blocks_everything() -> None:
    source = xml({**transport(api_example_com=ca(ROOT)), "SecTrustPinningRequired": True})

    decision = met(ATS, source)

    assert (decision.outcome, decision.reason.code) == (CRASH, "system_pinning_required")


def test_a_build_setting_in_a_pin_leaves_a_mismatch_open() -> None:
    source = xml(transport(api_example_com={"NSPinnedLeafIdentities": identities(BAD, "$(NEXT_PIN)")}))
    elsewhere = xml({"NSAppTransportSecurity": {"NSPinnedDomains": {"$(HOST)": ca(ROOT)}}})

    found = [(one.outcome, one.reason.code) for one in (met(ATS, source), met(ATS, elsewhere))]

    assert found == [(Outcome.INDETERMINATE, "unresolved_code"), (Outcome.INDETERMINATE, "unresolved_code")]


def test_code_is_decided_as_the_property_list_of_the_same_policy() -> None:
    code = f'let c: [String: Any] = [kTSKPinnedDomains: ["{HOST}": [kTSKPublicKeyHashes: ["{BAD}", "{spki(LEAF)}"]]]]'

    decision = met(TRUSTKIT, code.encode())

    assert (decision.outcome, decision.match and decision.match.certificate) == (CONNECTS, LEAF.facts)


def test_a_pin_that_fits_is_not_called_unfit_where_a_second_list_blocks() -> None:
    leaf = ISSUING.leaf(SHOP)
    policy = {"NSPinnedLeafIdentities": identities(spki(leaf)), **ca(OTHER)}

    verdict = judge(read(xml(transport(acme_cloud_example=policy))), (ATS,), case(chain(leaf, ISSUING), store(ROOT)))

    assert (verdict.value, verdict.reason.code, verdict.reason.text) == (
        Value.FAILING,
        "no_ca_pin_matches",
        (
            "Pin 1 is the leaf key of acme.cloud.example; pin 2 belongs to no certificate on record. The only pin of "
            "an authority for acme.cloud.example matches nothing above the leaf in the path “acme.cloud.example” → "
            "“Issuing” → “Root”, so the app cannot connect. Ship a release with a pin that fits it today."
        ),
    )


def test_a_backup_key_may_save_a_list_of_leaves_and_none_of_authorities() -> None:
    leaf = ISSUING.leaf(SHOP)
    on = case(chain(leaf, ISSUING), store(ROOT))
    leaves = {"NSPinnedLeafIdentities": identities(spki(leaf), BAD)}
    authorities = ca(ISSUING, NSIncludesSubdomains=True)
    authorities["NSPinnedCAIdentities"] += identities(BAD)

    found = [judge(read(xml(transport(acme_cloud_example=one))), (ATS,), on) for one in (leaves, authorities)]

    assert [(one.value, one.reason.code) for one in found] == [
        (Value.AT_RISK, "backup_key_unregistered"),
        (Value.AT_RISK, "plausible_successor_blocked"),
    ]
