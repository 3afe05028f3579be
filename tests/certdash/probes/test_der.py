"""Concatenated certificates taken apart, and the identity of a chain."""

from hashlib import sha256

from certdash.probes.der import split
from certdash.probes.reading import ServedChain


def test_values_with_short_and_long_lengths_are_told_apart() -> None:
    short, one, two = b"\x30\x01\xff", b"\x30\x81\x80" + bytes(128), b"\x30\x82\x01\x00" + bytes(256)

    assert split(short + two + one) == (short, two, one)


def test_nothing_is_taken_apart_into_nothing() -> None:
    assert split(b"") == ()


def test_the_order_of_a_chain_is_part_of_its_identity() -> None:
    leaf, issuer = b"\x30\x01\x01", b"\x30\x01\x02"

    expected = sha256(sha256(leaf).digest() + sha256(issuer).digest()).hexdigest()

    assert ServedChain.of((leaf, issuer)) == ServedChain((leaf, issuer), expected)
    assert ServedChain.of((issuer, leaf)).sha256 != expected
