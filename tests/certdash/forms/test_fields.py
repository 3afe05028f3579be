"""What people paste into address fields."""

import pytest
from django.core.exceptions import ValidationError

from certdash.forms.environments import read_line
from certdash.forms.fields import parse_connect_to, parse_host, parse_host_and_port


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("api.example.com", ("api.example.com", 443)),
        (" API.Example.com. ", ("api.example.com", 443)),
        ("api.example.com:8443", ("api.example.com", 8443)),
        ("https://api.example.com:8443/path?x=1", ("api.example.com", 8443)),
        ("https://user:secret@api.example.com/", ("api.example.com", 443)),
        ("api.example.com/path", ("api.example.com", 443)),
        ("api.example.com:8443/path", ("api.example.com", 8443)),
        ("bücher.example", ("xn--bcher-kva.example", 443)),
        ("192.0.2.7:444", ("192.0.2.7", 444)),
        ("[2001:db8::1]:444", ("2001:db8::1", 444)),
        ("2001:DB8::1", ("2001:db8::1", 443)),
    ],
)
def test_a_host_is_read_however_it_is_pasted(text: str, expected: tuple[str, int]) -> None:
    parsed = parse_host_and_port(text)

    assert (parsed.host, parsed.port) == expected


@pytest.mark.parametrize(
    "text", ["", "a..b", "-x.example", "a b.example", "x" * 64 + ".example", "a/b", "fe80::1%eth0", "a\x00.example"]
)
def test_what_is_no_host_name_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        parse_host(text)

    assert caught.value.messages == [f"“{text}” is not a host name. Write it like api.example.com."]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("*.example.com", "“*.example.com” stands for many hosts. Name each host that an app connects to."),
        ("192.0.2.0/24", "“192.0.2.0/24” is a network. Name each host that an app connects to."),
        ("127.1", "“127.1” is not a whole IP address. Write all four numbers, like 192.0.2.7."),
        ("host.0x7f", "“host.0x7f” is not a whole IP address. Write all four numbers, like 192.0.2.7."),
        ("http://[::1", "“http://[::1” is not a host name. Write it like api.example.com."),
        ("https://[bad]/x", "“https://[bad]/x” is not a host name. Write it like api.example.com."),
        ("x" * 90 + "..example", f"“{'x' * 80}…” is not a host name. Write it like api.example.com."),
    ],
)
def test_what_cannot_be_probed_is_refused_with_what_to_write_instead(text: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        parse_host_and_port(text)

    assert caught.value.messages == [sentence]


@pytest.mark.parametrize("port", ["0", "65536", "٣", "4" * 5000])
def test_a_port_out_of_range_is_refused(port: str) -> None:
    with pytest.raises(ValidationError):
        parse_host_and_port(f"api.example.com:{port}")


def test_an_address_to_connect_to_is_an_ip_address() -> None:
    lines = ("127.0.0.1", "127.0.0.1:8443", "[::1]:8443", "::1")

    assert [parse_connect_to(line) for line in lines] == ["127.0.0.1", "127.0.0.1:8443", "[::1]:8443", "::1"]
    with pytest.raises(ValidationError):
        parse_connect_to("localhost")


def test_a_line_of_a_list_may_name_its_environment() -> None:
    lines = ("api.example.com, acme-prod", "api.example.com:8443")

    assert [tuple(read_line(line)) for line in lines] == [
        ("api.example.com", 443, "acme-prod"),
        ("api.example.com", 8443, "api.example.com"),
    ]
