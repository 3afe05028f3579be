"""The rows of the certificate list, written in Python for the reason that `environment_rows` gives."""

from collections.abc import Callable, Mapping
from html import escape

from django import template
from django.utils.safestring import SafeString

from certdash.queries.certificates.list import ListedCertificate
from certdash.templatetags.drawings import hash_of, lifetime, moment
from certdash.templatetags.table import table_rows

register = template.Library()


@register.simple_tag
def certificate_rows(rows: tuple[ListedCertificate, ...], shown: Mapping[str, bool]) -> SafeString:
    return table_rows(rows, CELLS, shown)


def _name(row: ListedCertificate) -> str:
    return f'<th scope="row" class="ph-l r1"><a href="{row.url}">{escape(row.certificate.name)}</a></th>'


def _issuer(row: ListedCertificate) -> str:
    name = escape(row.certificate.issuer)
    return f'<td class="opt-2 clip" title="{name}">{name}</td>'


def _role(row: ListedCertificate) -> str:
    return f'<td class="opt-1">{row.certificate.role}</td>'


def _key(row: ListedCertificate) -> str:
    return f'<td class="opt-2 nowrap">{escape(row.certificate.key_kind)}</td>'


def _pin(row: ListedCertificate) -> str:
    return f'<td class="ph-r r1">{hash_of(row.certificate.hash)}</td>'


def _lifetime(row: ListedCertificate) -> str:
    return f'<td class="drawing life ph-w r2">{lifetime(row.bar)}</td>'


def _expires(row: ListedCertificate) -> str:
    kind = " late" if row.certificate.is_expired else ""
    return f'<td class="nowrap ph-l r3{kind}">{row.expires}</td>'


def _served(row: ListedCertificate) -> str:
    return f'<td class="num nowrap ph-r r3">{row.served_by}</td>'


def _pinned(row: ListedCertificate) -> str:
    return f'<td class="num nowrap">{row.pinned_by}</td>'


def _first_seen(row: ListedCertificate) -> str:
    return f'<td class="num age nowrap opt-3">{moment(row.first_seen)}</td>'


CELLS: dict[str, Callable[[ListedCertificate], str]] = {
    "name": _name,
    "issuer": _issuer,
    "role": _role,
    "key": _key,
    "pin": _pin,
    "lifetime": _lifetime,
    "expires": _expires,
    "served": _served,
    "pinned": _pinned,
    "first_seen": _first_seen,
}
