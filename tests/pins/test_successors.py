"""Known successors completed, and scenarios generated from what is served."""

import base64

import pytest

from pins.announced import refuse_no_key
from pins.certificate import UnknownCertificate
from pins.errors import PinError
from pins.scenarios import Evidence, Likelihood, Scenario, Successor
from pins.successors import Announced, announced, successors
from tests.pins.cases import named_authority, store
from tests.pki import NOW, Authority, Issued, csr, facts, make_key, pem

ROOT = Authority.root("Root")
ISSUING, SIBLING = ROOT.authority("Issuing"), ROOT.authority("Sibling")
LEAF, NEXT = ISSUING.leaf("*.cloud.example"), ISSUING.leaf("*.cloud.example")
SERVED, DEVICES = facts(LEAF, ISSUING), (store(ROOT),)

Shape = tuple[Scenario, Likelihood, tuple[str, ...]]


def shapes(found: tuple[Successor, ...]) -> list[Shape]:
    """Chains with a word for each certificate: its common name, or `?` and its role."""
    return [
        (
            one.scenario,
            one.likelihood,
            tuple(f"?{x.role}" if isinstance(x, UnknownCertificate) else x.common_name or "" for x in one.chain),
        )
        for one in found
    ]


def of(*known: Announced, served: tuple[Issued, ...] = (LEAF, ISSUING)) -> tuple[Successor, ...]:
    return successors([facts(*served)], DEVICES, now=NOW, known=known)


def test_without_news_every_scenario_is_generated_and_one_is_expected() -> None:
    assert shapes(of()) == [
        (Scenario.SAME_KEY, Likelihood.REMOTE, ("?leaf", "Issuing", "Root")),
        (Scenario.NEW_KEY_SAME_INTERMEDIATE, Likelihood.EXPECTED, ("?leaf", "Issuing", "Root")),
        (Scenario.SIBLING_INTERMEDIATE, Likelihood.PLAUSIBLE, ("?leaf", "?intermediate", "Root")),
        (Scenario.OTHER_KEY_TYPE, Likelihood.PLAUSIBLE, ("?leaf", "?intermediate", "Root")),
        (Scenario.REISSUED_INTERMEDIATE, Likelihood.REMOTE, ("?leaf", "?intermediate", "Root")),
        (Scenario.CROSS_SIGNED_ROOT, Likelihood.REMOTE, ("?leaf", "?intermediate", "?root", "Root")),
        (Scenario.NEW_ROOT, Likelihood.REMOTE, ("?leaf", "?intermediate", "?root")),
        (Scenario.OTHER_CA, Likelihood.REMOTE, ("?leaf", "?intermediate", "?root")),
    ]


def test_a_kept_key_and_a_reissued_intermediate_carry_the_known_keys() -> None:
    found = {one.scenario: one.chain for one in of()}

    assert found[Scenario.SAME_KEY][0].spki_sha256 == LEAF.facts.spki_sha256
    again = found[Scenario.REISSUED_INTERMEDIATE][1]
    assert isinstance(again, UnknownCertificate)
    assert (again.spki_sha256, again.subject) == (ISSUING.facts.spki_sha256, ISSUING.facts.subject)


def test_a_leaf_whose_issuer_nobody_has_names_it_where_the_issuer_stays() -> None:
    leaf = Authority.root("Private").leaf("*.cloud.example")
    known = Announced(leaf=UnknownCertificate("leaf", spki_sha256=bytes(32)))

    issuers = {one.scenario: one.chain[0].issuer for one in (*of(served=(leaf,)), *of(known, served=(leaf,)))}

    assert {scenario for scenario, issuer in issuers.items() if issuer == leaf.facts.issuer} == {
        Scenario.SAME_KEY,
        Scenario.NEW_KEY_SAME_INTERMEDIATE,
        Scenario.REGISTERED,
    }
    assert {one.chain[0].issuer for one in of()} == {None}


def test_stores_that_end_the_chain_in_different_roots_get_successors_of_their_own() -> None:
    old, new = Authority.root("Old"), Authority.root("New")
    issuing = new.authority("Issuing")
    served = facts(issuing.leaf("a.example"), issuing, old.cross_sign(new))
    stores = (store(old, name="old"), store(new, name="new"))

    found = [one for one in successors([served], stores, now=NOW) if one.scenario is Scenario.OTHER_KEY_TYPE]

    assert [(one.stores, one.chain[-1]) for one in found] == [
        (frozenset({"old"}), old.facts),
        (frozenset({"new"}), new.facts),
    ]


@pytest.mark.parametrize(
    ("issuer", "organization", "expected"),
    [
        ("R11", "Let's Encrypt", Scenario.SIBLING_INTERMEDIATE),
        ("Amazon RSA 2048 M04", "Amazon", Scenario.SIBLING_INTERMEDIATE),
        ("GlobalSign Atlas R3 DV TLS CA 2025 Q4", "GlobalSign nv-sa", Scenario.SIBLING_INTERMEDIATE),
        ("DigiCert Global G2 TLS RSA SHA256 2020 CA1", "DigiCert Inc", Scenario.SIBLING_INTERMEDIATE),
        ("Amazonia CA", "Amazonia Ltd", Scenario.NEW_KEY_SAME_INTERMEDIATE),
        ("Symantec Class 3", "Symantec Corporation", Scenario.NEW_KEY_SAME_INTERMEDIATE),
    ],
)
def test_the_habit_of_the_ca_decides_what_is_expected(issuer: str, organization: str, expected: Scenario) -> None:
    root, issuing = named_authority(issuer, organization)

    found = successors([facts(issuing.leaf("a.example"), issuing)], [store(root)], now=NOW)

    assert [one.scenario for one in found if one.likelihood is Likelihood.EXPECTED] == [expected]


