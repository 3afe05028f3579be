"""The rows of the environment list, written in Python: the one table that people page through by the hundred thousand.

As a template the same rows cost more than all else of the page; every text passes through `escape`.
"""

from collections.abc import Callable, Mapping
from html import escape

from django import template
from django.utils.safestring import SafeString

from certdash.queries.environments.list import EnvironmentRow
from certdash.templatetags.drawings import lifetime, moment
from certdash.templatetags.table import table_rows
from certdash.templatetags.ui import verdict

register = template.Library()


@register.simple_tag
def environment_rows(rows: tuple[EnvironmentRow, ...], shown: Mapping[str, bool], may_check: object) -> SafeString:
    """`may_check` puts a box before each row."""
    return table_rows(rows, CELLS, shown, [_tick] if may_check else [])


def _tick(row: EnvironmentRow) -> str:
    box = f'<input class="pick" type="checkbox" name="environment" value="{row.pk}" aria-label="Select '
    return f'<td class="tick">{box}{escape(row.name)}"></td>'


def _status(row: EnvironmentRow) -> str:
    return f'<td class="ph-l r1">{verdict(row.value)}</td>'


def _name(row: EnvironmentRow) -> str:
    link = f'<a href="{escape(row.url)}">{escape(row.name)}</a>'
    unit = f'<span class="phone-only unit">{escape(row.customer)}</span>'
    return f'<th scope="row" class="ph-l r2 nowrap">{link} {unit}</th>'


def _customer(row: EnvironmentRow) -> str:
    return f'<td class="opt-1 nowrap">{escape(row.customer)}</td>'


def _stage(row: EnvironmentRow) -> str:
    second = '<span class="second">self-managed</span>' if row.is_self_managed else ""
    return f'<td class="opt-2">{escape(row.stage)}{second}</td>'


def _domains(row: EnvironmentRow) -> str:
    return f'<td class="opt-3 nowrap">{escape(row.domains)}</td>'


def _issuer(row: EnvironmentRow) -> str:
    name, kind = escape(row.issuer), "" if row.is_readable else " muted"
    return f'<td class="opt-2 clip{kind}" title="{name}">{name}</td>'


def _lifetime(row: EnvironmentRow) -> str:
    return f'<td class="drawing life ph-w r3">{lifetime(row.bar)}</td>'


def _rotation(row: EnvironmentRow) -> str:
    kind = " muted" if row.rotation == "not known" else ""
    running = '<span class="late">rolling out</span> – ' if row.is_rolling_out else ""
    return f'<td class="nowrap ph-r r2{kind}">{running}{escape(row.rotation)}</td>'


def _apps(row: EnvironmentRow) -> str:
    return f'<td class="num users">{row.app_count}</td>'


def _affected(row: EnvironmentRow) -> str:
    kind = "affected" if row.is_affected else "muted"
    return f'<td class="nowrap ph-r r1 v-{row.value} {kind}">{escape(row.affected)}</td>'


def _checked(row: EnvironmentRow) -> str:
    kind = " warn" if row.checked.is_stale else ""
    return f'<td class="num age nowrap opt-1{kind}">{moment(row.checked)}</td>'


CELLS: dict[str, Callable[[EnvironmentRow], str]] = {
    "status": _status,
    "name": _name,
    "customer": _customer,
    "stage": _stage,
    "domains": _domains,
    "issuer": _issuer,
    "lifetime": _lifetime,
    "rotation": _rotation,
    "apps": _apps,
    "affected": _affected,
    "checked": _checked,
}
