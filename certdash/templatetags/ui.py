"""What templates need beyond Django's own: verdict shapes, navigation, kept-together dates, form widths."""

import re
from dataclasses import dataclass
from functools import lru_cache

from django import forms, template
from django.forms import BoundField
from django.http import HttpRequest
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString

from certdash.queries.formatting import Part, address

register = template.Library()

WORDS = {
    "failing": "failing",
    "will_fail": "will fail",
    "at_risk": "at risk",
    "unknown": "unknown",
    "unprotected": "unprotected",
    "ready": "ready",
}
NAVIGATION = ("overview", "environments", "apps", "rotations", "certificates", "findings", "activity", "settings")
# Pages with an address of their own that belong to an entry all the same.
_BELOW = {"overview": ("/reports/",), "rotations": ("/simulate/", "/successors/"), "environments": ("/endpoints/",)}
# The lists under Settings, by route.
_LISTS = {
    "backup_keys": "Backup keys",
    "calendar": "Calendar",
    "channels": "Channels",
    "customers": "Customers",
    "members": "Members",
    "platform_domains": "Platform domains",
    "preferences": "Who is told",
    "trust_stores": "Trust stores",
}
# Of SHA-256: base64 with or without a prefix, hex, and hex with colons; the first eight digits of each.
_HASH = re.compile(
    r"(?<![A-Za-z0-9+/])(?:sha256//?)?(?:(?P<base64>[A-Za-z0-9+/]{8})[A-Za-z0-9+/]{35}="
    r"|(?P<hex>[0-9A-Fa-f]{8})[0-9A-Fa-f]{56}(?![0-9A-Za-z])"
    r"|(?P<colons>[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){3})(?::[0-9A-Fa-f]{2}){28})"
)
# Between backticks, and a command at the end of a remedy.
_CODE = re.compile(r"`([^`]+)`|(?<=: )(openssl [^`]+)$")
_DATE = re.compile(
    r"(\d{1,2}) ((?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b)(?: (\d{4}))?"
)
_RELEASE = re.compile(r"(\d\S*) (Android|iOS)\b")


@dataclass(frozen=True, slots=True)
class NavigationItem:
    label: str
    url: str
    is_current: bool


@register.simple_tag
@lru_cache(maxsize=512)
def verdict(value: str, word: str = "") -> SafeString:
    """Shape and word of a verdict; cached, because a list shows fifty of them."""
    return _render("status", {"value": _known(value), "word": word or WORDS[_known(value)]})


@register.simple_tag
@lru_cache(maxsize=64)
def shape(value: str, word: str = "") -> SafeString:
    return _render("shape", {"value": _known(value), "word": word or WORDS[_known(value)]})


@register.simple_tag
@lru_cache(maxsize=512)
def pair(now: str, after: str, word: str = "") -> SafeString:
    """`now → next` as two shapes and the word of next."""
    now, after = _known(now), _known(after)
    context = {"now": now, "now_word": WORDS[now], "next": after, "next_word": word or WORDS[after]}
    return _render("pair", context)


def _render(component: str, context: dict[str, str]) -> SafeString:
    # Stripping gives a plain string back, which would be escaped a second time.
    return SafeString(render_to_string(f"_components/{component}.html", context).strip())


def _known(value: str) -> str:
    return value if value in WORDS else "unknown"


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> tuple[NavigationItem, ...]:
    """The main entries; one whose page does not exist is left out instead of breaking every page."""
    request = context.get("request")
    path = request.path if isinstance(request, HttpRequest) else ""
    return tuple(item for name in NAVIGATION if (item := _entry(name, path)) is not None)


def _entry(name: str, path: str) -> NavigationItem | None:
    if not (url := address(name)):
        return None
    is_here = path == url if url == "/" else path.startswith(url)
    is_current = is_here or path.startswith(_BELOW.get(name, ()))
    return NavigationItem(name.capitalize(), url, is_current)


@register.simple_tag(takes_context=True)
def trail(context: Context) -> tuple[Part, ...]:
    """What stands above this page: the entry of the navigation, and the list under Settings that it belongs to."""
    request = context.get("request")
    path = request.path if isinstance(request, HttpRequest) else ""
    entries = (_entry(name, path) for name in NAVIGATION[1:])
    above = [Part(one.label, one.url) for one in entries if one is not None and one.is_current]
    lists = ((label, address(name)) for name, label in _LISTS.items())
    above += [Part(label, url) for label, url in lists if path.startswith(url)]
    return tuple(part for part in above if part.url != path)


@register.filter
def words(text: str) -> list[str]:
    return text.split()


@register.filter
def initials(name: str) -> str:
    parts = str(name).split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper() or "?"


@register.filter
def thousands(number: int | None) -> str:
    return "—" if number is None else f"{number:,}"


@register.filter
def keep_dates(text: str) -> str:
    """Day, month and year stay on one line, and so do a version and its platform."""
    for pattern in (_DATE, _RELEASE):
        text = pattern.sub(lambda found: "\u00a0".join(part for part in found.groups() if part), text)
    return text


@register.filter
def short_hashes(text: str) -> SafeString:
    """Whole pins in a sentence as their first eight characters; the whole one is in the tooltip."""
    return SafeString(_HASH.sub(_shortened, escape(text)))


def _shortened(found: re.Match[str]) -> str:
    return f'<code title="{found[0]}">{found["base64"] or found["hex"] or found["colons"]}…</code>'


@register.filter
def code_spans(text: str) -> SafeString:
    """`text` between backticks and a command at the end in the type of files, and pins shortened."""
    return SafeString(_CODE.sub(lambda found: f"<code>{found[1] or found[2]}</code>", short_hashes(text)))


@register.filter
def is_tick(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def wide(field: BoundField) -> str:
    """The width class that the form chose: `widget.attrs["data-wide"] = "half"`."""
    return str(field.field.widget.attrs.get("data-wide", ""))


@register.filter
def word(value: str) -> str:
    """The verdict's name as people write it."""
    return WORDS[_known(value)]
