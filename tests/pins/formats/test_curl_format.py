"""Where curl is told its pins: commands, configuration files, source in several languages, and key files."""

import hashlib

import pytest

from pins.errors import PinError
from pins.formats import detect, pin_text, read, replace_pins, write
from pins.pinset import EVERY_HOST, PinSet
from tests.pins.formats.samples import G, H, N, changed_lines, found, texts
from tests.pki import Authority

A, B, C = (f"sha256//{one}" for one in (H, G, N))

IN_C = f"""curl_easy_setopt(h, CURLOPT_URL, "https://a.com/");
// curl_easy_setopt(h, CURLOPT_PINNEDPUBLICKEY, "{C}");
curl_easy_setopt(h, CURLOPT_PINNEDPUBLICKEY, "{A};"
  "{B}");
"""
TWO_HANDLES = f"""setopt(a, CURLOPT_URL, "https://a.com"); setopt(a, CURLOPT_PINNEDPUBLICKEY, "{A}");
setopt(b, CURLOPT_URL, "https://b.com"); setopt(b, CURLOPT_PINNEDPUBLICKEY, "{B}");
"""


def rules(source: str) -> list[tuple[str, list[str] | None]]:
    return texts(read(source.encode(), format="curl"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f"curl --pinnedpubkey '{A};{B}' https://a.com/x?y", [("a.com", [A, B])]),
        (f'/usr/bin/curl -sS "https://a.com:8443" --pinnedpubkey "{A}"', [("a.com", [A])]),
        (f"curl --pinnedpubkey {A};{B} https://a.com", [(EVERY_HOST, [A])]),
        (
            f"curl \\\n  --pinnedpubkey '{A}' \\\n  --url https://u:p@a.com/ https://b.com",
            [("a.com", [A]), ("b.com", [A])],
        ),
        (f"curl --pinnedpubkey '{A}'", [(EVERY_HOST, [A])]),
        (f"--pinnedpubkey '{A};{B}'", [(EVERY_HOST, [A, B])]),
        (f'curl --pinnedpubkey {A} "$URL"', [(EVERY_HOST, [A])]),
        (f"curl --pinnedpubkey {A} https://a.{{com,net}}/", [(EVERY_HOST, [A])]),
        (f'curl --pinnedpubkey {A} "https://a.com/$FILE" -o out', [("a.com", [A])]),
        (f"curl --pinnedpubkey {A} --url https://a.com:8443/v$VERSION/x", [("a.com", [A])]),
        (f'curl --pinnedpubkey {A} "https://$HOST/x"', [(EVERY_HOST, [A])]),
        (f'curl --pinnedpubkey {A} "https://a.com$PORT/x"', [(EVERY_HOST, [A])]),
        (f"curl -x https://proxy.com -e https://b.com --pinnedpubkey {A} https://a.com", [("a.com", [A])]),
        (
            f"curl --pinnedpubkey {A} https://a.com --next --pinnedpubkey {B} https://b.com",
            [("a.com", [A]), ("b.com", [B])],
        ),
        (f"# curl --pinnedpubkey {B} https://b.com\ncurl --pinnedpubkey {A} https://a.com # x", [("a.com", [A])]),
        (f"curl https://b.com | curl --pinnedpubkey {A} https://a.com && true", [("a.com", [A])]),
        (f"curl --pinnedpubkey sha256//\"{H}\"';{B}' https://a.com", [("a.com", [A, B])]),
        (f'pinnedpubkey = "{A};{B}"\nurl = "https://a.com/"\n', [("a.com", [A, B])]),
        (
            f"# rc\n  pinnedpubkey: {A}\nurl=https://a.com\nnext\npinnedpubkey {B}\n",
            [("a.com", [A]), (EVERY_HOST, [B])],
        ),
        (f"pinnedpubkey = {A}; {B}\n", [(EVERY_HOST, [A + ";"])]),
        (f"pinnedpubkey = '{A}'\n", [(EVERY_HOST, [f"'{A}'"])]),
    ],
)  # fmt: skip
def test_commands_and_configurations_are_read_as_curl_reads_them(
    source: str, expected: list[tuple[str, list[str] | None]]
) -> None:
    assert rules(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            IN_C,
            [("a.com", [A, B])],
        ),
        (f'#define PIN "{A}"\nsetopt(h, CURLOPT_PINNEDPUBLICKEY, PIN);', [(EVERY_HOST, [A])]),
        (f'static const char pin[] = "{A}";\nsetopt(h, CURLOPT_PINNEDPUBLICKEY, pin);', [(EVERY_HOST, [A])]),
        (f"$c = curl_init('https://a.com');\ncurl_setopt($c, CURLOPT_PINNEDPUBLICKEY, '{A}');", [("a.com", [A])]),
        (f"$o = [CURLOPT_URL => 'https://a.com', CURLOPT_PINNEDPUBLICKEY => 'sha256//' . '{H}'];", [("a.com", [A])]),
        (f'c.setopt(c.URL, "https://a.com")\nc.setopt(pycurl.PINNEDPUBLICKEY, "{A}")', [("a.com", [A])]),
        (
            TWO_HANDLES,
            [("a.com", [A]), ("b.com", [B])],
        ),
        ("setopt(h, CURLOPT_PINNEDPUBLICKEY, pin());", [(EVERY_HOST, ["pin"])]),
        (f'setopt(h, CURLOPT_PROXY_PINNEDPUBLICKEY, "{B}"); setopt(h, CURLOPT_PINNEDPUBLICKEY, "{A}");', [
            (EVERY_HOST, [A])
        ]),
    ],
)  # fmt: skip
def test_source_that_sets_the_option_is_read_in_several_languages(
    source: str, expected: list[tuple[str, list[str] | None]]
) -> None:
    assert rules(source) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (A, [None]),
        (f"{A}; {B}", ["unknown_separator"]),
        (f"{A};", ["unknown_separator"]),
        (f"{A},{B}", ["unknown_separator"]),
        (f"{A};{G}", ["unknown_separator"]),
        (f"{A};{B[:-2]}Z=", [None, "non_canonical_base64"]),
        (f"sha256//{H[:-1]}", ["not_base64"]),
        ("sha256//" + "ab" * 32, ["hex_pin"]),
        ("sha256//" + "A" * 43 + "=", ["placeholder_pin"]),
        (f"sha256/{H}", ["read_as_file_name"]),
        (f"SHA256//{H}", ["read_as_file_name"]),
        ("key.pem", ["key_in_a_file"]),
    ],
)
def test_pins_are_marked_as_curl_takes_them(value: str, expected: list[str | None]) -> None:
    pin_set = read(f"curl --pinnedpubkey '{value}' https://a.com".encode())

    assert [one.problem for one in pin_set.rules[0].pins or ()] == expected


