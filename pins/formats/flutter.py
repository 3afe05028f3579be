"""Dart source for the plugin http_certificate_pinning: its calls and their lists, else lists of fingerprints alone.

What is computed or decided when the app runs is reported with its line and never guessed.
"""

import re
from collections.abc import Iterator

from pins.errors import PinError
from pins.formats.code.conditions import Conditions
from pins.formats.code.dart import read_dart_tokens
from pins.formats.code.folding import Entry, Folded, Folder, Listing, Open, Words
from pins.formats.code.structure import Definition, Source
from pins.formats.layout import Document, Hole, PinList, Slot
from pins.notations import pin_problem
from pins.pinset import EVERY_HOST, Pin, PinKind, PinRule, PinSet, Problem
from pins.reading import MAXIMUM_PINS, Span, Text, read_text

FORMAT = "flutter"
LIST = "allowedSHAFingerprints"

_CALLS = {"HttpCertificatePinning": "check", "SecureHttpClient": "build", "CertificatePinningInterceptor": ""}
_FINGERPRINT = re.compile(r"""["'][0-9A-Fa-f]{2}(?:[: ]?[0-9A-Fa-f]{2}){19,31}["']""")
_DART = re.compile(r"import\s+['\"]package:|List<String>|\bstatic\s+const\b|\bfinal\s+\w+\s*=")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_SKIPPED = str.maketrans("", "", ": ")
_HOST = re.compile(r"https?://(?:[^/?#@\s]*@)?([\w.\-]+)(?::\d+)?(?:[/?#].*)?", re.DOTALL)
_SIZES = {PinKind.CERTIFICATE_SHA256: 32, PinKind.CERTIFICATE_SHA1: 20}


def looks_like(text: Text) -> bool:
    content = text.content
    if LIST in content or "CertificatePinningInterceptor" in content or "SecureHttpClient" in content:
        return True
    return _FINGERPRINT.search(content) is not None and _DART.search(content) is not None


def read(source: bytes) -> Document:
    text = read_text(source)
    return _Reader(text, Source(read_dart_tokens(text), "dart")).document()


