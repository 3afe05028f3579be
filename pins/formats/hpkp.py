"""The Public-Key-Pins header, bare or as a line of a server's configuration; nobody obeys it any more."""

import re
from collections.abc import Iterator
from itertools import islice

from pins.encodings import decode_nsdata
from pins.errors import PinError
from pins.formats.layout import Document, Hole, Part, PinList, Slot
from pins.notations import pin_problem
from pins.pinset import EVERY_HOST, Pin, PinKind, PinRule, PinSet, Problem
from pins.reading import MAXIMUM_PINS, Span, Text, read_text

FORMAT = "hpkp"
_HEADER = re.compile(r"(?i)\bpublic-key-pins(?P<report>-report-only)?\b[\"']?\s*(?:[:=,]\s*|\s)(?P<value>[^\r\n]*)")
_COMMENT = re.compile(r"\s*(?:#|//)")
_PIN = re.compile(r"""(?i)pin-(?P<algorithm>[a-z0-9]+)\s*=\s*\\?["']?(?P<pin>[^"'\\;\s]*)\\?["']?\s*;?[ \t]*""")
_OTHER = re.compile(r"(?i)([a-z][a-z0-9-]*)(?:\s*=\s*(?:\\?[\"'][^\"']*[\"']|[^;\"'\s]*))?")
_SUBDOMAINS = re.compile(r"(?i)\bincludesubdomains\b")
_KNOWN = frozenset({"max-age", "includesubdomains", "report-uri", "strict", "always", "set", "header", "env"})


def looks_like(text: Text) -> bool:
    return any(True for _ in _headers(text))


def read(source: bytes) -> Document:
    text = read_text(source)
    rules: list[PinRule] = []
    lists: list[PinList] = []
    problems: list[Problem] = []
    pin_count = 0
    for header in _headers(text):
        what = "Browsers removed this header years ago and apps never read it, so it protects nobody. Remove it."
        problems += [Problem("header_ignored", what, text.place(header.start())), *_unknown(text, header)]
        found = list(islice(_pins(text, header), MAXIMUM_PINS + 1))
        pin_count += len(found) + 1
        if pin_count > MAXIMUM_PINS:
            raise PinError(f"The file has more than {MAXIMUM_PINS:,} pins; no server needs that.", code="too_large")
        lists.append(_layout(header, found))
        rules.append(_rule(text, header, tuple(pin for pin, _ in found)))
    if not rules:
        raise PinError("There is no Public-Key-Pins header with a pin. Give the header line.", code="wrong_format")
    pin_set = PinSet(FORMAT, source, tuple(rules), tuple(problems))
    return Document(text, pin_set, tuple(lists), tuple(range(len(rules))))


def _headers(text: Text) -> Iterator[re.Match[str]]:
    """Header lines that are no comments and hold a pin."""
    for header in _HEADER.finditer(text.content):
        start = text.content.rfind("\n", 0, header.start()) + 1
        if not _COMMENT.match(text.content, start) and "pin-" in header["value"].lower():
            yield header


def _rule(text: Text, header: re.Match[str], pins: tuple[Pin, ...]) -> PinRule:
    return PinRule(
        EVERY_HOST,
        text.place(header.start()),
        pins,
        include_subdomains=_SUBDOMAINS.search(header["value"]) is not None,
        is_enforced=header["report"] is None,
        is_for_every_host=True,
    )


def _pins(text: Text, header: re.Match[str]) -> Iterator[tuple[Pin, Slot]]:
    start, end = header.span("value")
    for found in _PIN.finditer(text.content, start, end):
        span = Span(*found.span("pin"))
        body = text.cut(span)
        digest = decode_nsdata(body)
        is_known = found["algorithm"].lower() == "sha256"
        problem = pin_problem(body, digest, PinKind.SPKI_SHA256) if is_known else "wrong_prefix"
        pin = Pin(body, PinKind.SPKI_SHA256, digest if is_known else None, text.place(span.start), problem)
        yield pin, Slot(Span(*found.span()), (Part(span, body),))


def _unknown(text: Text, header: re.Match[str]) -> Iterator[Problem]:
    start, end = header.span("value")
    others = _PIN.sub(lambda found: " " * len(found[0]), text.content[start:end])
    for part in re.finditer(r"[^;]+", others):
        found = _OTHER.match(part[0].strip(" \t\"'\\,"))
        if found and found[1].lower() not in _KNOWN:
            what = f"Public-Key-Pins has no directive {found[1]}, so it is skipped. Correct its name, or remove it."
            yield Problem("unknown_directive", what, text.place(start + part.start()))


def _layout(header: re.Match[str], found: list[tuple[Pin, Slot]]) -> PinList:
    start = header.start("value")
    slots = tuple(slot for _, slot in found)
    return PinList(slots, Hole(Span(start, start), "", "", ""), start, before="", after="", has_commas=False)
