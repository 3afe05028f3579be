"""The X.509 extensions on which names and paths depend; every other one is left unread."""

from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any

from pins import der
from pins.der import Element
from pins.distinguished import printable
from pins.errors import PinError

SERVER_AUTH, ANY_USAGE = "1.3.6.1.5.5.7.3.1", "2.5.29.37.0"
KEY_CERT_SIGN = 0x04  # bit 5 of the first byte, RFC 5280 §4.2.1.3
DNS_NAME, DIRECTORY_NAME, ADDRESS, IP_ADDRESS = 0x82, 0xA4, 0x86, 0x87  # context tags of GeneralName, RFC 5280 §4.2.1.6
PERMITTED, EXCLUDED = 0xA0, 0xA1
CA_ISSUERS = b"\x2b\x06\x01\x05\x05\x07\x30\x02"  # DER of 1.3.6.1.5.5.7.48.2

Facts = Mapping[str, Any]
# Facts of a certificate by the names of its fields; what is absent has the value that RFC 5280 gives it.
ABSENT: Facts = MappingProxyType(
    {
        "dns_names": (),
        "ip_addresses": (),
        "is_ca": False,
        "path_length": None,
        "can_sign_certificates": True,
        "is_server_auth": True,
        "is_server_auth_by_name": True,
        "has_extensions": False,
        "has_basic_constraints": False,
        "has_key_usage": False,
        "subject_key_id": None,
        "authority_key_id": None,
        "authority_serial": None,
        "authority_issuer": None,
        "permitted_dns": None,
        "excluded_dns": (),
        "has_issuer_address": False,
    }
)


def read_extensions(listed: Element) -> Facts:
    """`listed` is the SEQUENCE OF Extension; of a repeated extension the first counts."""
    found: dict[str, Any] = {"has_extensions": True}
    for extension in listed.expect(der.SEQUENCE).children():
        parts = der.read_children(extension.expect(der.SEQUENCE), at_least=2)
        reader = READERS.get(parts[0].content)
        if reader is not None:
            for name, value in reader(der.read_whole(parts[-1].expect(der.OCTET_STRING).content)):
                found.setdefault(name, value)
    return {**ABSENT, **found}


def _alternative_names(value: Element) -> Iterator[tuple[str, object]]:
    names = list(value.expect(der.SEQUENCE).children())
    yield "dns_names", tuple(_ascii(one) for one in names if one.tag == DNS_NAME)
    yield "ip_addresses", tuple(_address(one.content) for one in names if one.tag == IP_ADDRESS)


def _ascii(name: Element) -> str:
    return printable(name.content.decode("ascii", "backslashreplace"))


def _address(packed: bytes) -> str:
    try:
        return str(ip_address(packed))
    except ValueError:
        return packed.hex()


def _basic_constraints(value: Element) -> Iterator[tuple[str, object]]:
    parts = list(value.expect(der.SEQUENCE).children())
    yield "has_basic_constraints", True
    yield "is_ca", bool(parts) and parts[0].tag == der.BOOLEAN and der.boolean(parts[0])
    if parts and parts[-1].tag == der.INTEGER:
        yield "path_length", der.integer(parts[-1])


def _key_usage(value: Element) -> Iterator[tuple[str, object]]:
    yield "has_key_usage", True
    yield "can_sign_certificates", bool(der.bits(value)[:1] and der.bits(value)[0] & KEY_CERT_SIGN)


def _extended_key_usage(value: Element) -> Iterator[tuple[str, object]]:
    usages = {der.object_id(one) for one in value.expect(der.SEQUENCE).children()}
    yield "is_server_auth", not usages.isdisjoint({SERVER_AUTH, ANY_USAGE})
    yield "is_server_auth_by_name", SERVER_AUTH in usages


def _subject_key_id(value: Element) -> Iterator[tuple[str, object]]:
    yield "subject_key_id", value.expect(der.OCTET_STRING).content


def _authority_key_id(value: Element) -> Iterator[tuple[str, object]]:
    for part in value.expect(der.SEQUENCE).children():
        if part.tag == 0x80:  # [0] keyIdentifier
            yield "authority_key_id", part.content
        elif part.tag == 0xA1:  # [1] authorityCertIssuer
            for name in part.children():
                if name.tag == DIRECTORY_NAME:
                    yield "authority_issuer", der.read_children(name, at_least=1)[0].raw
        elif part.tag == 0x82:  # [2] authorityCertSerialNumber
            yield "authority_serial", int.from_bytes(part.content, signed=True)


def _name_constraints(value: Element) -> Iterator[tuple[str, object]]:
    for trees in value.expect(der.SEQUENCE).children():
        bases = [der.read_children(tree, at_least=1)[0] for tree in trees.children()]
        names = tuple(_ascii(base).lower() for base in bases if base.tag == DNS_NAME)
        if trees.tag == PERMITTED and names:
            yield "permitted_dns", names
        if trees.tag == EXCLUDED:
            yield "excluded_dns", names


def _authority_information(value: Element) -> Iterator[tuple[str, object]]:
    """RFC 5280 §4.2.2.1; nothing else depends on it, so a damaged one is as good as none."""
    try:
        accesses = [der.read_children(one, at_least=2) for one in value.expect(der.SEQUENCE).children()]
    except PinError:
        return
    yield (
        "has_issuer_address",
        any(
            method.content == CA_ISSUERS and where.tag == ADDRESS and where.content[:7].lower() == b"http://"
            for method, where, *_ in accesses
        ),
    )


READERS: dict[bytes, Callable[[Element], Iterator[tuple[str, object]]]] = {  # DER of 2.5.29.x
    b"\x55\x1d\x11": _alternative_names,
    b"\x55\x1d\x13": _basic_constraints,
    b"\x55\x1d\x0f": _key_usage,
    b"\x55\x1d\x25": _extended_key_usage,
    b"\x55\x1d\x0e": _subject_key_id,
    b"\x55\x1d\x23": _authority_key_id,
    b"\x55\x1d\x1e": _name_constraints,
    b"\x2b\x06\x01\x05\x05\x07\x01\x01": _authority_information,  # 1.3.6.1.5.5.7.1.1
}
