"""The rows of the finding list, written in Python for the reason that `environment_rows` gives."""

from collections.abc import Callable, Mapping
from html import escape

from django import template
from django.utils.safestring import SafeString

from certdash.queries.findings.list import FindingRow
from certdash.queries.formatting import address
from certdash.templatetags.drawings import moment
from certdash.templatetags.table import table_rows
from certdash.templatetags.ui import code_spans, verdict

register = template.Library()


@register.simple_tag
def finding_rows(rows: tuple[FindingRow, ...], shown: Mapping[str, bool]) -> SafeString:
    return table_rows(rows, CELLS, shown)


def _severity(row: FindingRow) -> str:
    return f'<td class="ph-l r1 v-top">{verdict(row.look, row.severity)}</td>'


def _finding(row: FindingRow) -> str:
    link = f'<a href="{address("findings_help")}#{row.code}">{escape(row.title)}</a>'
    text = f'<span class="second">{code_spans(row.text)}</span>'
    return f'<th scope="row" class="ph-w r2" title="{escape(f"{row.why} {row.remedy}")}">{link}{text}</th>'


def _where(row: FindingRow) -> str:
    subject = f'<a href="{row.url}">{escape(row.subject)}</a>' if row.url else escape(row.subject)
    more = f' <span class="unit">{row.more}</span>' if row.more else ""
    place = f" · {escape(row.place)}" if row.place else ""
    return f'<td class="ph-w r3">{subject}{more}<span class="second">{escape(row.customer)}{place}</span></td>'


def _since(row: FindingRow) -> str:
    return f'<td class="num age nowrap ph-r r1">{moment(row.since)}</td>'


CELLS: dict[str, Callable[[FindingRow], str]] = {
    "severity": _severity,
    "finding": _finding,
    "where": _where,
    "since": _since,
}
