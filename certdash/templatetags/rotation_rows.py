"""The rows of the rotation list, open ones and those that are over, written in Python as `environment_rows` says."""

from collections.abc import Callable, Mapping
from html import escape

from django import template
from django.utils.safestring import SafeString

from certdash.queries.rotations.list import RotationRow
from certdash.templatetags.drawings import lifetime
from certdash.templatetags.table import table_rows
from certdash.templatetags.ui import thousands, verdict

register = template.Library()
Cells = dict[str, Callable[[RotationRow], str]]


@register.simple_tag
def rotation_rows(rows: tuple[RotationRow, ...], shown: Mapping[str, bool]) -> SafeString:
    return table_rows(rows, OPEN, shown)


@register.simple_tag
def done_rows(rows: tuple[RotationRow, ...], shown: Mapping[str, bool]) -> SafeString:
    return table_rows(rows, OVER, shown)


def _state(row: RotationRow) -> str:
    kind = " under-way" if row.is_under_way else ""
    return f'<td class="nowrap ph-r r2{kind}">{row.state}</td>'


def _name(row: RotationRow) -> str:
    return f'<th scope="row" class="ph-l r1"><a href="{row.url}">{escape(row.name)}</a></th>'


def _owner(row: RotationRow) -> str:
    return f'<td class="opt-1 nowrap">{escape(row.owner)}</td>'


def _lifetime(row: RotationRow) -> str:
    return f'<td class="drawing life ph-w r3">{lifetime(row.bar)}</td>'


def _window(row: RotationRow) -> str:
    return f'<td class="nowrap ph-l r2">{row.window}</td>'


def _evidence(row: RotationRow) -> str:
    return f'<td class="opt-2 nowrap">{escape(row.evidence)}</td>'


def _endpoints(row: RotationRow) -> str:
    return f'<td class="num opt-2">{row.endpoints}</td>'


def _apps(row: RotationRow) -> str:
    is_hit = row.users or row.value == "will_fail"
    apps = verdict(row.value, row.apps) if is_hit else f'<span class="muted">{row.apps}</span>'
    return f'<td class="nowrap ph-r r1">{apps}</td>'


def _users(row: RotationRow) -> str:
    return f'<td class="num users opt-1">{row.users}</td>'


def _accuracy(row: RotationRow) -> str:
    told = row.accuracy
    words = verdict(told.value, told.word) if told else '<span class="muted">none made</span>'
    return f'<td class="nowrap ph-r r1">{words}</td>'


def _began(row: RotationRow) -> str:
    return f'<td class="nowrap ph-l r2">{row.began}</td><td class="nowrap ph-r r2">{row.ended}</td>'


def _past_window(row: RotationRow) -> str:
    return f'<td class="opt-2 nowrap">{row.window}</td>'


def _told(row: RotationRow) -> str:
    told = row.accuracy
    counts = (told.predicted_apps, told.actual_apps) if told else (None, None)
    return "".join(f'<td class="num">{thousands(count)}</td>' for count in counts)


OPEN: Cells = {
    "state": _state,
    "name": _name,
    "owner": _owner,
    "lifetime": _lifetime,
    "window": _window,
    "evidence": _evidence,
    "endpoints": _endpoints,
    "apps": _apps,
    "users": _users,
}
OVER: Cells = {
    "accuracy": _accuracy,
    "name": _name,
    "owner": _owner,
    "began": _began,
    "window": _past_window,
    "told": _told,
}