class _Reader:
    def __init__(self, text: Text, source: Source) -> None:
        self.text, self.source, self.folder = text, source, Folder(source)
        self.conditions = Conditions(source)
        self._problems: list[tuple[int, Problem]] = []
        self._rules: list[PinRule] = []
        self._lists: dict[Span, PinList] = {}
        self._list_of_rule: list[Span | None] = []
        self._pin_count = 0

    def document(self) -> Document:
        for index, opener in self._calls():
            self._call(index, opener)
        if not any(rule.pins and rule.pins[0].digest for rule in self._rules):
            self._constants()
        if not self._rules and not self._problems:
            self._note("no_pins_in_source", "The code has no list of fingerprints. Give the file that has.", 0)
        order = {span: index for index, span in enumerate(self._lists)}
        problems = tuple(problem for _, problem in sorted(self._problems, key=lambda one: one[0]))
        pin_set = PinSet(FORMAT, self.text.encode(self.text.content), tuple(self._rules), problems)
        list_of_rule = tuple(None if span is None else order[span] for span in self._list_of_rule)
        return Document(self.text, pin_set, tuple(self._lists.values()), list_of_rule)

    def _calls(self) -> Iterator[tuple[int, int]]:
        """The name and the bracket of each call that takes a list."""
        source = self.source
        for index, token in enumerate(source.tokens):
            method = _CALLS.get(token.text) if token.kind == "name" else None
            if method is None or source.is_name(index - 1, "class", "extends"):
                continue
            opener = index + 3 if method else index + 1
            is_called = not method or (source.is_mark(index + 1, ".") and source.is_name(index + 2, method))
            if is_called and source.is_mark(opener, "("):
                yield index, opener

    def _call(self, index: int, opener: int) -> None:
        named, positional = self._arguments(opener)
        where = named.get(LIST) or next(iter(positional), None)
        if where is None:
            self._note("unsupported_code", f"This call has no {LIST}, so nothing matches.", self._offset(index))
            return
        depends = self.conditions.is_conditional(index)
        if depends:
            what = "Whether these fingerprints are compared is decided by a condition when the app runs."
            self._note("conditional_code", what, self._offset(index))
        self._rule(self._host(named.get("serverURL")), where, self._kind(named.get("sha")), depends=depends)

    def _arguments(self, opener: int) -> tuple[dict[str, range], list[range]]:
        named: dict[str, range] = {}
        positional: list[range] = []
        for one in self.source.arguments(opener):
            if self.source.is_any_name(one.start) and self.source.is_mark(one.start + 1, ":"):
                named[self.source.tokens[one.start].text] = range(one.start + 2, one.stop)
            else:
                positional.append(one)
        return named, positional

    def _host(self, where: range | None) -> str:
        """That of the address, or every host where the call is for all or the address is known only later."""
        folded = self.folder.fold(where) if where else None
        found = _HOST.fullmatch(folded.value) if isinstance(folded, Words) else None
        return found[1] if found else EVERY_HOST

    def _kind(self, where: range | None) -> PinKind:
        is_sha1 = where is not None and any(self.source.is_name(one, "SHA1") for one in where)
        return PinKind.CERTIFICATE_SHA1 if is_sha1 else PinKind.CERTIFICATE_SHA256

    def _rule(self, host: str, where: range, kind: PinKind, *, depends: bool = False) -> None:
        span = self._span(where)
        pins = self._pins(self.folder.fold(where), span, kind)
        is_every = host == EVERY_HOST
        place = self.text.place(span.start)
        self._rules.append(PinRule(host, place, pins, is_for_every_host=is_every, is_conditional=depends))

    def _pins(self, folded: Folded, span: Span, kind: PinKind) -> tuple[Pin, ...]:
        if not isinstance(folded, Listing):
            why, offset = (folded.why, folded.offset) if isinstance(folded, Open) else ("it is one text", span.start)
            what = f"The fingerprints are not known, because {why}. Write them as a list or as a constant."
            self._note("unresolved_code", what, offset)
            self._list_of_rule.append(None)
            text = self.text.cut(span)[:200]
            return (Pin(text, kind, None, self.text.place(span.start), "unresolved_code"),)
        self._keep(folded)
        return tuple(self._pin(entry, kind) for entry in folded.entries)

    def _pin(self, entry: Entry, kind: PinKind) -> Pin:
        """Colons and blanks count for nothing, nor does letter case."""
        text = entry.words.value
        digits = text.translate(_SKIPPED)
        digest = bytes.fromhex(digits) if _HEX.fullmatch(digits) else None
        problem = pin_problem("", digest, kind) if digest and len(digest) == _SIZES[kind] else "not_a_fingerprint"
        if problem not in ("not_a_fingerprint", "placeholder_pin", "hash_of_empty_input", "hash_of_newline"):
            problem = None
        return Pin(text, kind, digest, self.text.place(entry.span.start), problem)

    def _keep(self, listing: Listing) -> None:
        start, end = listing.inner
        blank = not self.text.cut(listing.inner).strip()
        layout = PinList(
            slots=tuple(Slot(one.span, one.words.parts, is_own=_is_own(one)) for one in listing.entries),
            hole=Hole(Span(start, end if blank else start), "", ", ", ""),
            opening=start,
            before="'",
            after="'",
            has_commas=True,
        )
        self._lists.setdefault(listing.inner, layout)
        self._list_of_rule.append(listing.inner)
        self._pin_count += len(listing.entries)
        if self._pin_count > MAXIMUM_PINS:
            raise PinError(f"The source has more than {MAXIMUM_PINS:,} fingerprints.", code="too_large")

    def _constants(self) -> None:
        """Lists that hold nothing but fingerprints, where no call says which list it takes."""
        for definition in self._definitions():
            value = definition.value
            folded = self.folder.fold(value) if value else None
            if value and isinstance(folded, Listing) and folded.inner not in self._lists and _are_fingerprints(folded):
                size = len(folded.entries[0].words.value.translate(_SKIPPED)) // 2
                kind = PinKind.CERTIFICATE_SHA1 if size == 20 else PinKind.CERTIFICATE_SHA256
                self._rule(EVERY_HOST, value, kind)

    def _definitions(self) -> list[Definition]:
        found = [one for ones in self.folder.definitions.values() for one in ones]
        return sorted(found, key=lambda one: one.index)

    def _offset(self, index: int) -> int:
        return self.source.tokens[index].span.start

    def _span(self, where: range) -> Span:
        tokens = self.source.tokens
        return Span(tokens[where.start].span.start, tokens[where.stop - 1].span.end)

    def _note(self, code: str, what: str, offset: int) -> None:
        self._problems.append((offset, Problem(code, what, self.text.place(offset))))


def _are_fingerprints(listing: Listing) -> bool:
    return bool(listing.entries) and all(
        _FINGERPRINT.fullmatch(f'"{entry.words.value}"') is not None for entry in listing.entries
    )


def _is_own(entry: Entry) -> bool:
    return all(entry.span.start <= part.span.start and part.span.end <= entry.span.end for part in entry.words.parts)
