"""The one search box: hosts, environments, apps, customers, certificates, and pins in any notation."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import Model, Q, QuerySet, Value

from certdash.models import App, Certificate, Customer, Endpoint, Environment, Pin
from certdash.queries.access import Access
from certdash.queries.certificates.list import DIGESTS, visible_certificates, visible_pins
from certdash.queries.environments.list import visible
from certdash.queries.formatting import Part, Sentence, address, counted, full_day
from certdash.queries.lists import keyset
from certdash.queries.lists.questions import Question, read_question
from certdash.queries.lists.text_index import lookup
from certdash.queries.lists.text_search import FEW, Place, Sought, conditions, place_of
from certdash.queries.risk.figures import live_apps
from pins.notations import token_body

Row = TypeVar("Row", bound=Model)
MOST = 12
BEGINNING = ("spki_sha256", "sha256")


@dataclass(frozen=True, slots=True)
class Hit:
    """`is_exact` when what was typed is its whole name or hash, and not a part of it."""

    name: str
    detail: str
    url: str
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The first hits of a kind; `more_url` leads to all of them where there are more."""

    title: str
    hits: tuple[Hit, ...]
    count: str = ""
    more_url: str = ""


@dataclass(frozen=True, slots=True)
class SearchPage:
    question: str
    sentence: Sentence
    groups: tuple[Group, ...]
    advice: str = ""

    @property
    def only_url(self) -> str:
        """Where a question leads that has one answer: the only hit, or the only one that is it exactly."""
        hits = [hit for group in self.groups for hit in group.hits]
        exact = [hit for hit in hits if hit.is_exact]
        found = exact or hits
        return found[0].url if len(found) == 1 else ""


def search(access: Access, given: str) -> SearchPage:
    asked = read_question(given)
    if asked.refusal:
        return SearchPage(asked.text, (Part(asked.refusal),), ())
    certificates, hosts, environments, apps, customers = _named(asked)
    groups = (
        _group("Certificates", _certificates(access, certificates), _certificate_hit, asked, "certificates"),
        _group("Apps that pin it", _pins(access, asked), _pin_hit, asked, ""),
        _group("Hosts", _hosts(access, hosts), _host_hit, asked, "environments"),
        _group("Environments", _environments(access, environments), _environment_hit, asked, "environments"),
        *_owners(access, apps, customers, asked),
    )
    found = tuple(group for group in groups if group.hits)
    return SearchPage(asked.text, _sentence(asked, found), found, "" if found else _advice(asked))


def _named(asked: Question) -> list[Q]:
    """What the question says of certificates, hosts, environments, apps and customers. One statement for all."""
    text, host = asked.text, asked.host or asked.text
    wanted: tuple[tuple[type[Model], str, tuple[Place, ...]], ...] = (
        (Certificate, text, (place_of(text, "common_name"), *_hashed(asked))),
        (Endpoint, host, (place_of(host, "host"),)),
        (Environment, text, (place_of(text, "name"),)),
        (App, text, (place_of(text, "name"),)),
        (Customer, text, (place_of(text, "name"),)),
    )
    return conditions(*(Sought(*one, some=FEW) for one in wanted))


def _hashed(asked: Question) -> Iterator[Place]:
    """Hashes by their own indexes; what a serial number begins with, it contains."""
    for prefix in asked.prefixes:
        yield Place(_begins("serial", [prefix]), statement=lookup(Certificate, ("serial",), prefix))
    if asked.digests or asked.prefixes:
        condition = _any(DIGESTS, asked.digests) if asked.digests else Q(pk__in=())
        for field in BEGINNING:
            condition |= _begins(field, asked.prefixes)
        rows = Certificate.objects.filter(condition).order_by().values("id")
        yield Place(condition, statement=rows.query.sql_with_params())


def _group(title: str, rows: QuerySet[Row], hit: Callable[[Row, Question], Hit], asked: Question, page: str) -> Group:
    """`page` is the list that shows all of them for the same words."""
    return _grouped(title, [hit(one, asked) for one in keyset.first(rows, MOST + 1)], asked, page)


def _grouped(title: str, hits: Sequence[Hit], asked: Question, page: str) -> Group:
    if len(hits) <= MOST:
        return Group(title, tuple(hits), str(len(hits)))
    return Group(title, tuple(hits[:MOST]), f"the first {MOST}", address(page, q=asked.text) if page else "")


def _any(fields: Iterable[str], values: Iterable[str]) -> Q:
    return reduce(or_, (Q(**{f"{field}__in": list(values)}) for field in fields))


def _begins(field: str, prefixes: Iterable[str]) -> Q:
    """Hex that starts like one of these, as a range that an index answers."""
    ranges = (Q(**{f"{field}__gte": prefix, f"{field}__lt": f"{prefix}g"}) for prefix in prefixes)
    return reduce(or_, ranges, Q(pk__in=()))


