"""The values of a decision: which client, what it does on one connection, and why."""

from dataclasses import dataclass
from enum import StrEnum

from pins.certificate import ChainCertificate
from pins.pinset import Pin


class Client(StrEnum):
    """The code in an app that enforces pins; each value is the name of its file in `pins/clients/`."""

    ANDROID_NSC = "android_nsc"
    OKHTTP = "okhttp"
    APPLE_ATS = "apple_ats"
    TRUSTKIT_IOS = "trustkit_ios"
    TRUSTKIT_ANDROID = "trustkit_android"
    OUTSYSTEMS_ANDROID = "outsystems_android"
    OUTSYSTEMS_IOS = "outsystems_ios"
    ALAMOFIRE_CERTIFICATES = "alamofire_certificates"
    ALAMOFIRE_PUBLIC_KEYS = "alamofire_public_keys"
    AFNETWORKING_CERTIFICATES = "afnetworking_certificates"
    AFNETWORKING_PUBLIC_KEYS = "afnetworking_public_keys"
    CORDOVA_ADVANCED_HTTP_ANDROID = "cordova_advanced_http_android"
    CORDOVA_ADVANCED_HTTP_IOS = "cordova_advanced_http_ios"
    REACT_NATIVE_SSL_PINNING_ANDROID = "react_native_ssl_pinning_android"
    REACT_NATIVE_SSL_PINNING_IOS = "react_native_ssl_pinning_ios"
    REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_ANDROID = "react_native_ssl_public_key_pinning_android"
    REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_IOS = "react_native_ssl_public_key_pinning_ios"
    CAPGO_ANDROID = "capgo_android"
    CAPGO_IOS = "capgo_ios"
    HTTP_CERTIFICATE_PINNING = "http_certificate_pinning"
    SSL_CERTIFICATE_CHECKER = "ssl_certificate_checker"
    WULTRA_ANDROID = "wultra_android"
    WULTRA_IOS = "wultra_ios"
    APPROOV = "approov"
    KTOR_DARWIN = "ktor_darwin"
    DOTNET_CALLBACK = "dotnet_callback"
    CURL = "curl"
    HPKP = "hpkp"

    @property
    def platform(self) -> str:
        """`android` or `ios` where this code runs on one of them only, else empty."""
        if self.value.endswith("_android") or self in _ANDROID:
            return "android"
        return "ios" if self.value.endswith("_ios") or self in _APPLE else ""

    @property
    def compares_leaf_only(self) -> bool:
        """Pins of intermediates and roots never match."""
        return self in _LEAF_ONLY


_ANDROID = frozenset({Client.ANDROID_NSC, Client.OKHTTP})
_APPLE = frozenset(
    {
        Client.APPLE_ATS,
        Client.ALAMOFIRE_CERTIFICATES,
        Client.ALAMOFIRE_PUBLIC_KEYS,
        Client.AFNETWORKING_CERTIFICATES,
        Client.AFNETWORKING_PUBLIC_KEYS,
        Client.KTOR_DARWIN,
    }
)
_LEAF_ONLY = frozenset(
    {
        Client.HTTP_CERTIFICATE_PINNING,
        Client.SSL_CERTIFICATE_CHECKER,
        Client.WULTRA_ANDROID,
        Client.WULTRA_IOS,
        Client.DOTNET_CALLBACK,
        Client.CURL,
    }
)


class Outcome(StrEnum):
    """What happens to one connection attempt."""

    CONNECTS = "connects"
    BLOCKED_BY_PIN = "blocked_by_pin"
    BLOCKED_BY_CHAIN = "blocked_by_chain"
    NOT_PINNED = "not_pinned"
    FAILS_OPEN = "fails_open"
    CONFIG_ERROR = "config_error"
    INDETERMINATE = "indeterminate"

    @property
    def is_blocked(self) -> bool:
        return self in BLOCKED


BLOCKED = frozenset({Outcome.BLOCKED_BY_PIN, Outcome.BLOCKED_BY_CHAIN, Outcome.CONFIG_ERROR})


@dataclass(frozen=True, slots=True)
class Reason:
    """A stable code for programs and one sentence for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """The pin that fits and the certificate of the path that it fits."""

    pin: Pin
    certificate: ChainCertificate


@dataclass(frozen=True, slots=True)
class Decision:
    """What one client does for one host on one trust store at one instant.

    `path` is the path the client settled on, leaf first; empty where no path validates or none was needed.
    """

    client: Client
    host: str
    trust_store: str
    outcome: Outcome
    reason: Reason
    match: Match | None = None
    path: tuple[ChainCertificate, ...] = ()
