"""The one search box: hosts, environments, apps, customers, certificates, and pins in any notation."""

import re
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from certdash.models import App, Certificate, Customer, Endpoint
from certdash.queries.access import Access
from certdash.queries.certificates import DIGESTS, visible_certificates, visible_pins
from certdash.queries.environments import visible
from certdash.queries.formatting import Part, Sentence, address, counted, full_day
from pins.notations import normalise_token

MOST = 12
SHORTEST_PREFIX = 6


@dataclass(frozen=True, slots=True)
class Hit:
    name: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    question: str
    sentence: Sentence
    groups: tuple[Group, ...]


def search(access: Access, question: str) -> SearchPage:
    text = question.replace("\x00", "").strip()[:500]
    if len(text) < 2:
        words = (
            "Search for a host, an app, a customer, a fingerprint or a pin in any notation; two characters at least."
        )
        return SearchPage(text, (Part(words),), ())
    digests, prefix = digests_of(text), prefix_of(text)
    certificates = _certificates(access, text, digests, prefix)
    groups = [
        Group("Certificates", tuple(_certificate_hit(one) for one in certificates)),
        Group("Apps that pin it", _pin_hits(access, digests, prefix)),
        Group("Hosts", _hosts(access, text)),
        Group("Environments", _environments(access, text)),
        Group("Apps", _apps(access, text)),
        Group("Customers", _customers(access, text)),
    ]
    found = tuple(group for group in groups if group.hits)
    return SearchPage(text, _sentence(text, found, is_hash=bool(digests)), found)


def digests_of(text: str) -> tuple[str, ...]:
    """Every digest that the text may write down, as hex; a pin of another length than a hash is not one."""
    return tuple(dict.fromkeys(one.digest.hex() for one in normalise_token(text)))


def prefix_of(text: str) -> str:
    """The hex beginning of a hash of which somebody copied the first characters, as pages show them."""
    token = text.rstrip("….").strip()
    if not SHORTEST_PREFIX <= len(token) < 40:
        return ""
    if re.fullmatch(r"[0-9a-fA-F]+", token):
        return token.lower()
    if not re.fullmatch(r"[A-Za-z0-9+/]+", token):
        return ""
    whole = token[: len(token) // 4 * 4]
    return b64decode(whole).hex()


def _any(fields: Iterable[str], values: Iterable[str]) -> Q:
    return reduce(or_, (Q(**{f"{field}__in": list(values)}) for field in fields))


def _certificates(access: Access, text: str, digests: tuple[str, ...], prefix: str) -> list[Certificate]:
    condition = Q(common_name__icontains=text)
    if digests:
        condition |= _any(DIGESTS, digests)
    if len(prefix) >= 8:
        condition |= Q(spki_sha256__startswith=prefix) | Q(sha256__startswith=prefix)
    return list(visible_certificates(access).filter(condition).order_by("-not_after", "pk")[:MOST])


def _certificate_hit(one: Certificate) -> Hit:
    detail = f"{one.issuer_name or one.issuer} · until {full_day(one.not_after)} · serial {one.serial[:16]}"
    return Hit(one.common_name or one.subject, detail, address("certificate", one.sha256))


def _pin_hits(access: Access, digests: tuple[str, ...], prefix: str) -> tuple[Hit, ...]:
    if not digests and len(prefix) < 8:
        return ()
    condition = Q(digest__in=digests)
    if len(prefix) >= 8:
        condition |= Q(digest__startswith=prefix)
    pins = visible_pins(access).filter(condition).select_related("rule__pin_set__release__app__customer")
    return tuple(
        Hit(
            f"{pin.rule.pin_set.release.app.name} {pin.rule.pin_set.release}",
            f"{pin.rule.pin_set.release.app.customer.name} · pins {pin.text[:8]}… for {pin.rule.pattern}",
            address("app", pin.rule.pin_set.release.app_id),
        )
        for pin in pins.order_by("pk")[:MOST]
    )


def _hosts(access: Access, text: str) -> tuple[Hit, ...]:
    host = _host_in(text.lower())
    rows = Endpoint.objects.filter(
        access.rows("environment__customer_id"), host__icontains=host, archived_at=None, environment__archived_at=None
    )
    rows = rows.select_related("environment__customer").order_by("host", "pk")[:MOST]
    return tuple(
        Hit(
            str(one),
            f"{one.environment.name} · {one.environment.customer.name}",
            address("environment", one.environment_id),
        )
        for one in rows
    )


def _host_in(text: str) -> str:
    """The host of a URL or of `host:port/path`; a pin may hold slashes too, so only what has a dot is cut at one."""
    host = re.split(r"[/:?#]", text.partition("://")[2] or text, maxsplit=1)[0]
    return host if host and ("." in host or "://" in text) else text


def _environments(access: Access, text: str) -> tuple[Hit, ...]:
    rows = visible(access).filter(name__icontains=text).select_related("customer").order_by("name", "pk")[:MOST]
    return tuple(
        Hit(one.name, f"{one.customer.name} · {one.get_stage_display()}", address("environment", one.pk))
        for one in rows
    )


def _apps(access: Access, text: str) -> tuple[Hit, ...]:
    rows = App.objects.filter(access.rows(), archived_at=None, customer__archived_at=None, name__icontains=text)
    rows = rows.select_related("customer").order_by("name", "pk")[:MOST]
    return tuple(Hit(one.name, one.customer.name, address("app", one.pk)) for one in rows)


def _customers(access: Access, text: str) -> tuple[Hit, ...]:
    rows = Customer.objects.filter(access.rows("pk"), archived_at=None, name__icontains=text).order_by("name")[:MOST]
    return tuple(Hit(one.name, "environments and apps", address("environments", customer=one.pk)) for one in rows)


def _sentence(text: str, groups: tuple[Group, ...], *, is_hash: bool) -> Sentence:
    count = sum(len(group.hits) for group in groups)
    short = text if len(text) <= 32 else f"{text[:20]}…"
    if count:
        verb = " matches" if count == 1 else " match"
        return (Part(f"{counted(count, 'entry', 'entries')}{verb} “{short}”."),)
    if is_hash:
        return (Part(f"“{short}” reads as a hash, but no certificate and no pin that you may see has it."),)
    return (Part(f"Nothing that you may see matches “{short}”."),)
