"""The rows of the activity list, written in Python for the reason that `environment_rows` gives."""

from collections.abc import Callable, Mapping
from html import escape

from django import template
from django.utils.safestring import SafeString

from certdash.queries.activity.list import ActivityRow, FieldChange
from certdash.templatetags.table import table_rows

register = template.Library()


@register.simple_tag
def activity_rows(rows: tuple[ActivityRow, ...], shown: Mapping[str, bool]) -> SafeString:
    return table_rows(rows, CELLS, shown)


def _at(row: ActivityRow) -> str:
    at = f'<time datetime="{row.at.iso}" title="{row.at.title}">{row.at.text} ago</time>'
    return f'<td class="age nowrap ph-r r1">{at}</td>'


def _actor(row: ActivityRow) -> str:
    return f'<th scope="row" class="nowrap ph-l r1">{escape(row.actor)}</th>'


def _what(row: ActivityRow) -> str:
    name = f'<b class="name">{escape(row.label)}</b>'
    return f'<td class="ph-w r2">{escape(row.verb)} {escape(row.subject)} {name}</td>'


def _customer(row: ActivityRow) -> str:
    return f'<td class="opt-1 nowrap">{escape(row.customer)}</td>'


def _changes(row: ActivityRow) -> str:
    return f'<td class="opt-1 ph-w r3">{"".join(map(_change, row.changes))}</td>'


def _change(change: FieldChange) -> str:
    before = f"{escape(change.before)} → " if change.before else ""
    after = escape(change.after) or "nothing"
    return f'<span class="change"><span class="muted">{escape(change.name)}</span> {before}{after}</span>'


CELLS: dict[str, Callable[[ActivityRow], str]] = {
    "at": _at,
    "actor": _actor,
    "what": _what,
    "customer": _customer,
    "changes": _changes,
}