@pytest.mark.parametrize(
    ("source", "problems", "ignores_chain"),
    [
        (f"curl -k --pinnedpubkey {A} https://a.com", [("chain_not_validated", False, 1)], True),
        (f"curl -sSLk --pinnedpubkey {A} https://a.com", [("chain_not_validated", False, 1)], True),
        (f"curl -okey --pinnedpubkey {A} https://a.com", [], False),
        (f"pinnedpubkey = {A}\ninsecure\n", [("chain_not_validated", False, 2)], True),
        (
            f'o(h, CURLOPT_PINNEDPUBLICKEY, "{A}");\no(h, CURLOPT_SSL_VERIFYPEER, 0L, CURLOPT_SSL_VERIFYHOST, 0);',
            [("chain_not_validated", False, 2)],
            True,
        ),
        (
            f'o(h, CURLOPT_PINNEDPUBLICKEY, "{A}");\no(h, CURLOPT_SSL_VERIFYPEER, false);',
            [("chain_not_validated", False, 2)],
            False,
        ),
        (f"curl --pinnedpubkey {A} \\\n --pinnedpubkey {A} https://a.com", [("option_repeated", False, 1)], False),
        (f"curl --pinnedpubkey=$PIN --pinnedpubkey {A}", [("option_with_equals_sign", True, 1)], False),
        ('curl --pinnedpubkey "$PIN" https://a.com', [("unresolved_code", False, 1)], False),
    ],
)
def test_what_changes_or_hides_the_pins_is_reported(
    source: str, problems: list[tuple[str, bool, int]], ignores_chain: bool
) -> None:
    pin_set = read(source.encode())

    assert (found(pin_set.problems), pin_set.rules[0].ignores_chain) == (problems, ignores_chain)


