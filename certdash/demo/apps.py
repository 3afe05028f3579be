"""The story's apps: what each release pins, how many people use it, and the verdict it must get."""

from dataclasses import dataclass
from datetime import timedelta

from certdash.demo.story import default_host
from pins.verdict import Value

ANDROID, IOS = "android", "ios"
NSC, OKHTTP, OUTSYSTEMS = "nsc", "okhttp", "outsystems"


@dataclass(frozen=True, slots=True)
class Pinned:
    """`pins` are names of certificates (their key), `next` and the like; see `certdash.demo.seed.pin_of`."""

    host: str
    pins: tuple[str, ...]
    include_subdomains: bool = False
    expires_in: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Build:
    """One release; without `rules` no pin file was uploaded."""

    platform: str
    version: str
    number: str
    share: int
    kind: str
    rules: tuple[Pinned, ...]
    days_ago: int = 60


@dataclass(frozen=True, slots=True)
class StoryApp:
    """`history`: days ago → the verdict from then on, for the trend before the demo began."""

    customer: str
    name: str
    users: int
    environments: tuple[str, ...]
    builds: tuple[Build, ...]
    verdict: Value
    owner: str = ""
    history: tuple[tuple[int, Value], ...] = ()
    adoption_days: int = 28
    buffer_days: int = 7


def on(environment: str, *pins: str, days: int | None = None, subdomains: bool = False) -> Pinned:
    """A rule for a default host, or for a host that is written out."""
    host = environment if "." in environment else default_host(environment)
    return Pinned(host, pins, subdomains, None if days is None else timedelta(days=days))


def android(version: str, share: int, kind: str, *rules: Pinned, days_ago: int = 60) -> Build:
    return Build(ANDROID, version, version.replace(".", "") + "1", share, kind, rules, days_ago)


def ios(version: str, share: int, *rules: Pinned, days_ago: int = 60) -> Build:
    return Build(IOS, version, version.replace(".", "") + "8", share, OUTSYSTEMS, rules, days_ago)


FAILING, WILL_FAIL, AT_RISK = Value.FAILING, Value.WILL_FAIL, Value.AT_RISK
UNKNOWN, UNPROTECTED, READY = Value.UNKNOWN, Value.UNPROTECTED, Value.READY
