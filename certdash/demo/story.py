"""The story: customers, their environments on the platform domain, and custom domains in every state."""

from dataclasses import dataclass

from certdash.demo.certificates import PLATFORM

ADDRESSES = ("127.0.0.1", "127.0.0.2")
# Nobody listens on the discard port of loopback.
UNREACHABLE = "127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Stage:
    """One environment: `<customer>-<label>` on the platform domain, unless it is self-managed."""

    label: str
    stage: str


@dataclass(frozen=True, slots=True)
class Tenant:
    name: str
    slug: str
    stages: tuple[Stage, ...]


PROD, TEST, DEV = Stage("prod", "production"), Stage("test", "test"), Stage("dev", "development")
USUAL = (PROD, TEST, DEV)

TENANTS = (
    Tenant("Acme", "acme", (*USUAL, Stage("visitors", "production"), Stage("labs", "development"))),
    Tenant("Globex", "globex", (*USUAL, Stage("eu-prod", "production"), Stage("eu-test", "test"))),
    Tenant("Initech", "initech", (*USUAL, Stage("ledger", "production"), Stage("hr", "production"))),
    Tenant("Umbrella", "umbrella", (*USUAL, Stage("lab", "test"), Stage("trials", "production"))),
    Tenant("Hooli", "hooli", (*USUAL, Stage("eu-prod", "production"), Stage("labs", "development"))),
    Tenant("Soylent", "soylent", (*USUAL, Stage("supply", "production"))),
    Tenant("Wayne", "wayne", (*USUAL, Stage("fleet", "production"))),
    Tenant("Stark", "stark", (*USUAL, Stage("field", "production"))),
    Tenant("Tyrell", "tyrell", (*USUAL, Stage("care", "production"))),
    Tenant("Vandelay", "vandelay", (*USUAL, Stage("customs", "production"))),
    Tenant("Oceanic", "oceanic", (*USUAL, Stage("crew", "production"))),
    Tenant("Bluth", "bluth", (*USUAL, Stage("sites", "production"))),
    Tenant("Duff", "duff", (*USUAL, Stage("depot", "production"))),
    Tenant("Kramerica", "kramerica", USUAL),
)


@dataclass(frozen=True, slots=True)
class CustomHost:
    """A custom domain on an environment of the customer; `environment` may be a self-managed one of its own.

    `chains`: by address the chain names that the lab serves; empty means that nobody answers.
    """

    customer: str
    environment: str
    host: str
    chains: dict[str, tuple[str, ...]]
    is_self_managed: bool = False


EVERYWHERE = "*"
CHAINS = {
    "wildcard": ("wildcard", "issuing"),
    "wildcard-next": ("wildcard-next", "issuing"),
    "acme-auth": ("acme-auth", "issuing"),
    "acme-maps": ("acme-maps", "sibling"),
    "globex-portal": ("globex-portal", "issuing"),
    "initech-legacy": ("initech-legacy", "issuing"),
    "umbrella-www": ("umbrella-www", "issuing"),
    # The intermediate is left out: Android never fetches it.
    "hooli-api": ("hooli-api",),
    "hooli-media-ec": ("hooli-media-ec", "sibling"),
    "hooli-media-rsa": ("hooli-media-rsa", "issuing"),
    "soylent-build": ("soylent-build",),
    "wayne-edge": ("wayne-edge", "issuing"),
    "wayne-edge-new": ("wayne-edge-new", "sibling"),
    "wayne-night": ("wayne-night", "issuing"),
    "stark-intranet": ("stark-intranet", "issuing"),
    "tyrell-id": ("tyrell-id", "sibling"),
}
ROTATIONS = {"wildcard": "wildcard-next"}


def _everywhere(*chains: str) -> dict[str, tuple[str, ...]]:
    return {EVERYWHERE: chains}


CUSTOM_HOSTS = (
    CustomHost("acme", "acme-prod", "auth.acme.example", _everywhere("acme-auth")),
    CustomHost("acme", "acme-prod", "tiles.maps.acme.example", _everywhere("acme-maps")),
    CustomHost("globex", "globex-prod", "portal.globex.example", _everywhere("globex-portal")),
    CustomHost("initech", "initech-legacy", "legacy.initech.example", _everywhere("initech-legacy"), True),
    CustomHost("umbrella", "umbrella-shop", "shop.umbrella.example", _everywhere("umbrella-www"), True),
    CustomHost("umbrella", "umbrella-dr", "dr.umbrella.example", {}, True),
    CustomHost("hooli", "hooli-api", "api.hooli.example", _everywhere("hooli-api"), True),
    CustomHost("hooli", "hooli-prod", "media.hooli.example", _everywhere("hooli-media-ec", "hooli-media-rsa")),
    CustomHost("soylent", "soylent-build", "build.soylent.example", _everywhere("soylent-build"), True),
    CustomHost(
        "wayne",
        "wayne-edge",
        "edge.wayne.example",
        {"127.0.0.1": ("wayne-edge",), "127.0.0.2": ("wayne-edge-new",)},
        True,
    ),
    CustomHost("wayne", "wayne-prod", "night.wayne.example", _everywhere("wayne-night")),
    CustomHost("stark", "stark-onprem", "intranet.stark.example", _everywhere("stark-intranet"), True),
    CustomHost("tyrell", "tyrell-prod", "id.tyrell.example", _everywhere("tyrell-id")),
    CustomHost("vandelay", "vandelay-shop", "shop.vandelay.example", _everywhere("wildcard"), True),
)


def default_host(environment: str) -> str:
    return f"{environment}.{PLATFORM}"
