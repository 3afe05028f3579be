"""When an authority suggests to renew."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pins.errors import PinError
from pins.renewal_info import UNREADABLE, Suggestion, identifier, read_directory, read_suggestion
from tests.pki import Authority

LEAF = Authority.root().leaf("a.example").facts


def test_the_identifier_is_that_of_the_standards_example() -> None:
    # RFC 9773 §4.1
    key = bytes.fromhex("69885b6b87464041e1b37b847ba0ae2cde01c8d4")

    assert identifier(replace(LEAF, authority_key_id=key, serial=0x87654321)) == "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE"


@pytest.mark.parametrize(("serial", "text"), [(0x7F, "fw"), (0x80, "AIA"), (0, "AA"), (-1, "_w")])
def test_a_serial_number_is_written_as_the_certificate_has_it(serial: int, text: str) -> None:
    assert identifier(replace(LEAF, authority_key_id=b"k", serial=serial)) == f"aw.{text}"


def test_a_leaf_that_names_no_authority_key_cannot_be_asked_about() -> None:
    assert identifier(replace(LEAF, authority_key_id=None)) is None


def test_a_suggestion_is_read_in_any_zone() -> None:
    body = b'{"suggestedWindow": {"start": "2027-01-02T04:00:00Z", "end": "2027-01-03T05:00:00.5+01:00"}, "x": 1}'

    assert read_suggestion(body) == Suggestion(
        datetime(2027, 1, 2, 4, tzinfo=UTC), datetime(2027, 1, 3, 4, 0, 0, 500_000, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b"{}",
        b'{"suggestedWindow": []}',
        b'{"suggestedWindow": {"start": "2027-01-02T04:00:00Z"}}',
        b'{"suggestedWindow": {"start": "2027-01-02T04:00:00", "end": "2027-01-03T04:00:00"}}',
        b'{"suggestedWindow": {"start": 1, "end": 2}}',
        b'{"suggestedWindow": {"start": "0001-01-01T00:00:00+23:59", "end": "2027-01-03T04:00:00Z"}}',
        # The end equals or precedes the start: RFC 9773 §4.2 calls that invalid
        b'{"suggestedWindow": {"start": "2027-01-02T04:00:00Z", "end": "2027-01-02T04:00:00Z"}}',
    ],
)
def test_nonsense_is_no_suggestion(body: bytes) -> None:
    with pytest.raises(PinError) as fault:
        read_suggestion(body)
    assert fault.value.sentence == UNREADABLE


def test_a_directory_says_where_to_ask() -> None:
    assert read_directory(b'{"renewalInfo": "https://ca.example/info/"}') == "https://ca.example/info"


@pytest.mark.parametrize("body", [b"{}", b'{"renewalInfo": 7}'])
def test_an_authority_without_renewal_information_is_named_as_such(body: bytes) -> None:
    with pytest.raises(PinError) as fault:
        read_directory(body)
    assert fault.value.sentence == "This ACME directory offers no renewal information. Take its line out."
