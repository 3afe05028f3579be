"""Write-back of XML property lists: unchanged they stay as they are, changed they differ on the lines of their pins."""

from dataclasses import replace
from datetime import date

import pytest

from pins.errors import PinError
from pins.formats import pin_text, read, replace_pins, sharing_rules, write
from pins.pinset import Expiration
from tests.pins.formats.plists import DOCTYPE, binary, identities, transport, trustkit, xml
from tests.pins.formats.samples import G, H, N, changed_lines, texts

PLIST = f"""<?xml version="1.0" encoding="UTF-8"?>
{DOCTYPE}
<plist version="1.0">
<!-- The shop -->
<dict>
\t<key>CFBundleName</key> <string>Shop &amp; Co</string>
\t<key>NSAppTransportSecurity</key>
\t<dict>
\t\t<key>NSPinnedDomains</key>
\t\t<dict>
\t\t\t<key>a.com</key>
\t\t\t<dict>
\t\t\t\t<key>NSPinnedLeafIdentities</key>
\t\t\t\t<array>
\t\t\t\t\t<dict>
\t\t\t\t\t\t<key>SPKI-SHA256-BASE64</key>
\t\t\t\t\t\t<string>{H}</string>
\t\t\t\t\t</dict> <!-- in use -->
\t\t\t\t</array>
\t\t\t\t<key>NSPinnedCAIdentities</key>
\t\t\t\t<array>
\t\t\t\t\t<dict><key>SPKI-SHA256-BASE64</key><string>{N}</string><!-- root --></dict>
\t\t\t\t</array>
\t\t\t</dict>
\t\t\t<key>b.com</key>
\t\t\t<dict>
\t\t\t\t<key>NSPinnedLeafIdentities</key>
\t\t\t\t<array/>
\t\t\t</dict>
\t\t</dict>
\t</dict>
\t<key>TSKConfiguration</key>
\t<dict>
\t\t<key>TSKPinnedDomains</key>
\t\t<dict>
\t\t\t<key>c.com</key>
\t\t\t<dict>
\t\t\t\t<key>TSKExpirationDate</key>
\t\t\t\t<string>2027-01-31</string>
\t\t\t\t<key>TSKPublicKeyHashes</key>
\t\t\t\t<array>
\t\t\t\t\t<string>{H}</string> <!-- leaf -->
\t\t\t\t\t<string>{G}</string>
\t\t\t\t</array>
\t\t\t</dict>
\t\t\t<key>d.com</key>
\t\t\t<dict><key>TSKPublicKeyHashes</key><array><string>{H}</string><string>{G}</string></array></dict>
\t\t</dict>
\t</dict>
</dict>
</plist>
"""
LEAVES, AUTHORITIES, EMPTY, DATED, ONE_LINE = range(5)
FIVE = "\t" * 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_an_unchanged_file_keeps_its_bytes(encoding: str, line_end: str) -> None:
    source = PLIST.replace("\n", line_end).replace('encoding="UTF-8"', "").encode(encoding)

    assert write(read(source)) == source


def new(*pins: str) -> list[str]:
    """Identities as they are written where no neighbour shows another way."""
    return [f"{FIVE}<dict><key>SPKI-SHA256-BASE64</key><string>{pin}</string></dict>\n" for pin in pins]


@pytest.mark.parametrize(
    ("index", "wanted", "gone", "came"),
    [
        (LEAVES, [N], [f"{FIVE}\t<string>{H}</string>\n"], [f"{FIVE}\t<string>{N}</string>\n"]),
        (
            LEAVES,
            [H, G],
            [],
            [
                f"{FIVE}<dict>\n",
                f"{FIVE}\t<key>SPKI-SHA256-BASE64</key>\n",
                f"{FIVE}\t<string>{G}</string>\n",
                f"{FIVE}</dict>\n",
            ],
        ),
        (AUTHORITIES, [N, G], [], new(G)),
        (EMPTY, [H, G], ["\t\t\t\t<array/>\n"], ["\t\t\t\t<array>\n", *new(H, G), "\t\t\t\t</array>\n"]),
        (
            DATED,
            [N, G],
            [f"{FIVE}<string>{H}</string> <!-- leaf -->\n"],
            [f"{FIVE}<string>{N}</string> <!-- leaf -->\n"],
        ),
        (DATED, [H, G, N], [], [f"{FIVE}<string>{N}</string>\n"]),
        (DATED, [H], [f"{FIVE}<string>{G}</string>\n"], []),
    ],
)
def test_a_change_touches_the_lines_of_its_pins_alone(
    index: int, wanted: list[str], gone: list[str], came: list[str]
) -> None:
    source = PLIST.encode()

    changed = replace_pins(read(source), index, wanted)

    assert changed_lines(source, changed.source) == (gone, came)
    assert texts(changed)[index][1] == wanted


def test_pins_on_one_line_stay_on_it() -> None:
    changed = replace_pins(read(PLIST.encode()), ONE_LINE, [H, G, N])

    assert changed_lines(PLIST.encode(), changed.source)[1] == [
        (
            "\t\t\t<dict><key>TSKPublicKeyHashes</key><array>"
            f"<string>{H}</string><string>{G}</string><string>{N}</string></array></dict>\n"
        )
    ]


def test_a_pin_written_with_an_entity_is_replaced_whole() -> None:
    source = xml(trustkit(a_com={"TSKPublicKeyHashes": [H, G]})).replace(b"+", b"&#x2B;")

    changed = replace_pins(read(source), 0, [N, G])

    assert texts(read(source)) == [("a.com", [H, G])]
    assert changed_lines(source, changed.source)[1] == [f"{FIVE}<string>{N}</string>\n"]


def test_a_date_can_be_changed() -> None:
    pin_set = read(PLIST.encode())
    later = replace(pin_set.rules[DATED], expiration=Expiration("2028-02-29", date(2028, 2, 29)))

    written = write(replace(pin_set, rules=(*pin_set.rules[:DATED], later, *pin_set.rules[DATED + 1 :])))

    assert changed_lines(PLIST.encode(), written) == (
        ["\t\t\t\t<string>2027-01-31</string>\n"],
        ["\t\t\t\t<string>2028-02-29</string>\n"],
    )


def test_every_list_is_written_by_itself() -> None:
    assert [sharing_rules(read(PLIST.encode()), index) for index in range(5)] == [(0,), (1,), (2,), (3,), (4,)]


def test_a_list_of_the_wrong_type_is_not_written() -> None:
    with pytest.raises(PinError) as caught:
        replace_pins(read(xml(transport(a_com={"NSPinnedLeafIdentities": H}))), 0, [G])

    assert caught.value.code == "not_writable"


def test_a_binary_file_is_read_and_not_written() -> None:
    pin_set = read(binary(transport(a_com={"NSPinnedLeafIdentities": identities(H)})))

    with pytest.raises(PinError) as caught:
        replace_pins(pin_set, 0, [G])

    assert write(pin_set) == pin_set.source
    assert (caught.value.code, caught.value.sentence) == (
        "not_writable",
        (
            "A binary property list is read and not written. Change the Info.plist in the source of the app, or "
            "convert this one first: plutil -convert xml1 Info.plist."
        ),
    )


def test_pins_are_written_without_a_prefix() -> None:
    assert pin_text("info_plist", bytes(32)) == "A" * 43 + "="