def _certificates(access: Access, condition: Q) -> QuerySet[Certificate]:
    return visible_certificates(access).filter(condition).order_by("-not_after", "pk")


def _certificate_hit(one: Certificate, asked: Question) -> Hit:
    detail = f"{one.issuer_name or one.issuer} · until {full_day(one.not_after)} · serial {one.serial[:16]}"
    is_exact = any(getattr(one, name) in asked.digests for name in DIGESTS) or one.serial in asked.prefixes
    return Hit(one.common_name or one.subject, detail, address("certificate", one.sha256), is_exact)


def _pins(access: Access, asked: Question) -> QuerySet[Pin]:
    condition = Q(digest__in=asked.digests) | _begins("digest", asked.prefixes)
    return visible_pins(access).filter(condition).select_related("rule__pin_set__release__app__customer").order_by("pk")


def _pin_hit(pin: Pin, asked: Question) -> Hit:
    release = pin.rule.pin_set.release
    detail = f"{release.app.customer.name} · pins {token_body(pin.text)[0][:8]}… for {pin.rule.pattern}"
    return Hit(f"{release.app.name} {release}", detail, address("app", release.app_id), pin.digest in asked.digests)


def _hosts(access: Access, condition: Q) -> QuerySet[Endpoint]:
    rows = Endpoint.objects.filter(condition, archived_at=None)
    if access.sees_everything:
        # Without a join: SQLite would begin with the environments, and sort all their hosts.
        rows = rows.exclude(environment__in=Environment.objects.filter(archived_at__isnull=False))
    else:
        rows = rows.filter(environment__in=Environment.objects.filter(access.rows(), archived_at=None))
    return rows.select_related("environment__customer").order_by("host", "pk")


def _host_hit(one: Endpoint, asked: Question) -> Hit:
    detail = f"{one.environment.name} · {one.environment.customer.name}"
    return Hit(str(one), detail, address("environment", one.environment_id), one.host == asked.host)


def _environments(access: Access, condition: Q) -> QuerySet[Environment]:
    return visible(access).filter(condition).select_related("customer").order_by("name", "pk")


def _environment_hit(one: Environment, asked: Question) -> Hit:
    detail = f"{one.customer.name} · {one.get_stage_display()}"
    return Hit(one.name, detail, address("environment", one.pk), asked.names(one.name))


def _owners(access: Access, apps: Q, customers: Q, asked: Question) -> tuple[Group, Group]:
    """Apps, and the customers whose they may be. One statement for both."""
    named = live_apps(access).filter(apps).order_by("name", "pk").values("pk")[: MOST + 1]
    owners = Customer.objects.filter(customers, access.rows("pk"), archived_at=None).order_by("name", "pk")
    rows = App.objects.filter(pk__in=named).order_by().values_list(Value(0), "pk", "name", "customer__name")
    others = Customer.objects.filter(pk__in=owners.values("pk")[: MOST + 1]).order_by()
    found = rows.union(others.values_list(Value(1), "pk", "name", Value("")), all=True).order_by("name", "pk")
    hits: tuple[list[Hit], list[Hit]] = [], []
    for kind, pk, name, customer in found:
        url = address("environments", customer=pk) if kind else address("app", pk)
        hits[kind].append(Hit(name, "environments and apps" if kind else customer, url, asked.names(name)))
    return _grouped("Apps", hits[0], asked, "apps"), _grouped("Customers", hits[1], asked, "")


def _sentence(asked: Question, groups: tuple[Group, ...]) -> Sentence:
    count = sum(len(group.hits) for group in groups)
    if any(group.count != str(len(group.hits)) for group in groups):
        return (Part(f"More than {counted(count, 'entry', 'entries')} match “{asked.short}”."),)
    if count:
        verb = " matches" if count == 1 else " match"
        return (Part(f"{counted(count, 'entry', 'entries')}{verb} “{asked.short}”."),)
    if asked.digests:
        return (Part(f"“{asked.short}” reads as a hash, but no certificate and no pin that you may see has it."),)
    return (Part(f"Nothing that you may see matches “{asked.short}”."),)


def _advice(asked: Question) -> str:
    """What was searched, and what to try."""
    if asked.digests:
        return (
            f"It was read as {asked.kind} and looked up among all certificates and pins, by key and by certificate. "
            "It may belong to a certificate that was never served here: register it as a successor, or try Simulate."
        )
    return (
        f"It was read as {asked.kind} and looked up among hosts, environments, apps, customers and the names of "
        "certificates. Try a shorter part of the name, or a pin by its first eight characters."
    )
