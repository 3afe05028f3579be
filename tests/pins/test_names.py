"""Which hosts a certificate covers."""

import pytest

from pins.errors import PinError
from pins.names import covers, covers_on_android, normalise_host
from tests.pki import Authority

CA = Authority.root("Root")
LEAF = CA.leaf("www.example.com", "*.apps.example.com", "xn--bcher-kva.example", "192.0.2.7", "2001:db8::1").facts


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("www.example.com", True),
        ("WWW.Example.COM", True),
        ("www.example.com.", True),
        ("example.com", False),
        ("a.www.example.com", False),
        ("one.apps.example.com", True),
        ("ONE.apps.example.com.", True),
        ("apps.example.com", False),
        ("a.one.apps.example.com", False),
        (".apps.example.com", False),
        ("oneapps.example.com", False),
        ("bücher.example", True),
        ("BÜCHER.example", True),
        ("192.0.2.7", True),
        ("192.0.2.8", False),
        ("2001:DB8:0::1", True),
        ("[2001:db8::1]", True),
        ("", False),
        ("no host", False),
    ],
)  # fmt: skip
def test_names_are_covered_as_devices_see_it(host: str, expected: bool) -> None:
    assert covers(LEAF, host) is expected


@pytest.mark.parametrize(
    ("pattern", "host", "expected"),
    [
        ("*.example.com", "www.example.com", True),
        ("*.com", "example.com", False),
        ("*", "localhost", False),
        ("w*.example.com", "www.example.com", False),
        ("*w.example.com", "www.example.com", False),
        ("www.*.com", "www.example.com", False),
        ("*.*.example.com", "a.b.example.com", False),
        ("*.2.0.192", "7.2.0.192", False),
        ("localhost", "localhost", True),
        ("_dmarc.example.com", "_dmarc.example.com", True),
        ("www.example.com.", "www.example.com", True),
    ],
)
def test_only_a_whole_left_most_label_is_a_wildcard(pattern: str, host: str, expected: bool) -> None:
    assert covers(CA.leaf(pattern).facts, host) is expected


@pytest.mark.parametrize(
    ("pattern", "host", "expected"),
    [
        ("*.com", "example.com", True),
        ("*.com", "www.example.com", False),
        ("*.com", "com", False),
        ("*.", "com", False),
        ("*", "localhost", False),
        ("*.example.com", "www.example.com", True),
        ("www.*.com", "www.example.com", False),
    ],
)
def test_android_takes_a_wildcard_right_above_the_top_level_domain(pattern: str, host: str, expected: bool) -> None:
    assert covers_on_android(CA.leaf(pattern).facts, host) is expected


def test_the_common_name_never_counts() -> None:
    assert not covers(CA.leaf(common_name="www.example.com").facts, "www.example.com")


def test_an_address_written_as_a_name_does_not_cover_the_address() -> None:
    by_name = CA.leaf("www.example.com", common_name="192.0.2.7").facts

    assert not covers(by_name, "192.0.2.7")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (" API.Example.com. ", "api.example.com"),
        ("straße.example", "strasse.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("2001:0DB8::0001", "2001:db8::1"),
        ("localhost", "localhost"),
    ],
)
def test_hosts_are_normalised(host: str, expected: str) -> None:
    assert normalise_host(host) == expected


@pytest.mark.parametrize(
    "host",
    ["", ".", "a..b", "-a.example", "a-.example", "a b", "https://example.com", "example.com/path", "example.com:443",
     "*.example.com", "a" * 64 + ".example", "a." * 130 + "example", "ex\x00ample.com", "\udcff.example"],
)  # fmt: skip
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(PinError) as caught:
        normalise_host(host)

    assert caught.value.code == "host"


def test_the_refusal_shows_a_long_host_cut() -> None:
    with pytest.raises(PinError) as caught:
        normalise_host("a" * 100)

    assert caught.value.sentence == (
        f"“{'a' * 80}…” is no host name. Give the name alone, such as api.example.com, without https://, port or path."
    )
