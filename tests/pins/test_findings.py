"""The catalogue is whole, and lint names what a pin set shows by itself."""

import re
from pathlib import Path

import pytest

from pins.errors import Place
from pins.findings import CATALOGUE
from pins.formats import read
from pins.lint import lint
from pins.pinset import Pin, PinKind, PinRule, PinSet
from tests.pins.formats.samples import A, B, G, H, N, found, pin, rule
from tools import findings_page

PINS = Path(__file__).parents[2] / "pins"


def test_every_kind_of_finding_says_what_why_and_what_to_do() -> None:
    for code, kind in CATALOGUE.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]+", code)
        assert kind.code == code
        assert kind.severity in ("error", "warning", "info")
        assert kind.why.endswith(".")
        assert not kind.title.endswith(".")
        assert len(kind.remedy) > 10
    assert len({kind.title for kind in CATALOGUE.values()}) == len(CATALOGUE)


def test_the_page_of_the_findings_is_written_from_the_catalogue() -> None:
    assert findings_page.PAGE.read_text() == findings_page.page()  # else run tools/findings_page.py


@pytest.mark.parametrize("file", ["formats/*.py", "artefacts/*.py", "lint.py", "notations.py"])
def test_every_code_that_a_reader_reports_is_in_the_catalogue(file: str) -> None:
    reported = re.compile(r'(?:note|refuse|_refuse|_note|_leave_open|Problem)\(\s*"(\w+)"')

    codes = {code for path in PINS.glob(file) for code in reported.findall(path.read_text())}

    assert codes - CATALOGUE.keys() == set()


@pytest.mark.parametrize(
    ("pins", "attributes", "expected"),
    [
        (pin(H) + pin(G), "", []),
        (pin(H), "", [("single_pin", False, 2)]),  # vector 60
        (pin(H) + "\n" + pin(H), "", [("single_pin", False, 2), ("duplicate_pins", False, 3)]),
        (pin(H) + "\n" + pin(G[:-2] + "Z="), "", [("non_canonical_base64", False, 3)]),
        (pin(H) + "\n" + pin("A" * 43 + "="), "", [("single_pin", False, 2), ("placeholder_pin", False, 3)]),
        (pin(H) + "\n" + pin("dummy"), "", [("single_pin", False, 2), ("not_base64", True, 3)]),
        (pin(H) + pin(G), ' expiration="2027-01-31"', [("pin_set_expires", False, 2)]),
    ],
)
def test_lint_names_what_a_pin_set_shows_by_itself(
    pins: str, attributes: str, expected: list[tuple[str, bool, int]]
) -> None:
    assert found(lint(read(rule(pins, attributes=attributes)))) == expected


def test_lint_proposes_the_right_form_of_a_hex_pin() -> None:
    digest = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    source = f'{{"hosts": [{{"host": "a.com", "hashes": ["{A}", "{B}", "sha256/{digest}"]}}]}}'

    assert [one.message for one in lint(read(source.encode()))] == [
        (
            f"“sha256/{digest}”: {CATALOGUE['hex_pin'].why} If it is the hash of a key, it should read "
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=."
        )
    ]


def test_lint_does_not_count_pins_that_only_running_tells() -> None:
    source = f'val p = CertificatePinner.Builder().add("a.com", "{A}", PIN).build()'

    assert [one.code for one in lint(read(source.encode()))] == ["unresolved_code"]


def test_the_same_list_under_several_domains_is_reported_once() -> None:
    domains = "<domain>a.com</domain><domain>b.com</domain>"
    codes = [one.code for one in lint(read(rule(pin("C" * 43 + "=") + pin(H) + pin(N), domain=domains)))]

    assert codes == ["placeholder_pin"]


def test_fingerprints_of_certificates_are_not_called_keys() -> None:
    place = Place(1)
    fingerprint = Pin("aa" * 32, PinKind.CERTIFICATE_SHA256, bytes.fromhex("aa" * 32), place)
    value = PinSet("", b"", (PinRule("a.com", place, (fingerprint, fingerprint)),))

    assert [(one.code, one.message) for one in lint(value)] == [
        (
            "duplicate_pins",
            (
                f"{fingerprint.text} stands twice for a.com, so there is one certificate fewer than it seems. Replace "
                "the copy with the next one."
            ),
        ),
        (
            "single_pin",
            (
                "a.com has only one pin that can match, so its certificate must never change. Add the pin of the next "
                "certificate."
            ),
        ),
    ]
