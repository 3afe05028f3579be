"""TrustKit's part of an Info.plist: what crashes the app at launch, what does nothing, what is read in another way."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pins.decision import Client
from pins.formats import read
from tests.pins.formats.plists import trustkit, xml
from tests.pins.formats.samples import G, H, N

TRUSTKIT = Client.TRUSTKIT_IOS
GOOD = {"TSKPublicKeyHashes": [H, G]}


def codes(source: bytes) -> list[tuple[str, bool, str]]:
    """Code, whether it is refused, and whom it concerns."""
    return [(one.code, one.is_refused, one.scope) for one in read(source).problems]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"TSKPublicKeyHashes": [H]}, [("too_few_distinct_pins", True)]),
        ({"TSKPublicKeyHashes": [H, H]}, [("too_few_distinct_pins", True)]),
        ({"TSKPublicKeyHashes": [H], "TSKEnforcePinning": False}, []),
        ({"TSKPublicKeyHashes": []}, [("too_few_distinct_pins", True)]),
        ({}, [("too_few_distinct_pins", True)]),
        ({"TSKPublicKeyHashes": [H, G, "dummy"]}, [("not_base64", True)]),
        ({"TSKPublicKeyHashes": [H, G, f" {N}"]}, [("not_base64", True)]),
        ({"TSKPublicKeyHashes": [H, G, "aGV4"]}, [("wrong_length", True)]),
        ({"TSKPublicKeyHashes": [H, G, "sha256/" + N]}, [("not_base64", True)]),
        ({"TSKPublicKeyHashes": [H, G, 1]}, [("plist_wrong_type", True)]),
        ({"TSKPublicKeyHashes": f"{H},{G}"}, [("plist_wrong_type", True)]),
        ({**GOOD, "TSKEnforcePinning": "NO"}, [("loose_boolean", False)]),
        ({**GOOD, "TSKIncludeSubdomains": 1}, [("loose_boolean", False)]),
        ({**GOOD, "TSKIncludeSubdomains": ["YES"]}, [("plist_wrong_type", True)]),
        ({**GOOD, "TSKExpirationDate": "31.01.2027"}, [("expiration_not_read", False)]),
        ({**GOOD, "TSKExpirationDate": "2027-02-30"}, [("expiration_not_read", False)]),
        (
            {**GOOD, "TSKExpirationDate": datetime(2027, 1, 31, tzinfo=UTC).replace(tzinfo=None)},
            [("plist_wrong_type", True)],
        ),
        ({**GOOD, "TSKReportUris": ["https://a.com/report"]}, []),
        ({**GOOD, "TSKReportUris": ["https://a.com/my report"]}, [("invalid_report_uri", False)]),
        ({**GOOD, "TSKReportUris": "https://a.com"}, [("plist_wrong_type", True)]),
        ({**GOOD, "TSKReportUris": [1]}, [("plist_wrong_type", True)]),
        ({**GOOD, "TSKDisableDefaultReportUri": True}, []),
        ({**GOOD, "TSKPublicKeyAlgorithms": ["TSKAlgorithmRsa2048"]}, [("ignored_setting", False)]),
        ({**GOOD, "TSKIncludeSubDomains": True}, [("unknown_key", False)]),
        ({"kSKExcludeSubdomainFromParentPolicy": True, **GOOD}, [("exclusion_with_policy", True)]),
        (
            {"TSKExcludeSubdomainFromParentPolicy": True},
            [("too_few_distinct_pins", True), ("exclusion_key_not_read", False)],
        ),
        ("x", [("plist_wrong_type", True)]),
    ],
)
def test_what_trustkit_makes_of_a_policy_is_reported(policy: Any, expected: list[tuple[str, bool]]) -> None:
    assert codes(xml(trustkit(a_com=policy))) == [(code, is_refused, TRUSTKIT) for code, is_refused in expected]


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        ({"TSKSwizzleNetworkDelegates": True}, ["no_pinned_domains"]),
        ({"TSKPinnedDomains": {}}, ["no_pinned_domains"]),
        ({"TSKPinnedDomains": []}, ["plist_wrong_type"]),
        ("x", ["plist_wrong_type"]),
    ],
)
def test_a_configuration_without_domains_crashes(configuration: Any, expected: list[str]) -> None:
    assert codes(xml({"TSKConfiguration": configuration})) == [(code, True, TRUSTKIT) for code in expected]


@pytest.mark.parametrize(
    ("value", "is_included"),
    [
        ("YES", True),
        ("true", True),
        ("1", True),
        (" 01", True),
        ("NO", False),
        ("0", False),
        ("on", False),
        ("", False),
    ],
)
def test_texts_in_the_place_of_booleans_are_read_as_objective_c_reads_them(value: str, is_included: bool) -> None:
    pin_set = read(xml(trustkit(a_com={**GOOD, "TSKIncludeSubdomains": value})))

    assert pin_set.rules[0].include_subdomains is is_included
