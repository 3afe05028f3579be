"""The rows of the app list, written in Python for the reason that `environment_rows` gives."""

from collections.abc import Callable, Mapping
from html import escape

from django import template
from django.utils.safestring import SafeString

from certdash.queries.apps.list import AppRow
from certdash.templatetags.drawings import runway
from certdash.templatetags.table import table_rows
from certdash.templatetags.ui import verdict
from pins.verdict import Value

register = template.Library()

AT_ONCE = '<span class="late">at once</span>'
NO_DATE = '<span class="muted">no <span class="phone-only">ship-by </span>date</span>'


@register.simple_tag
def app_rows(rows: tuple[AppRow, ...], shown: Mapping[str, bool]) -> SafeString:
    return table_rows(rows, CELLS, shown)


def _status(row: AppRow) -> str:
    return f'<td class="ph-l r1">{verdict(row.value)}</td>'


def _name(row: AppRow) -> str:
    link = f'<a href="{escape(row.url)}">{escape(row.name)}</a>'
    return f'<th scope="row" class="ph-l r2">{link} <span class="unit">{escape(row.customer)}</span></th>'


def _releases(row: AppRow) -> str:
    return f'<td class="opt-2 ph-r r2 nowrap">{escape(row.releases)}</td>'


def _owner(row: AppRow) -> str:
    owner = escape(row.owner) or '<span class="warn">no owner</span>'
    return f'<td class="opt-1 nowrap">{owner}</td>'


def _users(row: AppRow) -> str:
    return f'<td class="num users ph-r r1">{row.users}<span class="phone-only unit"> users</span></td>'


def _at_risk(row: AppRow) -> str:
    return f'<td class="num opt-1 nowrap">{row.at_risk}</td>'


def _ship_by(row: AppRow) -> str:
    date = f'<span class="phone-only unit">ship by </span>{escape(row.ship_by)}' if row.ship_by else NO_DATE
    date = AT_ONCE if row.value == Value.FAILING else date
    lead = f' title="Leaves {escape(row.lead)}"' if row.lead else ""
    kind = "late" if row.is_late else "muted"
    return (
        f'<td class="num nowrap strong-cell ph-l r3"{lead}>{date}</td>'
        f'<td class="nowrap ship-left ph-r r3 {kind}">{escape(row.days_left)}</td>'
    )


def _runway(row: AppRow) -> str:
    return f'<td class="drawing track ph-w r4">{runway(row.runway)}</td>'


CELLS: dict[str, Callable[[AppRow], str]] = {
    "status": _status,
    "name": _name,
    "releases": _releases,
    "owner": _owner,
    "users": _users,
    "at_risk": _at_risk,
    "ship_by": _ship_by,
    "runway": _runway,
}
