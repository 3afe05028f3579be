"""Write-back of TrustKit source: constants are changed where they stand, and nothing else moves."""

import pytest

from pins.errors import PinError
from pins.formats import read, replace_pins, sharing_rules, write
from tests.pins.formats.samples import G, H, N, changed_lines, texts

SWIFT = f"""enum Pins {{
    static let leaf = "{H}" // until May
    static let both = [
        "{H}",
        "{G}", // backup
    ]
}}
let config: [String: Any] = [
    kTSKPinnedDomains: [
        "a.com": [kTSKPublicKeyHashes: [Pins.leaf, "{G}"]],
        "b.com": [kTSKPublicKeyHashes: Pins.both],
        "c.com": [kTSKPublicKeyHashes: Pins.both, kTSKExpirationDate: "2027-01-31"],
        "d.com": [kTSKPublicKeyHashes: []],
        "e.com": [kTSKPublicKeyHashes: ["{H[:9]}" + "{H[9:]}", "{G}"]],
    ],
]
"""
OBJECTIVE_C = f"""NSDictionary *config = @{{ kTSKPinnedDomains : @{{
    @"a.com" : @{{ kTSKPublicKeyHashes : @[ @"{H}", @"{G}" ] }},
    @"b.com" : @{{ kTSKPublicKeyHashes : @[] }},
    @"c.com" : @{{ kTSKPublicKeyHashes : @[ @"{H[:9]}" @"{H[9:]}", @"{G}" ] }},
}} }};
"""


@pytest.mark.parametrize("source", [SWIFT, OBJECTIVE_C])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_unchanged_source_keeps_its_bytes(source: str, encoding: str, line_end: str) -> None:
    written = source.replace("\n", line_end).encode(encoding)

    assert write(read(written)) == written


@pytest.mark.parametrize(
    ("source", "index", "wanted", "gone", "came"),
    [
        (
            SWIFT,
            0,
            [N, G],
            [f'    static let leaf = "{H}" // until May\n'],
            [f'    static let leaf = "{N}" // until May\n'],
        ),
        (
            SWIFT,
            0,
            [H, N, G],
            [f'        "a.com": [kTSKPublicKeyHashes: [Pins.leaf, "{G}"]],\n'],
            [f'        "a.com": [kTSKPublicKeyHashes: [Pins.leaf, "{N}", "{G}"]],\n'],
        ),
        (SWIFT, 1, [H, G, N], [], [f'        "{N}",\n']),
        (
            SWIFT,
            3,
            [H, G],
            ['        "d.com": [kTSKPublicKeyHashes: []],\n'],
            [f'        "d.com": [kTSKPublicKeyHashes: ["{H}", "{G}"]],\n'],
        ),
        (
            SWIFT,
            4,
            [N, G],
            [f'        "e.com": [kTSKPublicKeyHashes: ["{H[:9]}" + "{H[9:]}", "{G}"]],\n'],
            [f'        "e.com": [kTSKPublicKeyHashes: ["{N}", "{G}"]],\n'],
        ),
        (
            OBJECTIVE_C,
            0,
            [H, G, N],
            [f'    @"a.com" : @{{ kTSKPublicKeyHashes : @[ @"{H}", @"{G}" ] }},\n'],
            [f'    @"a.com" : @{{ kTSKPublicKeyHashes : @[ @"{H}", @"{G}", @"{N}" ] }},\n'],
        ),
        (
            OBJECTIVE_C,
            1,
            [H, G],
            ['    @"b.com" : @{ kTSKPublicKeyHashes : @[] },\n'],
            [f'    @"b.com" : @{{ kTSKPublicKeyHashes : @[@"{H}", @"{G}"] }},\n'],
        ),
    ],
)
def test_a_change_touches_the_lines_of_its_pins_alone(
    source: str, index: int, wanted: list[str], gone: list[str], came: list[str]
) -> None:
    changed = replace_pins(read(source.encode()), index, wanted)

    assert changed_lines(source.encode(), changed.source) == (gone, came)
    assert texts(changed)[index][1] == wanted


def test_domains_that_take_one_constant_list_change_together() -> None:
    pin_set = read(SWIFT.encode())

    changed = replace_pins(pin_set, 2, [N, G])

    assert [sharing_rules(pin_set, index) for index in range(3)] == [(0,), (1, 2), (1, 2)]
    assert [pins for _, pins in texts(changed)[1:3]] == [[N, G], [N, G]]


def test_a_text_joined_from_pieces_is_not_rewritten_in_objective_c() -> None:
    with pytest.raises(PinError) as caught:
        replace_pins(read(OBJECTIVE_C.encode()), 2, [N, G])

    assert caught.value.code == "not_writable"
