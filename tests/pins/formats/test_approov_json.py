"""Approov's pins: hosts, managed roots, and lists that are shared."""

import pytest

from pins.errors import PinError, Place
from pins.formats import read, replace_pins, sharing_rules, write
from pins.pinset import Pin, PinKind, PinRule
from tests.pins.formats.samples import G, H, N, changed_lines, found, texts

SOURCE = f"""{{
  "api.example.com": ["{H}", "{G}"],
  "shop.example.com": [],
  "pay.example.com": [],
  "*": [
    "{N}"
  ]
}}
""".encode()


def test_a_host_with_an_empty_list_has_the_managed_roots() -> None:
    pin_set = read(SOURCE)

    digest = bytes.fromhex("0b9fa5a59eed715c26c1020c711b4f6ec42d58b0015e14337a39dad301c5afc3")
    roots = (Pin(N, PinKind.SPKI_SHA256, digest, Place(6, 6, "*[0]")),)
    assert texts(pin_set)[0] == ("api.example.com", [H, G])
    assert pin_set.rules[1:] == (
        PinRule("shop.example.com", Place(3, 4, "shop.example.com"), roots),
        PinRule("pay.example.com", Place(4, 4, "pay.example.com"), roots),
    )
    assert pin_set.problems == ()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f'{{"a.com": ["{H}"], "*": ["{G}"]}}', [("managed_roots_unused", False, 1)]),
        (f'{{"a.com": ["{H}"],\n"a.com": ["{G}"]}}', [("duplicate_key", False, 2)]),
        ('{"a.com": "x"}', [("not_a_list", True, 1)]),
        ('{"a.com": [1]}', [("not_a_text", True, 1)]),
        ('{"a.com": ["%"]}', [("not_base64", True, 1)]),
    ],
)
def test_what_is_wrong_is_reported(source: str, expected: list[tuple[str, bool, int]]) -> None:
    assert found(read(source.encode(), format="approov_json").problems) == expected


def test_pins_carry_no_prefix_here() -> None:
    pin_set = read(f'{{"a.com": ["sha256/{H}"]}}'.encode())

    assert [one.problem for one in pin_set.rules[0].pins or ()] == ["wrong_prefix"]


@pytest.mark.parametrize("source", ['["a.com"]', '"*"'])
def test_json_that_is_no_object_is_refused(source: str) -> None:
    with pytest.raises(PinError) as caught:
        read(source.encode(), format="approov_json")

    assert caught.value.code == "wrong_format"


@pytest.mark.parametrize(
    "source",
    [
        '{"a": []}',
        '{"a.com": [1]}',
        '{"a.com": ["short"]}',
        '{"a.com": {}}',
        '{"a.com": ["x"',
        "{}",
        '{"a.com": [], "b": 1}',
    ],
)
def test_other_json_is_not_taken_for_pins(source: str) -> None:
    with pytest.raises(PinError):
        read(source.encode())


def test_hosts_that_share_the_managed_roots_change_together() -> None:
    pin_set = read(SOURCE)

    assert write(pin_set) == SOURCE
    assert sharing_rules(pin_set, 1) == (1, 2)
    assert changed_lines(SOURCE, replace_pins(pin_set, 2, [N, H]).source) == (
        [f'    "{N}"\n'],
        [f'    "{N}",\n', f'    "{H}"\n'],
    )
    with pytest.raises(PinError):  # an empty list would mean the managed roots
        replace_pins(pin_set, 0, [])
