"""Wultra's list: entries as rules with an end of their own, and what its decoders refuse."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pins.errors import PinError, Place
from pins.formats import read, replace_pins, write
from pins.lint import lint
from pins.pinset import Expiration, Pin, PinKind, PinRule
from tests.pins.formats.samples import G, H, N

ENTRY = {"name": "www.x.com", "fingerprint": H, "expires": 1_893_456_000, "signature": "MEUCIQ=="}


def listed(*entries: Any) -> bytes:
    return json.dumps({"fingerprints": entries}).encode()


def test_an_entry_is_a_rule_with_its_own_end() -> None:
    source = listed(ENTRY)

    pin_set = read(source)

    digest = bytes.fromhex("aff988906dde12955d9bebbf928fdcc31cce328d5b9384f21c8941ca26e20391")
    place = Place(1, 57, "fingerprints[0].fingerprint")
    assert pin_set.rules == (
        PinRule(
            pattern="www.x.com",
            place=Place(1, 29, "fingerprints[0].name"),
            pins=(Pin(H, PinKind.CERTIFICATE_SHA256, digest, place),),
            expiration=Expiration("1893456000", date(2030, 1, 1), datetime(2030, 1, 1, tzinfo=UTC)),
        ),
    )
    assert [one.code for one in lint(pin_set)] == ["single_fingerprint", "fingerprint_expires"]
    assert lint(pin_set)[1].message == (
        "The client forgets this entry for www.x.com after 2030-01-01 00:00 UTC and then blocks what only it fits. "
        "Have the next one in the list in time."
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"expires": 1_893_456_000_000}, [("expires_in_milliseconds", False, "")]),
        ({"expires": "1893456000"}, [("expires_not_read", True, "wultra_ios")]),
        ({"expires": None}, [("expires_not_read", True, "")]),
        ({"expires": "soon"}, [("expires_not_read", True, "")]),
        ({"name": 1}, [("entry_without_name", True, "wultra_ios")]),
        ({"fingerprint": 1}, [("entry_malformed", True, "")]),
        ({"fingerprint": "A" * 5}, [("not_base64", True, "")]),
        ({"fingerprint": H.rstrip("=")}, [("non_canonical_base64", True, "wultra_ios")]),
        ({"fingerprints": 1}, [("unknown_key", False, "")]),
    ],
)
def test_what_the_decoders_refuse_is_told_by_platform(
    change: dict[str, Any], expected: list[tuple[str, bool, str]]
) -> None:
    problems = read(listed({**ENTRY, **change}, {**ENTRY, "fingerprint": G})).problems

    lonely = [("single_fingerprint", False, "")] if {"name", "fingerprint"} & {*change} and 1 in change.values() else []
    assert [(one.code, one.is_refused, one.scope) for one in problems] == [*expected, *lonely]


def test_milliseconds_are_named_with_the_seconds_that_were_meant() -> None:
    problem = read(listed({**ENTRY, "expires": 1_893_456_000_000}, ENTRY)).problems[0]

    assert problem.message == (
        "The library reads 1893456000000 as seconds, so that this entry does not end for thousands of years. It was "
        "perhaps meant in milliseconds: write 1893456000."
    )


def test_a_hex_fingerprint_is_found() -> None:
    digest = "00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13:14:15:16:17:18:19:1a:1b:1c:1d:1e:1f"

    pin_set = read(listed({**ENTRY, "fingerprint": digest.replace(":", "")}))

    assert [one.problem for one in pin_set.rules[0].pins or ()] == ["hex_pin"]


def test_entries_that_are_no_objects_and_an_empty_list_are_reported() -> None:
    assert [one.code for one in read(listed(1)).problems] == ["entry_malformed"]
    assert [one.code for one in read(listed()).problems] == ["no_fingerprints"]


@pytest.mark.parametrize("source", [b'{"fingerprints": {}}', b"[1]", b'"fingerprints"'])
def test_json_without_a_list_is_no_list(source: bytes) -> None:
    with pytest.raises(PinError) as caught:
        read(source, format="wultra_json")

    assert caught.value.code == "wrong_format"


def test_a_signed_entry_is_not_changed_and_an_unsigned_one_may_become_another() -> None:
    unsigned = {key: value for key, value in ENTRY.items() if key != "signature"}
    source = listed(ENTRY, unsigned)
    pin_set = read(source)

    assert write(pin_set) == source
    assert replace_pins(pin_set, 1, [N]).source == listed(ENTRY, {**unsigned, "fingerprint": N})
    with pytest.raises(PinError) as signed:
        replace_pins(pin_set, 0, [N])
    assert (signed.value.code, signed.value.sentence) == (
        "not_writable",
        "The entries are signed, so that a changed one is worth nothing. Add the certificate on the Wultra server.",
    )
    for wanted in ([], [N, G]):
        with pytest.raises(PinError) as caught:
            replace_pins(pin_set, 1, wanted)
        assert caught.value.code == "not_writable"
