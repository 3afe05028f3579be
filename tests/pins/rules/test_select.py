"""Which rules speak for a host."""

import pytest

from pins.hosts import BUNDLED_SUFFIXES
from pins.rules.select import MostSpecific, Union, covering_domains, union

SPECIFIC = MostSpecific(
    exact={"android.com": "top", "developer.android.com": "developer", "only.example": "only"},
    subdomains={"android.com": "top", "developer.android.com": "developer"},
)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("android.com", "top"),
        ("www.android.com", "top"),
        ("a.b.android.com", "top"),
        ("developer.android.com", "developer"),
        ("a.developer.android.com", "developer"),
        ("xandroid.com", None),
        ("only.example", "only"),
        ("a.only.example", None),
        ("com", None),
        ("", None),
    ],
)
def test_the_most_specific_domain_wins(host: str, expected: str | None) -> None:
    assert SPECIFIC.select(host) == expected


def test_patterns_are_told_apart_by_their_stars() -> None:
    found = union([("a.com", 1), ("*.a.com", 2), ("**.a.com", 3), ("a.com", 4)])

    assert found == Union(exact={"a.com": (1, 4)}, one_label={"a.com": (2,)}, any_depth={"a.com": (3,)})


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("a.com", (1, 4)),
        ("b.a.com", (2, 4)),
        ("c.b.a.com", (4,)),
        ("xa.com", ()),
        (".a.com", (2, 4)),
        ("com", ()),
    ],
)
def test_every_matching_pattern_counts(host: str, expected: tuple[int, ...]) -> None:
    patterns = union([("a.com", 1), ("*.a.com", 2), ("b.com", 3), ("**.a.com", 4)])

    assert patterns.select(host) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("www.good.com", ["good.com"]),
        ("foo.www.good.com", ["good.com", "www.good.com"]),
        ("good.com", []),
        ("test.good.co.uk", ["good.co.uk"]),
        ("test.good.net", []),
        ("a.somebody.github.io", ["somebody.github.io"]),
    ],
)
def test_covering_domains_share_the_public_suffix(host: str, expected: list[str]) -> None:
    domains = ["good.com", "www.good.com", "good.co.uk", "somebody.github.io"]

    assert list(covering_domains(domains, host, BUNDLED_SUFFIXES)) == expected
