"""Host names and what is above them."""

import pytest

from pins.hosts import BUNDLED_SUFFIXES, canonical_host, parents, without_last_dot


@pytest.mark.parametrize(
    ("host", "expected"),
    [("a.b.example.com", ["b.example.com", "example.com", "com"]), ("com", []), ("", []), (".com", ["com"])],
)
def test_parents_stand_nearest_first(host: str, expected: list[str]) -> None:
    assert list(parents(host)) == expected


@pytest.mark.parametrize(
    ("host", "expected"), [("example.com.", "example.com"), ("example.com", "example.com"), ("a..", "a."), ("", "")]
)
def test_exactly_one_trailing_dot_is_taken_away(host: str, expected: str) -> None:
    assert without_last_dot(host) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("EXAMPLE.com", "example.com"),
        ("σkhttp.com", "xn--khttp-fde.com"),
        ("example.com.", "example.com."),
        ("my_host.example", "my_host.example"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("2001:db8:0:0::1", "2001:db8::1"),
        ("[::ffff:a00:1]", "10.0.0.1"),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_a_canonical_host_is_lower_case_ascii(host: str, expected: str) -> None:
    assert canonical_host(host) == expected


@pytest.mark.parametrize(
    "host",
    [
        "",
        "a..b",
        ".a",
        "a b",
        "a/b",
        "a#b",
        "a%b",
        "a@b",
        "a?b",
        "a:80",
        "a" * 64,
        "ä..b",
        "a\x7f",
        "a.b" * 90,
        "fe80::1%1",
    ],
)
def test_what_cannot_be_a_host_has_no_canonical_form(host: str) -> None:
    assert canonical_host(host) is None


@pytest.mark.parametrize(
    ("host", "expected"),
    [("www.good.com", 3), ("com", 3), ("a.b.example.co.uk", 5), ("localhost", 0), ("10.0.0.1", 0), ("a.internal", 0)],
)
def test_the_bundled_list_knows_public_suffixes_only(host: str, expected: int) -> None:
    assert BUNDLED_SUFFIXES.registry_length(host) == expected
