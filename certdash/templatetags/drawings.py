"""Drawings that a page shows fifty times, written in Python: a template takes ten times as long over each of them."""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString

from certdash.drawing.lifetime import LifetimeBar
from certdash.drawing.runway import Runway
from certdash.drawing.scale import Stretch
from certdash.drawing.timeline import Axis, Small
from certdash.queries.formatting import HashText, Moment

register = template.Library()

# A window that lies beyond the scale is named at its edge.
LATER = (
    '<svg x="100%" y="10" width="1" height="20"><rect class="under" x="-30" width="31" height="20"/>'
    '<text class="t-small a-end" x="0" y="14">later</text></svg>'
)


@register.simple_tag
def lifetime(bar: LifetimeBar) -> SafeString:
    """One certificate's life on the page's scale: elapsed, rest, window, expiry."""
    marks = (
        _box("d-elapsed", bar.elapsed, 17.5, 5),
        _hatch("plain", bar.silence, 16.5, 7),
        _line("d-quiet", bar.quiet),
        _line("d-rest", bar.rest),
        _hatch(bar.hatch, bar.window, 14, 12),
        _line("d-quiet", bar.beyond),
        _tick("d-expiry", bar.expiry) if bar.expiry else "",
        _tick("d-today", bar.today, -1, 41),
    )
    return _drawing(f"lifetime v-{bar.verdict}", bar.words, marks)


@register.simple_tag
def runway(run: Runway) -> SafeString:
    """today → ship-by in accent, or ship-by → today in red when late, then the window."""
    marks = [_line("d-track", None, "0", "100%")]
    if run.safe:
        marks += [_line("d-safe", run.safe), _tick("d-safe-end", run.safe.end)]
    if run.window:
        marks += [_box("under", run.window, 14, 12), _hatch(run.hatch, run.window, 14, 12)]
        marks.append(_tick("d-expiry", run.window.end))
    if run.late:
        marks += [_line("d-late", run.late), _tick("d-late-end", run.late.x)]
    if run.is_beyond:
        marks.append(LATER)
    marks.append(_tick("d-today", run.today, -1, 41))
    return _drawing(f"runway v-{run.verdict}", run.words, marks)


@register.simple_tag
def small_windows(marks: Iterable[Small]) -> SafeString:
    """The windows of custom domains, thin and in rows."""
    return SafeString("".join(_small(mark) for mark in marks))


def _small(mark: Small) -> str:
    label = f'<text class="t-v t-small wide-only" x="{mark.span.end}" dx="6" y="8">{mark.label}</text>'
    return (
        f'<g class="v-{mark.hatch}" transform="translate(0 {mark.y})"><title>{escape(mark.words)}</title>'
        f"{_box('under', mark.span, 0, 8)}{_hatch(mark.hatch, mark.span, 0, 8)}{_tick('d-rest', mark.span.end, -1, 10)}"
        f"{label if mark.label else ''}</g>"
    )


@register.simple_tag
def rules(axis: Axis, height: int | str) -> SafeString:
    """A thin line for each month, and a dotted one for each new limit of lifetimes."""
    lines = [_rule("d-rule", month.x, height) for month in axis.months]
    return SafeString("".join([*lines, *(_rule("d-dots", limit.x, height) for limit in axis.limits)]))


def _rule(kind: str, x: str, height: int | str) -> str:
    return f'<line class="{kind}" x1="{x}" x2="{x}" y1="0" y2="{height}"/>'


@register.simple_tag
def moment(at: Moment) -> SafeString:
    """An instant, relative in the text and absolute on hover."""
    if not at.iso:
        return SafeString('<span class="muted">never</span>')
    return SafeString(f'<time datetime="{at.iso}" title="{escape(at.title)}">{escape(at.text)}</time>')


@register.simple_tag
def hash_of(text: HashText) -> SafeString:
    """First 8 characters, a copy button, and every notation on hover or focus."""
    name, short, whole = escape(text.name), escape(text.short), escape(text.copy)
    forms = "".join(
        f'<span class="form-of">{escape(form.label)}</span><code>{escape(form.text)}</code>' for form in text.forms
    )
    return SafeString(
        f'<span class="hash"><code tabindex="0">{short}…</code><button type="button" class="copy" data-copy="{whole}" '
        f'aria-label="Copy {name}, {short}"><svg aria-hidden="true"><use href="#s-copy"/></svg></button>'
        f'<span class="tip" role="tooltip"><b>{name}</b>{forms}</span></span>'
    )


def _drawing(kind: str, words: str, marks: tuple[str, ...] | list[str]) -> SafeString:
    text = escape(words)
    return SafeString(
        f'<svg class="{kind}" height="40" role="img" aria-label="{text}"><title>{text}</title>{"".join(marks)}</svg>'
    )


def _box(kind: str, at: Stretch | None, y: float, height: float) -> str:
    return f'<rect class="{kind}" x="{at.x}" y="{y}" width="{at.width}" height="{height}"/>' if at else ""


def _hatch(name: str, at: Stretch | None, y: float, height: float) -> str:
    if not at:
        return ""
    return f'<rect x="{at.x}" y="{y}" width="{at.width}" height="{height}" fill="url(#hatch-{name})"/>'


def _line(kind: str, at: Stretch | None, start: str = "", end: str = "") -> str:
    if not at and not end:
        return ""
    x1, x2 = (at.x, at.end) if at else (start, end)
    return f'<line class="{kind}" x1="{x1}" x2="{x2}" y1="20" y2="20"/>'


def _tick(kind: str, x: str, top: int = 13, bottom: int = 27) -> str:
    return f'<line class="{kind}" x1="{x}" x2="{x}" y1="{top}" y2="{bottom}"/>'
