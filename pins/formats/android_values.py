"""The values of a Network Security Config (domains, pin sets, anchors, booleans) as Android's parser takes them."""

import base64
import re
from typing import NamedTuple

from pins.encodings import decode_android
from pins.errors import Place
from pins.formats.android_dates import is_usual, read_android_date
from pins.formats.android_problems import Problems, trimmed
from pins.formats.layout import ExpiryLayout, Hole, Part, PinList, Slot
from pins.notations import normalise_token, pin_problem
from pins.pinset import AnchorSource, Expiration, Pin, PinKind
from pins.reading import Attribute, Element, Span

# What the resource compiler makes a Boolean or a number of (aapt2, run), and AOSP XmlBlock.java takes both.
_WORDS = {**dict.fromkeys(("true", "TRUE", "True"), True), **dict.fromkeys(("false", "FALSE", "False"), False)}
_NUMBER = re.compile(r"[+-]?(?:0[xX](?P<hex>[0-9a-fA-F]+)|(?P<decimal>[0-9]{1,9}))")
_SOURCES = frozenset({"system", "user", "wfa"})
_NO_HOST = frozenset("/: ?#@")


class Domain(NamedTuple):
    pattern: str
    place: Place
    include_subdomains: bool


class FoundPins(NamedTuple):
    pins: tuple[Pin, ...]
    expiration: Expiration | None
    layout: PinList


def read_domain(problems: Problems, element: Element) -> Domain:
    pieces = element.pieces(problems.text)
    offset = pieces[0].span.start if pieces else element.whole.start
    pattern = trimmed(element.text)
    if element.children:
        problems.refuse("domain_with_elements", f"<{element.children[0].name}> stands inside a <domain>.", element)
    elif not pattern:
        problems.refuse("empty_domain", "This <domain> has no name.", element)
    elif len(pieces) > 1:
        problems.note("split_text", "A comment stands inside the name of this <domain>. Move it out.", element)
    _check_host(problems, element, pattern, offset)
    is_included = read_boolean(problems, element, "includeSubdomains", default=False)
    return Domain(pattern, problems.text.place(offset), is_included)


def _check_host(problems: Problems, element: Element, pattern: str, offset: int) -> None:
    if "*" in pattern:
        bare = pattern.removeprefix("*.")
        fix = f'Write <domain includeSubdomains="true">{bare}</domain>.'
        message = f"Android takes the star in {pattern} literally, so this rule covers no host. {fix}"
        problems.note("wildcard_ignored", message, element, offset=offset)
    elif not _NO_HOST.isdisjoint(pattern):
        message = f"“{pattern}” is more than a host name, so this rule covers no host. Write the host name alone."
        problems.note("not_a_host", message, element, offset=offset)
    elif pattern.endswith("."):
        message = f"The full stop at the end of {pattern} keeps this rule from covering any host. Remove it."
        problems.note("trailing_dot", message, element, offset=offset)
    elif not pattern.isascii():
        message = f"Connections use the ASCII form of {pattern}, so this rule covers no host. Write the xn--… form."
        problems.note("unicode_domain", message, element, offset=offset)


def read_boolean(problems: Problems, element: Element, name: str, *, default: bool) -> bool:
    attribute = element.attribute(name)
    if attribute is None:
        return default
    value = _boolean(attribute.value.strip())
    if value is None:
        message = f'Android takes {name}="{attribute.value}" as false. Write "true" or "false".'
        problems.note("not_a_boolean", message, element, offset=attribute.inner.start)
    return bool(value)


