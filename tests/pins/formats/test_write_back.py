"""Writing a pin set back: the same bytes when nothing changed, and only the lines of its pins when something did."""

from dataclasses import replace
from datetime import date

import pytest

from pins.errors import PinError
from pins.formats import read, replace_pins, sharing_rules, write
from pins.pinset import Expiration, PinSet
from tests.pins.formats.samples import KOTLIN, PRETTY, XML, G, H, N, changed_lines, pin, rule

MINIFIED = PRETTY.replace("\n", "").replace(" ", "")
JAVA = f"""class Net {{
  private static final String PIN = "sha256/{H}";
  Object pinner = new CertificatePinner.Builder().add("a.com", PIN, "sha256/{G}").build();
}}
"""
CORPUS = {
    "xml": XML.encode(),
    "xml_crlf": XML.replace("\n", "\r\n").encode(),
    "xml_cr": XML.replace("\n", "\r").encode(),
    "xml_mark": b"\xef\xbb\xbf" + XML.encode(),
    "xml_utf16": XML.replace("utf-8", "utf-16").encode("utf-16"),
    "xml_one_line": rule(pin(H)).replace(b"\n", b""),
    "json": PRETTY.encode(),
    "json_minified": MINIFIED.encode(),
    "json_crlf_mark": b"\xef\xbb\xbf" + PRETTY.replace("\n", "\r\n").encode(),
    "kotlin": KOTLIN.encode(),
    "kotlin_crlf": KOTLIN.replace("\n", "\r\n").encode(),
    "java": JAVA.encode(),
}
END = "</domain-config>"
A, B, C = "sha256/" + H, "sha256/" + G, "sha256/" + N


@pytest.mark.parametrize("source", CORPUS.values(), ids=CORPUS.keys())
def test_an_unchanged_pin_set_gives_the_same_bytes(source: bytes) -> None:
    assert write(read(source)) == source


@pytest.mark.slow
@pytest.mark.parametrize("source", CORPUS.values(), ids=CORPUS.keys())
def test_every_list_can_be_given_any_pins(source: bytes) -> None:
    pin_set = read(source)
    prefix = "" if pin_set.format == "android_nsc" else "sha256/"
    for wanted in ([], [N], [N, H], [H, N, G], [G], [N, N]):
        texts = [prefix + one for one in wanted]
        for index in range(len(pin_set.rules)):
            written = _replaced(pin_set, index, texts)
            assert written is None or [one.text for one in written.rules[index].pins or ()] == texts
            assert written is not None or pin_set.format == "okhttp_source"  # a shared constant cannot become two pins


@pytest.mark.parametrize(
    ("index", "wanted", "gone", "come"),
    [
        (
            0,
            [N, G],
            [f"\t\t\t<pin   digest='SHA-256' >{H}</pin > <!-- leaf -->\n"],
            [f"\t\t\t<pin   digest='SHA-256' >{N}</pin > <!-- leaf -->\n"],
        ),
        (0, [H, G, N], [], ['\t\t\t<pin digest="SHA-256">\n', f"\t\t\t\t{N}\n", "\t\t\t</pin>\n"]),
        (0, [N, H, G], [], [f"\t\t\t<pin   digest='SHA-256' >{N}</pin >\n"]),
        (0, [H], ['\t\t\t<pin digest="SHA-256">\n', f"\t\t\t\t{G}\n", "\t\t\t</pin>\n"], []),
        (
            0,
            [G],
            [f"\t\t\t<pin   digest='SHA-256' >{H}</pin > <!-- leaf -->\n"],
            ["\t\t\t<!-- leaf -->\n"],
        ),
        (2, [N], ["\t\t<pin-set/>\n"], ["\t\t<pin-set>\n", f"\t\t\t{pin(N)}\n", "\t\t</pin-set>\n"]),
        (
            3,
            [H, G, N],
            [f"\t<domain-config><domain>one-line.com</domain><pin-set>{pin(H)}{pin(G)}</pin-set></domain-config>\n"],
            [
                f"\t<domain-config><domain>one-line.com</domain><pin-set>{pin(H)}{pin(G)}{pin(N)}</pin-set>{END}\n",
            ],
        ),
    ],
)
def test_xml_changes_on_the_lines_of_its_pins_only(
    index: int, wanted: list[str], gone: list[str], come: list[str]
) -> None:
    written = replace_pins(read(XML.encode()), index, wanted)

    assert changed_lines(XML.encode(), written.source) == (gone, come)


