"""TrustKit's part of a Network Security Config: which policies TrustKit makes, beside the rules of Android."""

from pins.decision import Client
from pins.formats import clients_in, read, replace_pins, sharing_rules, write
from pins.pinset import PinSet, Problem
from tests.pins.formats.samples import G, H, N, nsc, pin

SCOPE = "trustkit_android"
NESTED = nsc(
    f"""<domain-config>
  <domain includeSubdomains="True">example.com</domain>
  <pin-set expiration="2027-01-31">{pin(H)}{pin(G)}</pin-set>
  <trustkit-config enforcePinning="TRUE"><report-uri>https://r.example.com</report-uri></trustkit-config>
  <domain-config><domain>a.example.com</domain></domain-config>
  <domain-config><domain includeSubdomains="1">b.example.com</domain><trustkit-config/></domain-config>
  <domain-config>
    <domain>c.example.com</domain>
    <pin-set>{pin(N)}</pin-set>
  </domain-config>
</domain-config>"""
)


def policies(pin_set: PinSet) -> list[tuple[str, list[str], bool, str | None, bool]]:
    return [
        (
            one.pattern,
            [two.text for two in one.pins or ()],
            one.include_subdomains,
            one.expiration.text if one.expiration else None,
            one.is_enforced,
        )
        for one in pin_set.rules
        if one.scope == SCOPE
    ]


def test_every_setting_is_inherited_by_itself() -> None:
    assert policies(read(NESTED)) == [
        ("example.com", [H, G], True, "2027-01-31", True),
        ("a.example.com", [H, G], True, "2027-01-31", True),
        ("b.example.com", [H, G], False, "2027-01-31", False),
        ("c.example.com", [N], True, "2027-01-31", True),
    ]


def test_android_reads_the_same_file_in_its_own_way() -> None:
    rules = [one for one in read(NESTED).rules if not one.scope]

    assert [(one.pattern, one.include_subdomains, one.expiration is None, one.is_enforced) for one in rules] == [
        ("example.com", True, False, True),
        ("a.example.com", False, False, True),
        ("b.example.com", True, False, True),
        ("c.example.com", False, True, True),
    ]


def test_a_file_without_a_word_to_trustkit_addresses_android_alone() -> None:
    plain = read(nsc(f"<domain-config><domain>a.com</domain><pin-set>{pin(H)}</pin-set></domain-config>"))

    assert (clients_in(plain), policies(plain)) == ((Client.ANDROID_NSC,), [])
    assert clients_in(read(NESTED)) == (Client.ANDROID_NSC, Client.TRUSTKIT_ANDROID)


def test_what_only_trustkit_stumbles_over_is_its_own_problem() -> None:
    source = nsc(
        f"""<domain-config>
<domain>a.com</domain>
<domain>b.com</domain>
<pin-set><pin digest="sha-256">{H}</pin></pin-set><trustkit-config/>
</domain-config>"""
    )

    found = [(one.code, one.is_refused, one.scope, one.place.line) for one in read(source).problems]

    assert found == [("trustkit_domain_dropped", False, SCOPE, 3), ("trustkit_digest", True, SCOPE, 5)]
    assert not _refused_for("android_nsc", read(source))


def test_rules_of_both_share_their_list() -> None:
    pin_set = read(NESTED)

    assert write(pin_set) == NESTED
    assert sharing_rules(pin_set, 0) == (0, 1, 2, 3, 4, 5)
    assert sharing_rules(pin_set, 7) == (6, 7)
    changed = replace_pins(pin_set, 7, [N, G])
    assert changed.source == NESTED.replace(pin(N).encode(), (pin(N) + pin(G)).encode())


def _refused_for(kind: str, pin_set: PinSet) -> list[Problem]:
    return [one for one in pin_set.for_client(kind).problems if one.is_refused]
