"""Every certificate of the story, with dates relative to the day on which it is first told."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from certdash.demo.authority import KeyKind, Wanted
from pins.lifetimes import maximum_days

ORGANIZATION = "Northgate Trust"
PLATFORM = "cloud.example"
DAYS_TO_EXPIRY = 50
DAYS_TO_WINDOW = 21


@dataclass(frozen=True, slots=True)
class Days:
    """From how many days ago until how many days ahead."""

    ago: int
    ahead: int


def wanted(today: date) -> tuple[Wanted, ...]:
    """Issuers before what they issue."""
    return (*_authorities(today), *_platform(today), *_custom(today))


def _authorities(today: date) -> tuple[Wanted, ...]:
    return (
        _ca("root", "Northgate Root R1", "", today, Days(3000, 6000), key="rsa2048"),
        _ca("issuing", "Northgate TLS CA 2", "root", today, Days(900, 2000), key="rsa2048"),
        _ca("sibling", "Northgate TLS CA 3", "root", today, Days(300, 2600), key="p256"),
    )


def _platform(today: date) -> tuple[Wanted, ...]:
    """The certificate served now expires in about 50 days; its successor is issued and waits."""
    ago = _limit(today - timedelta(days=150)) - DAYS_TO_EXPIRY
    names = (f"*.{PLATFORM}", PLATFORM)
    return (
        _leaf("wildcard-before", names, "issuing", today, Days(ago + 180, -ago + 20), key="p256"),
        _leaf("wildcard", names, "issuing", today, Days(ago, DAYS_TO_EXPIRY), key="p256"),
        _leaf("wildcard-next", names, "issuing", today, Days(2, _limit(today) - 3), key="p256"),
    )


def _custom(today: date) -> tuple[Wanted, ...]:
    full = _limit(today - timedelta(days=60))
    return (
        _leaf("acme-auth", ("auth.acme.example",), "issuing", today, Days(40, full - 40), key="p256"),
        _leaf("acme-maps", ("tiles.maps.acme.example",), "sibling", today, Days(60, full - 60), key="p256"),
        _leaf("globex-portal", ("portal.globex.example",), "issuing", today, Days(full - 9, 9), key="p256"),
        _leaf("initech-legacy", ("legacy.initech.example",), "issuing", today, Days(full + 3, -3), key="rsa2048"),
        _leaf("umbrella-www", ("www.umbrella.example",), "issuing", today, Days(20, full - 20), key="p256"),
        _leaf("hooli-api", ("api.hooli.example",), "sibling", today, Days(30, full - 30), key="p256"),
        _leaf("hooli-media-ec", ("media.hooli.example",), "sibling", today, Days(15, full - 15), key="p256"),
        _leaf("hooli-media-rsa", ("media.hooli.example",), "issuing", today, Days(15, full - 15), key="rsa2048"),
        _leaf("soylent-build", ("build.soylent.example",), "", today, Days(100, 900), key="rsa2048"),
        _leaf("wayne-edge", ("edge.wayne.example",), "issuing", today, Days(120, full - 120), key="p256"),
        _leaf("wayne-edge-new", ("edge.wayne.example",), "sibling", today, Days(1, _limit(today) - 2), key="p256"),
        _leaf("wayne-night", ("night.wayne.example",), "issuing", today, Days(30, 59), key="p256"),
        _leaf("stark-intranet", ("intranet.stark.example",), "issuing", today, Days(90, 600), key="rsa2048"),
        _leaf("tyrell-id", ("id.tyrell.example",), "sibling", today, Days(70, full - 70), key="p256"),
    )


def _ca(name: str, common_name: str, issuer: str, today: date, days: Days, *, key: KeyKind) -> Wanted:
    start, end = _span(today, days)
    return Wanted(name, common_name, start, end, issuer, key_kind=key, organization=ORGANIZATION)


def _leaf(name: str, hosts: tuple[str, ...], issuer: str, today: date, days: Days, *, key: KeyKind) -> Wanted:
    start, end = _span(today, days)
    return Wanted(name, hosts[0], start, end, issuer, hosts, key)


def _span(today: date, days: Days) -> tuple[datetime, datetime]:
    midnight = datetime.combine(today, time.min, UTC)
    return midnight - timedelta(days=days.ago), midnight + timedelta(days=days.ahead, hours=23, minutes=59)


def _limit(issued_on: date) -> int:
    """The longest lifetime that browsers accept of a certificate issued on this day, as days from start to end."""
    return (maximum_days(datetime.combine(issued_on, time.min, UTC)) or 398) - 1