@pytest.mark.parametrize(
    ("index", "wanted", "gone", "come"),
    [
        (0, [A, C], [f'        "{B}"\n'], [f'        "{C}"\n']),
        (0, [A, B, C], [f'        "{B}"\n'], [f'        "{B}",\n', f'        "{C}"\n']),
        (0, [C, A, B], [], [f'        "{C}",\n']),
        (0, [A], [f'        "{A}",\n', f'        "{B}"\n'], [f'        "{A}"\n']),
        (0, [B], [f'        "{A}",\n'], []),
        (
            1,
            [A],
            [f'    {{ "host": "b.com", "hashes": [ "{A}" , "{B}" ] }},\n'],
            [f'    {{ "host": "b.com", "hashes": [ "{A}" ] }},\n'],
        ),
        (
            2,
            [A, B],
            ['    { "host": "c.com", "hashes": [] }\n'],
            [f'    {{ "host": "c.com", "hashes": ["{A}", "{B}"] }}\n'],
        ),
    ],
)
def test_json_changes_on_the_lines_of_its_hashes_only(
    index: int, wanted: list[str], gone: list[str], come: list[str]
) -> None:
    written = replace_pins(read(PRETTY.encode()), index, wanted)

    assert changed_lines(PRETTY.encode(), written.source) == (gone, come)


@pytest.mark.parametrize(
    ("index", "wanted", "gone", "come"),
    [
        (0, [A, C], [f'    const val HASH = "{G}"\n'], [f'    const val HASH = "{N}"\n']),
        (
            0,
            [A, B, C],
            ['    .add("a.com", Pins.LEAF, "sha256/${Pins.HASH}")\n'],
            [f'    .add("a.com", Pins.LEAF, "sha256/${{Pins.HASH}}", "{C}")\n'],
        ),
        (1, [], ['    .add("b.com", Pins.LEAF)\n'], ['    .add("b.com")\n']),
        (2, [A, B, C], [], [f'        "{C}",\n']),
        (3, [A], [f'        "{B}", // backup\n'], ["        // backup\n"]),
        (
            4,
            [A],
            [f'    .add("e.com", "{A}", // leaf\n', f'        "{B}") /* backup */\n'],
            [f'    .add("e.com", "{A}" // leaf\n', "        ) /* backup */\n"],
        ),
        (5, [C], [f'    .add("f.com", "sha256/" + "{H}")\n'], [f'    .add("f.com", "sha256/" + "{N}")\n']),
        (
            6,
            [C],
            [f'    .add("g.com", "sha256/{H[:20]}" +\n', f'        "{H[20:]}")\n'],
            [f'    .add("g.com", "{C}")\n'],
        ),
        (7, [C], ['    .add("h.com")\n'], [f'    .add("h.com", "{C}")\n']),
    ],
)
def test_source_changes_on_the_lines_of_its_pins_only(
    index: int, wanted: list[str], gone: list[str], come: list[str]
) -> None:
    written = replace_pins(read(KOTLIN.encode()), index, wanted)

    assert changed_lines(KOTLIN.encode(), written.source) == (gone, come)


def test_a_constant_is_changed_only_when_all_its_uses_agree() -> None:
    pin_set = read(KOTLIN.encode())

    with pytest.raises(PinError) as caught:
        replace_pins(pin_set, 1, [C])

    assert caught.value.sentence == (
        "Several pins take their text from line 2, and they are to become different ones. Edit the file by hand."
    )
    both = _with(pin_set, {0: [C, B], 1: [C]})
    assert changed_lines(KOTLIN.encode(), write(both)) == (
        [f'    const val LEAF = "{A}" // until May\n'],
        [f'    const val LEAF = "{C}" // until May\n'],
    )


def test_rules_that_share_a_list_change_together_or_not_at_all() -> None:
    pin_set = read(XML.encode())

    assert sharing_rules(pin_set, 1) == (0, 1)
    assert [len(one.pins or ()) for one in replace_pins(pin_set, 1, [N]).rules] == [1, 1, 0, 2]
    with pytest.raises(PinError) as caught:
        write(_with(pin_set, {1: [N]}))
    assert caught.value.sentence == (
        "example.com and nested.example.com share one list of pins, and only one of them was changed. "
        "Edit the file by hand."
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (' expiration="2027-01-31"', ' expiration="2028-06-30"'),
        (" expiration='2027-01-31'", " expiration='2028-06-30'"),
        (' expiration="2027-01-31"', ""),
        ("", ' expiration="2028-06-30"'),
    ],
)
def test_the_end_of_a_pin_set_can_be_moved_added_and_removed(before: str, after: str) -> None:
    pin_set = read(rule(pin(H), attributes=before))
    end = Expiration("2028-06-30", date(2028, 6, 30)) if after else None

    written = write(replace(pin_set, rules=(replace(pin_set.rules[0], expiration=end),)))

    assert written == rule(pin(H), attributes=after)


def _replaced(pin_set: PinSet, index: int, texts: list[str]) -> PinSet | None:
    try:
        return replace_pins(pin_set, index, texts)
    except PinError:
        return None


def _with(pin_set: PinSet, wanted: dict[int, list[str]]) -> PinSet:
    """`pin_set` with other pins in some rules, and with nothing else changed."""
    rules = list(pin_set.rules)
    for index, texts in wanted.items():
        like = next(one for rule in rules for one in rule.pins or ())
        rules[index] = replace(rules[index], pins=tuple(replace(like, text=text) for text in texts))
    return replace(pin_set, rules=tuple(rules))