def test_an_override_that_expects_a_scenario_leaves_the_usual_one_plausible() -> None:
    found = successors([SERVED], DEVICES, now=NOW, likelihoods={Scenario.OTHER_CA: Likelihood.EXPECTED})

    counted = {one.scenario: one.likelihood for one in found if one.likelihood is not Likelihood.REMOTE}

    assert counted == {
        Scenario.OTHER_CA: Likelihood.EXPECTED,
        Scenario.NEW_KEY_SAME_INTERMEDIATE: Likelihood.PLAUSIBLE,
        Scenario.SIBLING_INTERMEDIATE: Likelihood.PLAUSIBLE,
        Scenario.OTHER_KEY_TYPE: Likelihood.PLAUSIBLE,
    }


def test_a_registered_chain_stands_as_it_is_and_generates_nothing() -> None:
    chain = facts(SIBLING.leaf("*.cloud.example"), SIBLING)

    assert of(Announced(chain)) == (
        Successor(Scenario.REGISTERED, Evidence.REGISTERED, Likelihood.EXPECTED, chain, chain[0].not_before),
    )


def test_a_registered_leaf_stands_under_the_served_issuer_that_signed_it() -> None:
    assert shapes(of(Announced((NEXT.facts,)))) == [
        (Scenario.REGISTERED, Likelihood.EXPECTED, ("*.cloud.example", "Issuing", "Root"))
    ]


def test_a_registered_leaf_that_no_served_issuer_signed_has_a_sibling_above_it_or_another_authority() -> None:
    leaf = SIBLING.leaf("*.cloud.example")

    assert shapes(of(Announced((leaf.facts,)))) == [
        (Scenario.REGISTERED, Likelihood.EXPECTED, ("*.cloud.example", "?intermediate", "Root")),
        (Scenario.OTHER_CA, Likelihood.PLAUSIBLE, ("*.cloud.example", "?intermediate", "?root")),
    ]


def test_a_registered_key_stands_under_the_same_intermediate_and_perhaps_a_sibling() -> None:
    key = UnknownCertificate("leaf", spki_sha256=NEXT.facts.spki_sha256)

    found = of(Announced(leaf=key))

    assert shapes(found) == [
        (Scenario.REGISTERED, Likelihood.EXPECTED, ("?leaf", "Issuing", "Root")),
        (Scenario.SIBLING_INTERMEDIATE, Likelihood.PLAUSIBLE, ("?leaf", "?intermediate", "Root")),
    ]
    assert [one.chain[0] for one in found] == [key, key]


def test_a_fingerprint_leaves_every_scenario_open_for_keys() -> None:
    known = Announced(leaf=UnknownCertificate("leaf", sha256=NEXT.facts.sha256))

    found = of(known)

    assert [one.scenario for one in found] == [one.scenario for one in of()]
    assert {one.chain[0].sha256 for one in found} == {NEXT.facts.sha256}


def test_the_newest_chain_of_a_roll_out_is_the_successor() -> None:
    newer = ISSUING.leaf("*.cloud.example", not_before=NOW)

    found = successors([SERVED, facts(newer, ISSUING)], DEVICES, now=NOW, is_rolling_out=True)

    assert found == (
        Successor(Scenario.ROLLING_OUT, Evidence.ROLLING_OUT, Likelihood.EXPECTED, facts(newer, ISSUING), NOW),
    )


KEY = make_key()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (pem(NEXT, ISSUING), Announced(facts(NEXT, ISSUING))),
        (pem(ISSUING, NEXT), Announced(facts(NEXT, ISSUING))),
        (NEXT.pem, Announced(facts(NEXT))),
        (NEXT.der, Announced(facts(NEXT))),
    ],
)
def test_certificates_are_read_leaf_first(source: bytes, expected: Announced) -> None:
    assert announced(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        NEXT.public_key_pem,
        NEXT.public_key_der,
        csr("*.cloud.example", key=NEXT.key),
        b"sha256/" + base64.b64encode(NEXT.facts.spki_sha256),
        b" sha256//" + base64.b64encode(NEXT.facts.spki_sha256) + b"\n",
    ],
)
def test_requests_keys_and_hashes_are_read_as_the_key_of_the_next_leaf(source: bytes) -> None:
    leaf = announced(source).leaf

    assert leaf is not None
    assert (leaf.role, leaf.spki_sha256) == ("leaf", NEXT.facts.spki_sha256)


@pytest.mark.parametrize("prefix", [b"sha256/", b"sha256//"])
def test_a_hash_that_begins_with_a_slash_keeps_it(prefix: bytes) -> None:
    leaf = announced(prefix + b"/r8udi/Mxd6pLO7y7hZyUMWq8YnFnIWXCqeHsTDRqy8=").leaf

    assert leaf is not None
    assert leaf.spki_sha256 == base64.b64decode("/r8udi/Mxd6pLO7y7hZyUMWq8YnFnIWXCqeHsTDRqy8=")


@pytest.mark.parametrize(
    "source",
    [
        b"sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        b"sha256/AbpHGcgLb+kRsJGnwFEktk7uzpZOCcBY74+YBdrKVGs=",
        b"sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ],
)
def test_a_hash_of_no_key_is_nobodys_next_key(source: bytes) -> None:
    with pytest.raises(PinError) as caught:
        refuse_no_key(announced(source))

    assert caught.value.code == "no_key"


@pytest.mark.parametrize("source", [b"sha256/abc", b"sha256/%%%", b"hello", b"", NEXT.key_pem])
def test_what_says_nothing_about_a_key_is_refused(source: bytes) -> None:
    with pytest.raises(PinError):
        announced(source)