def _boolean(text: str) -> bool | None:
    """None for what stays a text, which Android takes as false."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return _WORDS.get(text)
    return int(found["decimal"] or "0") != 0 or int(found["hex"] or "0", 16) != 0


def read_anchors(problems: Problems, element: Element, *, is_debug: bool) -> tuple[AnchorSource, ...]:
    found = []
    for child in element.children:
        if child.name != "certificates":
            problems.note("misplaced_element", f"Android skips <{child.name}> inside <trust-anchors>.", child)
            continue
        overrides = read_boolean(problems, child, "overridePins", default=is_debug)
        src = _read_src(problems, child)
        if src is not None:
            found.append(AnchorSource(src, overrides, debug_only=is_debug))
        if overrides and not is_debug:
            message = f"Chains that end in “{src}” are accepted without looking at the pins. Remove overridePins."
            problems.note("pins_overridden", message, child)
    return tuple(found)


def _read_src(problems: Problems, element: Element) -> str | None:
    attribute = element.attribute("src")
    if attribute is None:
        problems.refuse("missing_src", "This <certificates> has no src.", element)
        return None
    if attribute.value in _SOURCES or (attribute.value.startswith("@") and len(attribute.value) > 1):
        return attribute.value
    message = f'Android does not know src="{attribute.value}"; it takes system, user or the name of a resource.'
    problems.refuse("unknown_src", message, element, offset=attribute.inner.start)
    return None


def read_pin_set(problems: Problems, element: Element, parent: Element) -> FoundPins:
    children = [child for child in element.children if child.name == "pin"]
    for child in element.children:
        if child.name != "pin":
            problems.note("unknown_element", f"Android skips <{child.name}> inside <pin-set>.", child)
    if not children:
        message = "This <pin-set> is empty, which switches pinning off for its domains. Add pins, or remove it."
        problems.note("empty_pin_set", message, element)
    layout = PinList(
        slots=tuple(_slot(problems, child) for child in children),
        hole=_hole(problems, element, parent),
        opening=element.opening.end,
        before='<pin digest="SHA-256">',
        after="</pin>",
        has_commas=False,
        expiry=_expiry_layout(element),
    )
    return FoundPins(tuple(_pin(problems, child) for child in children), _expiration(problems, element), layout)


def _pin(problems: Problems, element: Element) -> Pin:
    pieces = element.pieces(problems.text)
    offset = pieces[0].span.start if pieces else element.whole.start
    text = trimmed(element.text)
    kind = _digest_kind(problems, element)
    digest = decode_android(text)
    problem = _pin_finding(text, digest)
    if element.children:
        problems.refuse("pin_with_elements", f"<{element.children[0].name}> stands inside a <pin>.", element)
    elif not text:
        problems.refuse("empty_pin", "This <pin> has no hash.", element)
    elif digest is None or len(digest) != 32:
        problems.refuse(problem or "wrong_length", _refusal(text, digest), element, offset=offset)
    elif len(pieces) > 1:
        problems.note("split_text", "A comment stands inside the hash of this <pin>. Move it out.", element)
    return Pin(text, kind, digest, problems.text.place(offset), problem)


def _digest_kind(problems: Problems, element: Element) -> PinKind:
    attribute = element.attribute("digest")
    if attribute is None:
        problems.refuse("unknown_digest", 'This <pin> has no digest="SHA-256".', element)
    elif attribute.value.upper() != "SHA-256":
        message = f'Android does not know digest="{attribute.value}", only "SHA-256".'
        problems.refuse("unknown_digest", message, element, offset=attribute.inner.start)
    is_sha1 = attribute is not None and attribute.value.upper() in ("SHA-1", "SHA1")
    return PinKind.SPKI_SHA1 if is_sha1 else PinKind.SPKI_SHA256


def _pin_finding(text: str, digest: bytes | None) -> str | None:
    if text.lower().startswith(("sha256/", "sha1/", "sha256:", "pin-sha256")):
        return "wrong_prefix"
    return pin_problem(text, digest, PinKind.SPKI_SHA256) if text else "wrong_length"


def _refusal(text: str, digest: bytes | None) -> str:
    length = "is no base64" if digest is None else f"gives {len(digest)} bytes instead of 32"
    hint = next((one.digest for one in normalise_token(text) if len(one.digest) == 32), None)
    meant = f" It should perhaps read {base64.b64encode(hint).decode()}." if hint else ""
    return f"The pin “{text[:100]}” {length}.{meant}"


def _expiration(problems: Problems, element: Element) -> Expiration | None:
    attribute = element.attribute("expiration")
    if attribute is None:
        return None
    day = read_android_date(attribute.value)
    if day is None:
        message = f"“{attribute.value}” is no date that exists."
        problems.refuse("invalid_expiration", message, element, offset=attribute.inner.start)
    elif not is_usual(attribute.value):
        message = f"Android reads “{attribute.value}” as {day.isoformat()}. Write the date that you mean in full."
        problems.note("expiration_misread", message, element, offset=attribute.inner.start)
    return Expiration(attribute.value, day)


def _slot(problems: Problems, element: Element) -> Slot:
    pieces = element.pieces(problems.text)
    if element.inner is None or len(pieces) > 1 or element.children:
        return Slot(element.whole, ())
    span = pieces[0].span if pieces else Span(element.inner.start, element.inner.start)
    return Slot(element.whole, (Part(span, trimmed(element.text)),))


def _hole(problems: Problems, element: Element, parent: Element) -> Hole:
    """Where the first pin of an empty pin set goes: on a line of its own when the pin set has one."""
    content = problems.text.content
    indent, outer = _indent(content, element), _indent(content, parent)
    line = content[: element.whole.start].rpartition("\n")[0]
    gap = "" if indent is None else ("\r\n" if line.endswith("\r") else "\n") + indent
    step = (indent or "")[len(outer or "") :] or "    "
    inside = gap + step if gap else ""
    if element.inner is None:
        return Hole(Span(element.opening.end - 2, element.opening.end), ">" + inside, inside, gap + "</pin-set>")
    if content[element.inner.start : element.inner.end].strip():
        return Hole(Span(element.inner.start, element.inner.start), inside, inside, "")
    return Hole(element.inner, inside, inside, gap)


def _indent(content: str, element: Element) -> str | None:
    before = content[: element.whole.start].rpartition("\n")[2]
    return before if not before.strip(" \t") else None


def _expiry_layout(element: Element) -> ExpiryLayout:
    found: Attribute | None = element.attribute("expiration")
    ends = [attribute.whole.end for attribute in element.attributes]
    end = max(ends, default=element.opening.start + 1 + len("pin-set"))
    return ExpiryLayout(found.inner if found else None, found.whole if found else None, end)