def test_a_key_file_is_one_pin_for_every_host_and_is_never_written() -> None:
    leaf, other = Authority.root("Root").leaf("a.com"), Authority.root("Root").leaf("b.com")
    sources = (leaf.public_key_der, leaf.public_key_pem, leaf.public_key_pem + other.public_key_pem)

    for source in sources:
        pin_set = read(source)
        pins = pin_set.rules[0].pins or ()
        assert (pin_set.format, pin_set.rules[0].is_for_every_host, len(pins)) == ("curl", True, 1)
        assert pins[0].digest == hashlib.sha256(leaf.public_key_der).digest()
        assert pins[0].text == pin_text("curl", leaf.facts.spki_sha256)
        assert write(pin_set) == source
        with pytest.raises(PinError) as caught:
            replace_pins(pin_set, 0, [A])
        assert caught.value.code == "not_writable"
    assert [found(read(one).problems) for one in sources] == [[], [], [("several_keys", False, 5)]]


def test_certificates_are_left_to_other_formats() -> None:
    leaf = Authority.root("Root").leaf("a.com")

    sources = (leaf.pem, leaf.der, leaf.public_key_pem + leaf.pem)

    assert [detect(source) for source in sources] == ["certificates"] * 3
    assert [one.problem for one in read(leaf.pem, format="curl").rules[0].pins or ()] == ["certificate_for_key"]


def test_a_file_that_pins_nothing_is_refused() -> None:
    for source in (b"curl https://a.com", b"pinnedpubkey =\n", b"CURLOPT_PINNEDPUBLICKEY"):
        with pytest.raises(PinError) as caught:
            read(source, format="curl")
        assert caught.value.code == "wrong_format"


SCRIPT = f"""#!/bin/sh
curl -sS \\
  --pinnedpubkey '{A};{B}' \\
  https://a.com https://b.com  # two
"""
CONFIG = f'# pins\npinnedpubkey = "{A}"\nurl = "https://a.com"\n'
SOURCE = f'setopt(h, CURLOPT_PINNEDPUBLICKEY, "{A}"); /* leaf */\n'


@pytest.mark.parametrize("source", [SCRIPT, CONFIG, SOURCE, SCRIPT.replace("\n", "\r\n")])
def test_an_unchanged_file_gives_the_same_bytes(source: str) -> None:
    assert write(read(source.encode())) == source.encode()


@pytest.mark.parametrize(
    ("source", "wanted", "gone", "come"),
    [
        (SCRIPT, [A, C], f"  --pinnedpubkey '{A};{B}' \\\n", f"  --pinnedpubkey '{A};{C}' \\\n"),
        (SCRIPT, [B], f"  --pinnedpubkey '{A};{B}' \\\n", f"  --pinnedpubkey '{B}' \\\n"),
        (CONFIG, [A, B], f'pinnedpubkey = "{A}"\n', f'pinnedpubkey = "{A};{B}"\n'),
        (SOURCE, [C], SOURCE, SOURCE.replace(H, N)),
    ],
)
def test_only_the_value_changes(source: str, wanted: list[str], gone: str, come: str) -> None:
    written: PinSet = replace_pins(read(source.encode()), 0, wanted)

    assert changed_lines(source.encode(), written.source) == ([gone], [come])
    assert all([one.text for one in rule.pins or ()] == wanted for rule in written.rules)


@pytest.mark.parametrize("wanted", [[], ["sha256/" + H, A]])
def test_what_curl_would_read_otherwise_is_not_written(wanted: list[str]) -> None:
    with pytest.raises(PinError) as caught:
        replace_pins(read(CONFIG.encode()), 0, wanted)

    assert caught.value.code == "not_writable"


def test_a_value_in_several_pieces_is_not_rewritten() -> None:
    with pytest.raises(PinError) as caught:
        replace_pins(read(f'setopt(h, CURLOPT_PINNEDPUBLICKEY, "sha256//" "{H}");'.encode()), 0, [B])

    assert caught.value.code == "not_writable"
