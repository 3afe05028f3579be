"""The OutSystems plugin's file: what its build step refuses and what it lets through."""

import json

import pytest

from pins.errors import PinError, Place
from pins.formats import read
from pins.pinset import Pin, PinKind
from tests.pins.formats.samples import G, H, found, texts


def source(*hashes: object, host: object = "www.example.com") -> bytes:
    return json.dumps({"hosts": [{"host": host, "hashes": hashes}]}, indent=1).encode()


def test_hosts_and_hashes_are_read_with_their_paths() -> None:
    pin_set = read(source("sha256/" + H, "sha256/" + G))

    assert texts(pin_set) == [("www.example.com", ["sha256/" + H, "sha256/" + G])]
    assert pin_set.rules[0].place == Place(4, 13, "hosts[0].host")
    assert (pin_set.rules[0].pins or ())[1].place == Place(7, 6, "hosts[0].hashes[1]")
    assert pin_set.problems == ()


@pytest.mark.parametrize(
    ("text", "kind", "problem"),
    [
        ("sha256/" + H, PinKind.SPKI_SHA256, None),
        (H, PinKind.SPKI_SHA256, "missing_prefix"),
        ("dummy text", PinKind.SPKI_SHA256, "not_base64"),
        ("sha1/qvTGHdzF6KLavt4PO0gs2a6pQ00=", PinKind.SPKI_SHA1, "sha1_pin"),
        ("SHA256/" + H, PinKind.SPKI_SHA256, "wrong_prefix"),
        ("sha256/" + "A" * 43 + "=", PinKind.SPKI_SHA256, "placeholder_pin"),
        ("sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", PinKind.SPKI_SHA256, "hash_of_empty_input"),
    ],
)
def test_a_bad_hash_passes_the_build_and_is_marked(text: str, kind: PinKind, problem: str | None) -> None:
    pin_set = read(source(text, "sha256/" + H))

    assert [(one.text, one.kind, one.problem) for one in (pin_set.rules[0].pins or ())[:1]] == [(text, kind, problem)]
    assert [one.is_refused for one in pin_set.problems] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"hosts": []}', [("hosts_missing", True, 1)]),
        ('{"hosts": {}}', [("hosts_missing", True, 1)]),
        ('{"hosts": [1]}', [("host_missing", True, 1)]),
        ('{"hosts": [{"host": ""}]}', [("host_missing", True, 1)]),
        ('{"hosts": [{"fqdn": "a"}]}', [("host_missing", True, 1), ("unknown_key", False, 1)]),
        ('{"hosts": [{"host": "a"}]}', [("hashes_missing", True, 1)]),
        ('{"hosts": [{"host": "a", "hashes": ["x"]}]}', [("too_few_hashes", True, 1)]),
        ('{"hosts": [{"host": "a", "hashes": [1, "x"]}]}', [("not_a_text", True, 1)]),
        ('{"hosts": [1],\n"hosts": []}', [("hosts_missing", True, 2), ("duplicate_key", False, 2)]),
    ],
)
def test_the_build_step_refuses_what_lacks_a_part(text: str, expected: list[tuple[str, bool, int]]) -> None:
    assert sorted(found(read(text.encode()).problems)) == sorted(expected)


def test_the_same_hash_twice_is_left_to_each_platform() -> None:
    assert read(source("sha256/" + H, "sha256/" + H)).problems == ()  # vector 63: fatal on iOS only


def test_a_repeated_host_and_a_wildcard_are_noted() -> None:
    hashes = f'["sha256/{H}", "sha256/{G}"]'
    text = f'{{"hosts": [{{"host": "*.a.com", "hashes": {hashes}}},\n{{"host": "*.A.com", "hashes": {hashes}}}]}}'

    assert found(read(text.encode()).problems) == [
        ("wildcard_ignored", False, 1),
        ("wildcard_ignored", False, 2),
        ("duplicate_host", False, 2),
    ]


def test_a_missing_list_is_not_an_empty_one() -> None:
    assert texts(read(b'{"hosts": [{"host": "a"}, {"host": "b", "hashes": []}]}')) == [("a", None), ("b", [])]


def test_a_hash_keeps_what_android_decodes() -> None:
    pins = read(source("sha256/AAEC", "sha256/" + H)).rules[0].pins or ()

    assert pins[0] == Pin(
        "sha256/AAEC", PinKind.SPKI_SHA256, b"\0\1\2", Place(6, 6, "hosts[0].hashes[0]"), "wrong_length"
    )


def test_an_array_is_sent_back() -> None:
    with pytest.raises(PinError) as caught:
        read(b"[]", format="outsystems_json")

    assert (caught.value.code, caught.value.place) == ("wrong_format", Place(1, 1))
