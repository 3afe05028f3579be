"""The Public-Key-Pins header, alone and in the configuration of a server."""

import pytest

from pins.errors import PinError, Place
from pins.formats import detect, read, replace_pins, write
from tests.pins.formats.samples import G, H, N, changed_lines, found, texts

PLAIN = f'Public-Key-Pins: pin-sha256="{H}"; pin-sha256="{G}"; max-age=5184000; includeSubDomains\n'
APACHE = f'# Header set Public-Key-Pins "pin-sha256=\\"{N}\\""\n  Header always set Public-Key-Pins "pin-sha256=\\"{H}\\"; pin-sha256=\\"{G}\\"; max-age=1"\n'  # noqa: E501
NGINX = f'add_header Public-Key-Pins-Report-Only \'pin-sha256="{H}"; pin-sha256="{G}"; max-age=1; report-uri="https://a.com"\' always;\n'  # noqa: E501
ALL = [PLAIN, APACHE, NGINX, PLAIN.lower().replace(H.lower(), H).replace(G.lower(), G)]


@pytest.mark.parametrize("source", ALL)
def test_the_pins_of_a_header_are_read_wherever_it_stands(source: str) -> None:
    pin_set = read(source.encode())

    assert (detect(source.encode()), texts(pin_set)) == ("hpkp", [("*", [H, G])])
    assert found(pin_set.problems)[0][0] == "header_ignored"
    assert len(pin_set.problems) == 1


def test_what_the_header_says_beside_its_pins_is_kept() -> None:
    plain, report = read(PLAIN.encode()).rules[0], read(NGINX.encode()).rules[0]

    assert (plain.include_subdomains, plain.is_enforced, plain.is_for_every_host) == (True, True, True)
    assert (report.include_subdomains, report.is_enforced) == (False, False)
    assert [one.place for one in plain.pins or ()] == [Place(1, 30), Place(1, 89)]


def test_each_header_is_a_rule_and_what_it_does_not_have_is_reported() -> None:
    pin_set = read(f'Public-Key-Pins: pin-sha1="{H}"; pins=2\nPublic-Key-Pins: pin-sha256={G}\n'.encode())

    assert [[(one.text, one.problem) for one in rule.pins or ()] for rule in pin_set.rules] == [
        [(H, "wrong_prefix")],
        [(G, None)],
    ]
    assert found(pin_set.problems) == [
        ("header_ignored", False, 1),
        ("unknown_directive", False, 1),
        ("header_ignored", False, 2),
    ]


@pytest.mark.parametrize("source", ["Public-Key-Pins: max-age=0", "# Public-Key-Pins: pin-sha256=x", "x"])
def test_a_header_without_pins_is_refused(source: str) -> None:
    with pytest.raises(PinError) as caught:
        read(source.encode(), format="hpkp")

    assert caught.value.code == "wrong_format"


@pytest.mark.parametrize("source", ALL)
@pytest.mark.parametrize("wanted", [[N, G], [H], [G], [H, G, N], [N, H, G]])
def test_a_header_is_written_back_in_its_own_quotes(source: str, wanted: list[str]) -> None:
    pin_set = read(source.encode())

    written = replace_pins(pin_set, 0, wanted)

    assert write(pin_set) == source.encode()
    assert texts(written) == [("*", wanted)]
    assert [len(one) for one in changed_lines(source.encode(), written.source)] == [1, 1]


def test_a_new_pin_is_written_like_its_neighbour() -> None:
    written = replace_pins(read(NGINX.encode()), 0, [H, G, N])

    assert written.source.decode() == NGINX.replace(f'"{G}"; ', f'"{G}"; pin-sha256="{N}"; ')
