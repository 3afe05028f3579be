"""Writing React Native sources back: only the lines of changed pins differ, quotes and comments stay."""

from dataclasses import replace
from datetime import date

import pytest

from pins.errors import PinError
from pins.formats import read, replace_pins, sharing_rules, write
from pins.pinset import Expiration, PinSet
from tests.pins.formats.samples import A, B, G, H, N, changed_lines

SOURCE = f"""import {{ initializeSslPinning }} from 'react-native-ssl-public-key-pinning';

const LEAF = '{H}'; // until May
const BOTH = [
  LEAF,
  '{G}', // backup
];

initializeSslPinning({{
  'a.com': {{ publicKeyHashes: BOTH, expirationDate: "2027-01-31" }},
  'b.com': {{ publicKeyHashes: BOTH }},
  'c.com': {{ includeSubdomains: true, publicKeyHashes: ['{H}', "{G}"] }},
  'd.com': {{ publicKeyHashes: [] }},
}});
"""
JSON = f"""{{
  "a.com": {{
    "publicKeyHashes": [
      "{H}",
      "{G}"
    ],
    "expirationDate": "2027-01-31"
  }}
}}
"""
FETCH = f"""fetch(`https://a.com/${{id}}`, {{
  pkPinning: true,
  sslPinning: {{ certs: ['{A}', '{B}'] }},
}});
"""
CORPUS = [one.encode() for one in (SOURCE, JSON, FETCH, SOURCE.replace("\n", "\r\n"))]


@pytest.mark.parametrize("source", [*CORPUS, SOURCE.encode("utf-16"), b"\xef\xbb\xbf" + JSON.encode()])
def test_an_unchanged_pin_set_gives_the_same_bytes(source: bytes) -> None:
    assert write(read(source)) == source


@pytest.mark.slow
@pytest.mark.parametrize("source", CORPUS)
def test_every_list_is_written_as_asked_or_not_at_all(source: bytes) -> None:
    pin_set = read(source)
    prefix = "sha256/" if pin_set.rules[0].scope else ""
    for wanted in ([], [N], [N, H], [H, N, G], [G], [N, N]):
        texts = [prefix + one for one in wanted]
        for index in range(len(pin_set.rules)):
            assert _written(pin_set, index, texts) in (texts, "not_writable")


@pytest.mark.parametrize(
    ("source", "index", "wanted", "gone", "come"),
    [
        (SOURCE, 0, [N, G], [f"const LEAF = '{H}'; // until May\n"], [f"const LEAF = '{N}'; // until May\n"]),
        (SOURCE, 1, [H, G, N], [], [f"  '{N}',\n"]),
        (
            SOURCE,
            2,
            [H, G, N],
            [f"  'c.com': {{ includeSubdomains: true, publicKeyHashes: ['{H}', \"{G}\"] }},\n"],
            [f"  'c.com': {{ includeSubdomains: true, publicKeyHashes: ['{H}', \"{G}\", \"{N}\"] }},\n"],
        ),
        (
            SOURCE,
            3,
            [N],
            ["  'd.com': { publicKeyHashes: [] },\n"],
            [f"  'd.com': {{ publicKeyHashes: ['{N}'] }},\n"],
        ),
        (JSON, 0, [H], [f'      "{H}",\n', f'      "{G}"\n'], [f'      "{H}"\n']),
        (
            FETCH,
            0,
            [A],
            [f"  sslPinning: {{ certs: ['{A}', '{B}'] }},\n"],
            [f"  sslPinning: {{ certs: ['{A}'] }},\n"],
        ),
    ],
)
def test_only_the_lines_of_the_pins_differ(
    source: str, index: int, wanted: list[str], gone: list[str], come: list[str]
) -> None:
    written = replace_pins(read(source.encode()), index, wanted)

    assert changed_lines(source.encode(), written.source) == (gone, come)


def test_what_is_spread_into_a_list_is_not_its_own() -> None:
    pin_set = read(SOURCE.replace("publicKeyHashes: []", f"publicKeyHashes: [...BOTH, '{N}']").encode())

    assert _written(pin_set, 3, [H, G, H]) == [H, G, H]
    assert _written(pin_set, 3, [N, G, N]) == "not_writable"
    assert _written(pin_set, 3, [N]) == "not_writable"


def test_domains_that_take_one_constant_share_it() -> None:
    assert sharing_rules(read(SOURCE.encode()), 0) == (0, 1)


def test_an_end_that_is_there_can_be_moved() -> None:
    pin_set = read(JSON.encode())
    moved = Expiration("2028-01-31", date(2028, 1, 31))

    written = write(replace(pin_set, rules=(replace(pin_set.rules[0], expiration=moved),)))

    assert written == JSON.replace("2027", "2028").encode()


def _written(pin_set: PinSet, index: int, texts: list[str]) -> list[str] | str:
    """The pins as read again, or the code of the refusal."""
    try:
        return [one.text for one in replace_pins(pin_set, index, texts).rules[index].pins or ()]
    except PinError as error:
        return error.code
