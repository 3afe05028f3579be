"""Every dialect: how its files are told, which module reads them, which clients they feed, how they write a pin."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, NamedTuple

from pins.decision import Client
from pins.formats.layout import Document
from pins.reading import Text

DER = b"\x30"  # the first byte of a certificate and of a key
BLANKS = b"\xef\xbb\xbf \t\r\n"


class Dialect(NamedTuple):
    """One row of the table. Its module is loaded when a file may be its own: a command that ends at once needs one.

    `marks`: a text without any of them is not in this dialect (none: any text may be). `signatures`: what begins so,
    blanks aside, is shown to the module's `looks_like_bytes` before it is taken for text. `prefix` stands before the
    base64 of a written pin; `example` is there where a dialect has several notations, and shows the usual one.
    `has_single_pins`: each entry holds one pin.
    """

    name: str
    clients: tuple[Client, ...]
    marks: tuple[str, ...] = ()
    prefix: str = ""
    signatures: tuple[bytes, ...] = ()
    example: str = ""
    has_single_pins: bool = False

    def may_be(self, text: Text) -> bool:
        if self.marks and not any(mark in text.content for mark in self.marks):
            return False
        return bool(self._module().looks_like(text))

    def may_be_bytes(self, source: bytes) -> bool:
        if not source.lstrip(BLANKS).startswith(self.signatures):
            return False
        return bool(self._module().looks_like_bytes(source))

    def read(self, source: bytes) -> Document:
        document: Document = self._module().read(source)
        return document

    def _module(self) -> Any:
        return import_module(f"pins.formats.{self.name}")


_BUNDLING = (
    Client.ALAMOFIRE_CERTIFICATES,
    Client.ALAMOFIRE_PUBLIC_KEYS,
    Client.AFNETWORKING_CERTIFICATES,
    Client.AFNETWORKING_PUBLIC_KEYS,
    Client.CORDOVA_ADVANCED_HTTP_ANDROID,
    Client.CORDOVA_ADVANCED_HTTP_IOS,
    Client.REACT_NATIVE_SSL_PINNING_ANDROID,
    Client.REACT_NATIVE_SSL_PINNING_IOS,
    Client.CAPGO_ANDROID,
    Client.CAPGO_IOS,
)
_REACT_NATIVE = (
    Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_ANDROID,
    Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_IOS,
    Client.REACT_NATIVE_SSL_PINNING_ANDROID,
    Client.REACT_NATIVE_SSL_PINNING_IOS,
)
# Whoever compares hashes that a list can hold; the file itself says whom it is judged for without a choice.
_HASHES = (
    Client.ANDROID_NSC,
    Client.OKHTTP,
    Client.APPLE_ATS,
    Client.TRUSTKIT_IOS,
    Client.TRUSTKIT_ANDROID,
    Client.OUTSYSTEMS_ANDROID,
    Client.OUTSYSTEMS_IOS,
    Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_ANDROID,
    Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_IOS,
    Client.KTOR_DARWIN,
    Client.HTTP_CERTIFICATE_PINNING,
    Client.SSL_CERTIFICATE_CHECKER,
    Client.DOTNET_CALLBACK,
    Client.CURL,
)
# The order decides where a text could be of several: the more specific first, what takes nearly any text last.
_ALL = (
    Dialect("capacitor_build_action", (Client.ANDROID_NSC, Client.TRUSTKIT_IOS), ('"platforms"',)),
    Dialect("android_nsc", (Client.ANDROID_NSC, Client.TRUSTKIT_ANDROID), ("<",)),
    Dialect("info_plist", (Client.APPLE_ATS, Client.TRUSTKIT_IOS), ("<plist", "<key>"), signatures=(b"bplist",)),
    Dialect("outsystems_json", (Client.OUTSYSTEMS_ANDROID, Client.OUTSYSTEMS_IOS), ('"hosts"',), "sha256/"),
    Dialect("wultra_json", (Client.WULTRA_ANDROID, Client.WULTRA_IOS), ('"fingerprints"',), has_single_pins=True),
    Dialect("approov_json", (Client.APPROOV,), ("{",)),
    Dialect("trustkit_code", (Client.TRUSTKIT_IOS,), ("TSK", "TrustKit")),
    Dialect("okhttp_source", (Client.OKHTTP, Client.KTOR_DARWIN), ("CertificatePinner",), "sha256/"),
    Dialect("react_native", _REACT_NATIVE, ("SslPinning", "publicKeyHashes", "sslPinning", "react-native-ssl-p")),
    Dialect("curl", (Client.CURL,), ("pinnedpubkey", "PINNEDPUBLICKEY"), "sha256//", (DER, b"-----BEGIN PUBLIC KEY")),
    Dialect("certificates", _BUNDLING, ("-----BEGIN ",), signatures=(DER,)),
    Dialect("hpkp", (Client.HPKP,), ("Public-Key-Pins", "public-key-pins")),
    Dialect(
        "flutter",
        (Client.HTTP_CERTIFICATE_PINNING,),
        ("Fingerprint", "SecureHttpClient", "CertificatePinningInterceptor", "List<String>", "const", "final"),
        example="AA:AA:AA",
    ),
    Dialect("csv", _HASHES, (",", ";", "\t"), example="AAAA"),
    Dialect("hash_list", _HASHES, example="AAAA"),
)
DIALECTS: Mapping[str, Dialect] = MappingProxyType({one.name: one for one in _ALL})
