"""Releases of one app compared, whatever dialects their files are in."""

import base64
from datetime import date

from pins.drift import Aspect, Build, Difference, Drift, Pinned, Reach, Side, compare, drift_finding
from pins.errors import Place
from pins.formats import read
from pins.identify import know
from pins.pinset import PinSet
from tests.pins.cases import STRANGER
from tests.pki import Authority

ROOT = Authority.root("Root")
LEAF = ROOT.leaf("a.com").facts
PIN = base64.b64encode(LEAF.spki_sha256).decode()
KEY, OTHER = Pinned(LEAF.spki_sha256, False), Pinned(base64.b64decode(STRANGER), False)
ONLY, ALL = frozenset({Reach.HOST}), frozenset({Reach.HOST, Reach.SUBDOMAINS})
NEVER = frozenset({None})


def nsc(*pins: str, host: str = "a.com", attributes: str = "", until: str = "") -> PinSet:
    end = f' expiration="{until}"' if until else ""
    listed = "".join(f'<pin digest="SHA-256">{pin}</pin>' for pin in pins)
    rule = f"<domain-config><domain{attributes}>{host}</domain><pin-set{end}>{listed}</pin-set></domain-config>"
    return read(f"<network-security-config>{rule}</network-security-config>".encode())


def okhttp(*pins: str, host: str = "a.com") -> PinSet:
    listed = ", ".join(f'"{pin}"' for pin in pins)
    return read(f'val p = CertificatePinner.Builder().add("{host}", {listed}).build()'.encode())


def drift(*pin_sets: PinSet) -> Drift:
    return compare([Build(f"{number}.0", (one,)) for number, one in enumerate(pin_sets, 1)])


def aspects(*pin_sets: PinSet) -> list[tuple[str, list[str]]]:
    return [(one.host, [str(aspect) for aspect in one.aspects]) for one in drift(*pin_sets).differences]


def test_one_pin_is_the_same_in_every_dialect_and_in_any_order() -> None:
    assert drift(nsc(PIN, STRANGER), okhttp(f"sha256/{STRANGER}", f"sha256/{PIN}")) == Drift(("1.0", "2.0"), ())


def test_a_difference_says_in_what_and_what_each_side_has() -> None:
    found = drift(nsc(PIN, attributes=' includeSubdomains="true"'), nsc(STRANGER, until="2027-01-31"))

    assert found.differences == (
        Difference(
            "a.com",
            (Aspect.HOSTS, Aspect.PINS, Aspect.EXPIRATION),
            (
                Side(ALL, frozenset({KEY}), NEVER, True, Place(1, 74)),
                Side(ONLY, frozenset({OTHER}), frozenset({date(2027, 1, 31)}), True, Place(1, 49)),
            ),
        ),
    )


def test_a_host_that_one_side_lacks_is_a_difference_in_hosts() -> None:
    assert aspects(nsc(PIN), nsc(PIN, host="b.com")) == [("a.com", ["hosts"]), ("b.com", ["hosts"])]


def test_wildcards_are_about_the_domain_below_which_they_are() -> None:
    assert aspects(okhttp(f"sha256/{PIN}", host="**.a.com"), nsc(PIN, attributes=' includeSubdomains="true"')) == []
    assert aspects(okhttp(f"sha256/{PIN}", host="*.a.com"), nsc(PIN, attributes=' includeSubdomains="true"')) == [
        ("a.com", ["hosts"])
    ]


def test_a_policy_that_only_reports_differs_in_enforcement() -> None:
    source = (
        '<plist version="1.0"><dict><key>TSKConfiguration</key><dict><key>TSKPinnedDomains</key><dict><key>a.com</key>'
        "<dict><key>TSKEnforcePinning</key><{}/><key>TSKPublicKeyHashes</key><array><string>{}</string>"
        "<string>{}</string></array></dict></dict></dict></dict></plist>"
    )
    ios = read(source.format("false", PIN, STRANGER).encode())

    assert aspects(nsc(PIN, STRANGER), ios) == [("a.com", ["enforcement"])]


def test_pins_that_can_never_match_make_no_difference() -> None:
    assert aspects(nsc(PIN), nsc(PIN, "A" * 43 + "=")) == []


def test_what_is_known_makes_two_hashes_of_one_key_one_pin() -> None:
    sha1 = "sha1/" + base64.b64encode(LEAF.spki_sha1).decode()
    builds = [Build("3.1", (okhttp(sha1),)), Build("3.2", (nsc(PIN),))]

    assert compare(builds, know([LEAF])).differences == ()
    assert [one.aspects for one in compare(builds).differences] == [(Aspect.PINS,)]


def test_a_release_without_rules_is_unknown_and_not_different() -> None:
    empty = read(b"<network-security-config/>")

    assert drift(nsc(PIN), empty, nsc(STRANGER)) == Drift(("1.0", "3.0"), drift(nsc(PIN), nsc(STRANGER)).differences)
    assert drift(nsc(PIN), empty) == Drift(("1.0",), ())


def test_every_release_of_many_has_its_side() -> None:
    found = drift(nsc(PIN), nsc(PIN), nsc(STRANGER))

    assert [[side.pins if side else None for side in one.sides] for one in found.differences] == [
        [frozenset({KEY}), frozenset({KEY}), frozenset({OTHER})]
    ]


def test_the_finding_stands_at_the_first_rule_of_the_file_that_differs() -> None:
    found = drift_finding(drift(nsc(PIN), nsc(STRANGER)), 1)

    assert found is not None
    assert (found.code, found.place, found.message) == (
        "platforms_drift",
        Place(1, 49),
        (
            "1.0 and 2.0 differ for a.com. The two builds of one app pin different keys or hosts, so one of them can "
            "fail while the other works. Bring both files to the same pins in the next release."
        ),
    )
    assert drift_finding(drift(nsc(PIN), nsc(PIN)), 0) is None
