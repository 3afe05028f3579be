"""The certificate list: what was ever seen or registered, where it is served, who pins it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import CharField, Count, F, Q, QuerySet, Sum
from django.db.models.functions import Cast

from certdash.drawing import lifetime
from certdash.drawing.scale import Scale
from certdash.models import Certificate, ChainLink, Endpoint, Environment, Observation, Pin, Serving, Successor
from certdash.queries.access import Access
from certdash.queries.environments.chains import CertificateRow, certificate_row
from certdash.queries.formatting import Moment, Part, Sentence, address, counted, day, moment, number
from certdash.queries.kept import kept
from certdash.queries.keys import among
from certdash.queries.lists import keyset
from certdash.queries.lists.keyset import Order
from certdash.queries.lists.lists import Address, Column, Columns, Filters, Page, Select, columns, read_sort
from certdash.queries.lists.saved_filters import SavedMenu, own_filters, saved_menu
from certdash.queries.lists.text_search import containing, place_of

SORTS = {"not_after": "Expires", "common_name": "Certificate", "first_seen_at": "First seen"}
COLUMNS = {
    "issuer": "Issuer",
    "role": "Role",
    "key": "Key",
    "pin": "Pin",
    "lifetime": "Lifetime",
    "served": "Served by",
    "pinned": "Pinned by",
    "first_seen": "First seen",
}
KINDS = {"leaf": "leaf", "ca": "authority"}
EXPIRES = {"30": "within 30 days", "60": "within 60 days", "200": "within 200 days", "expired": "expired"}
SERVED = {"now": "now", "never": "not now"}
# Certificates that expired longer ago than this are only shown when asked for.
RECENT = timedelta(days=90)
DIGESTS = ("spki_sha256", "sha256", "spki_sha1", "sha1")


@dataclass(frozen=True, slots=True)
class ListedCertificate:
    url: str
    certificate: CertificateRow
    bar: lifetime.LifetimeBar
    expires: str
    served_by: str
    pinned_by: str
    first_seen: Moment


@dataclass(frozen=True, slots=True)
class CertificateList:
    rows: tuple[ListedCertificate, ...]
    page: Page
    filters: Filters
    choice: Columns
    saved: SavedMenu
    columns: Mapping[str, Column]
    scale: lifetime.ScaleHead
    sentence: Sentence
    notices: tuple[str, ...]
    csv_url: str


def visible_certificates(access: Access) -> QuerySet[Certificate]:
    """For customers what their own hosts served, and registered next chains of their hosts or of a platform domain."""
    rows = Certificate.objects.defer("der")
    if access.sees_everything:
        return rows
    hosts = Endpoint.objects.filter(environment__in=Environment.objects.filter(access.rows()))
    own = Observation.objects.filter(endpoint__in=hosts, chain__isnull=False)
    coming = Successor.objects.filter(Q(platform_domain__isnull=False) | Q(endpoint__in=hosts), withdrawn_at=None)
    chains = Q(chain__in=own.values("chain")) | Q(chain__in=coming.filter(chain__isnull=False).values("chain"))
    return rows.filter(pk__in=ChainLink.objects.filter(chains).values("certificate"))


def certificate_list(access: Access, given: Mapping[str, str], now: datetime) -> CertificateList:
    """At most eight statements, whatever is filtered."""
    place = Address(given)
    own = own_filters(access, "certificates", place)
    selects, rows = filtered(access, place, now)
    sort, choice = read_sort(place, SORTS, "not_after"), place.columns(COLUMNS)
    cut = keyset.cut(rows, Order.parse(sort), place, whose=("certificates", access.scope))
    counts = use_counts(access, cut.rows)
    scale, base = lifetime.scale_for((row.not_after for row in cut.rows), now), address("certificates")
    return CertificateList(
        rows=tuple(_row(row, counts, scale, base, now) for row in cut.rows),
        page=cut.page,
        filters=Filters(selects, place.value("q"), "Filter by name, issuer, serial", place.kept_beside(selects)),
        choice=choice,
        saved=saved_menu("certificates", own, place),
        columns=columns(place, SORTS, sort),
        scale=lifetime.head_of(scale),
        sentence=_sentence(access, now),
        notices=tuple(place.notices),
        csv_url=place.url(format="csv"),
    )


def filtered(access: Access, place: Address, now: datetime) -> tuple[tuple[Select, ...], QuerySet[Certificate]]:
    selects = (
        place.choice("kind", "Kind", KINDS.items()),
        place.choice("expires", "Expires", EXPIRES.items(), everything="any time"),
        place.choice("served", "Served", SERVED.items(), everything="any time"),
    )
    place.tell_unknown(*(select.name for select in selects))
    return selects, _matching(visible_certificates(access), access, place, now)


def _matching(rows: QuerySet[Certificate], access: Access, place: Address, now: datetime) -> QuerySet[Certificate]:
    if kind := place.value("kind"):
        rows = rows.filter(is_ca=kind == "ca")
    expires = place.value("expires")
    if expires == "expired":
        rows = rows.filter(not_after__lt=now)
    elif expires:
        rows = rows.filter(not_after__gte=now, not_after__lte=now + timedelta(days=int(expires)))
    else:
        rows = rows.filter(not_after__gte=now - RECENT)
    if served := place.value("served"):
        rows = rows.filter(_is_served(access) if served == "now" else ~_is_served(access))
    if text := place.text():
        rows = rows.filter(containing(Certificate, text, place_of(text, "common_name", "issuer_name", "serial")))
    return rows


def _is_served(access: Access) -> Q:
    """By a host that is watched and that the reader may see."""
    if access.sees_everything:
        return Q(is_served=True)
    own = Serving.objects.filter(access.rows(), hosts__gt=0)
    return Q(pk__in=own.values("certificate"))


def use_counts(access: Access, rows: Sequence[Certificate]) -> Counter[str]:
    """Hosts that serve each certificate now, by its key, and apps that pin it, by digest. One statement."""
    served = Serving.objects.filter(access.rows(), certificate__in=among(row.pk for row in rows), hosts__gt=0)
    hosts = served.order_by().values_list(Cast("certificate", CharField())).annotate(count=Sum("hosts"))
    digests = {getattr(row, name) for row in rows for name in DIGESTS}
    apps = (
        visible_pins(access)
        .filter(digest__in=among(digests))
        .order_by()
        .values_list(F("digest"))
        .annotate(count=Count("rule__pin_set__release__app", distinct=True))
    )
    return Counter(dict(hosts.union(apps, all=True)))


def visible_pins(access: Access) -> QuerySet[Pin]:
    """Pins of releases in use that the reader may see."""
    release = "rule__pin_set__release__"
    return Pin.objects.filter(
        access.rows(f"{release}app__customer_id"),
        **{"rule__pin_set__replaced_at": None, f"{release}retired_at": None, f"{release}app__archived_at": None},
    )


def role_of(row: Certificate) -> str:
    return "leaf" if not row.is_ca else "root" if row.subject == row.issuer else "intermediate"


def app_count(row: Certificate, counts: Mapping[str, int]) -> int:
    return max(counts[getattr(row, name)] for name in DIGESTS)


def _row(row: Certificate, counts: Mapping[str, int], scale: Scale, base: str, now: datetime) -> ListedCertificate:
    hosts, apps = counts[str(row.pk)], app_count(row, counts)
    return ListedCertificate(
        url=f"{base}{row.sha256}/",
        certificate=certificate_row(row, role_of(row), now),
        bar=lifetime.bar(lifetime.Life("ready", row.not_before, row.not_after), scale),
        expires=day(row.not_after, now),
        served_by=counted(hosts, "host") if hosts else "—",
        pinned_by=counted(apps, "app") if apps else "—",
        first_seen=moment(row.first_seen_at, now),
    )


def _counts(access: Access, now: datetime) -> dict[str, int]:
    in_use = visible_certificates(access).filter(_is_served(access), is_ca=False)
    return in_use.aggregate(
        total=Count("pk"),
        soon=Count("pk", filter=Q(not_after__gte=now, not_after__lte=now + timedelta(days=30))),
        expired=Count("pk", filter=Q(not_after__lt=now)),
    )


def _sentence(access: Access, now: datetime) -> Sentence:
    counts = kept(("certificates", access.scope), lambda: _counts(access, now))
    if not counts["total"]:
        return (Part("No certificate was read yet. They appear here with the first check of an environment."),)
    verb = " is served now" if counts["total"] == 1 else " are served now"
    url = address("certificates", kind="leaf", served="now")
    parts = [Part(counted(counts["total"], "leaf certificate"), url), Part(verb)]
    if counts["soon"]:
        url = address("certificates", kind="leaf", served="now", expires="30")
        parts += [
            Part("; "),
            Part(number(counts["soon"]), url),
            Part(" of them expire within 30 days" if counts["soon"] > 1 else " of them expires within 30 days"),
        ]
    if counts["expired"]:
        url = address("certificates", kind="leaf", served="now", expires="expired")
        parts += [
            Part(", and "),
            Part(number(counts["expired"]), url),
            Part(" expired already" if counts["expired"] > 1 else " has expired already"),
        ]
    return (*parts, Part("."))
