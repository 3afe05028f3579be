"""Dates, ages, numbers, hashes and sentences as people read them; pages get text, never arithmetic."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from certdash.models import Certificate
from pins.certificate import Certificate as Parsed
from pins.verdict import Value

LONGEST_NAME = 300
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WORDS = {value: value.replace("_", " ") for value in Value}
VALUES = tuple(Value)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant for people: relative in `text`, absolute in UTC in `title`; `iso` is empty where nothing happened."""

    text: str
    title: str = ""
    iso: str = ""
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence; with an address it is a link to the rows that it counts."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class HashForm:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class HashText:
    """A hash: eight characters to show, what the copy button takes, whose it is, and every notation."""

    short: str
    copy: str
    name: str
    forms: tuple[HashForm, ...] = ()


Sentence = tuple[Part, ...]


def value_of(badness: int) -> str:
    """The verdict at a place in the order of badness; a place that does not exist is unknown."""
    return VALUES[badness].value if 0 <= badness < len(VALUES) else Value.UNKNOWN.value


def word_of(badness: int) -> str:
    return WORDS[Value(value_of(badness))]


def address(view: str, *args: object, **query: str | int) -> str:
    """The address of a page with a query, empty while the page does not exist."""
    path = _path(view, *args)
    return f"{path}?{urlencode(query)}" if query and path else path


@lru_cache(maxsize=2048)
def _path(view: str, *args: object) -> str:
    """Kept: fifty rows have fifty addresses, and working one out takes longer than writing the rest of its cell."""
    try:
        return reverse(view, args=args)
    except NoReverseMatch:
        return ""


def number(count: int) -> str:
    return f"{count:,}"


def counted(count: int, noun: str, plural: str = "") -> str:
    """`1 app`, `7 apps`."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def about(count: int) -> str:
    """Two leading digits are all that a count of users is good for: 210,200 → 210,000."""
    if count < 1000:
        return f"{count}"
    unit = 10 ** (len(str(count)) - 2)
    return f"{round(count / unit) * unit:,}"


def people(count: int, url: str) -> Sentence:
    """`about 210,000 users`, the number a link. An app without a number of users is not one that nobody uses."""
    if not count:
        return (Part("an unknown number of users", url),)
    return (Part("about "), Part(f"{about(count)} users", url))


def day(value: date | datetime, now: datetime) -> str:
    """`14 Jan`; the year follows where the reader could take it for another one."""
    return full_day(value) if abs((_date(value) - now.date()).days) > 330 else f"{value.day} {MONTHS[value.month - 1]}"


def full_day(value: date | datetime) -> str:
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def span(start: datetime | None, end: datetime | None, now: datetime) -> str:
    """`15 Dec – 14 Jan`, `14–28 Jan`."""
    if start is None or end is None:
        return "not known"
    if start.date() == end.date():
        return day(end, now)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{day(end, now)}"
    first = day(start, now).removesuffix(f" {end.year}") if start.year == end.year else day(start, now)
    return f"{first} – {day(end, now)}"


def window_words(start: datetime | None, end: datetime | None, now: datetime) -> str:
    """The window as it stands today: gone, open, or to come."""
    if start is None or end is None:
        return "not known"
    if end < now:
        return f"expired {day(end, now)}"
    return f"now – {day(end, now)}" if start <= now else span(start, end, now)


def clock(instant: datetime) -> str:
    instant = instant.astimezone(UTC)
    return f"{full_day(instant)}, {instant:%H:%M} UTC"


def age(instant: datetime, now: datetime) -> str:
    """`4 min`, `3 h`, `12 d`, `3 y`; a clock that is slightly ahead reads as now."""
    seconds = (now - instant).total_seconds()
    if seconds < 60:
        return "1 min" if seconds >= 30 else "0 min"
    if seconds < 7200:
        return f"{int(seconds // 60)} min"
    if seconds < 172_800:
        return f"{int(seconds // 3600)} h"
    days = int(seconds // 86_400)
    return f"{days} d" if days < 730 else f"{days // 365} y"


def moment(instant: datetime | None, now: datetime, *, stale_after: timedelta | None = None) -> Moment:
    if instant is None:
        return Moment("never")
    is_stale = stale_after is not None and now - instant > stale_after
    return Moment(age(instant, now), clock(instant), instant.astimezone(UTC).isoformat(timespec="seconds"), is_stale)


def days_left(target: date | datetime, now: datetime) -> str:
    """`in 8 d`, `17 d late`, `today`."""
    days = (_date(target) - now.date()).days
    if days == 0:
        return "today"
    return f"in {days} d" if days > 0 else f"{-days} d late"


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def colons(digest: str) -> str:
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2)).upper()


def base64_of(digest: str) -> str:
    return b64encode(bytes.fromhex(digest)).decode()


def key_hash(spki_sha256: str, name: str) -> HashText:
    """The pin of a key: base64 as pin files write it, hex beside it, snippets for the usual clients."""
    text = base64_of(spki_sha256)
    forms = (
        HashForm("SPKI SHA-256", text),
        HashForm("hex", spki_sha256),
        HashForm("OkHttp, TrustKit", f"sha256/{text}"),
        HashForm("Android", f'<pin digest="SHA-256">{text}</pin>'),
        HashForm("Info.plist", f"<key>SPKI-SHA256-BASE64</key><string>{text}</string>"),
        HashForm("curl", f"sha256//{text}"),
    )
    return HashText(text[:8], text, name, forms)


def key_of_certificate(spki_sha256: str, name: str, certificate: Parsed | None) -> HashText:
    """The pin of a key that is known from a certificate: its serial number and fingerprint stand beside."""
    if certificate is None:
        return key_hash(spki_sha256, name)
    keyed = key_hash(spki_sha256, f"{name}, serial {certificate.serial:x}"[:LONGEST_NAME])
    return replace(keyed, forms=(*keyed.forms, HashForm("DER SHA-256", colons(certificate.sha256.hex()))))


def certificate_hash(certificate: Certificate, role: str) -> HashText:
    """A certificate's key hash, named after the certificate, with its DER fingerprint beside."""
    name = f"{role} {certificate.common_name or certificate.subject}, serial {certificate.serial[:20]}"
    keyed = key_hash(certificate.spki_sha256, name)
    return HashText(keyed.short, keyed.copy, name, (*keyed.forms, HashForm("DER SHA-256", colons(certificate.sha256))))


def _date(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value
