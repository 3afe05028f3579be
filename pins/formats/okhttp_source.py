"""Kotlin or Java source that builds OkHttp's CertificatePinner, or Ktor's: its rules as far as the text tells them.

What runs only under a condition or is computed is reported with its line and never guessed.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from pins.decision import Client
from pins.encodings import decode_okio
from pins.errors import PinError
from pins.formats.code.builders import BuilderFinder, Call, Stray
from pins.formats.code.folding import Folded, Folder, Listing, Open, Words
from pins.formats.code.ktor import is_ktor
from pins.formats.code.lexer import Language, Token, read_tokens
from pins.formats.code.structure import Source
from pins.formats.layout import Document, Hole, PinList, Slot
from pins.notations import pin_problem
from pins.pinset import Pin, PinKind, PinRule, PinSet, Problem
from pins.reading import MAXIMUM_PINS, Span, Text, read_text

FORMAT = "okhttp_source"
_KINDS = {"sha256/": PinKind.SPKI_SHA256, "sha1/": PinKind.SPKI_SHA1}
_REFUSED = "{} throws an exception because of it, so the app cannot make its client."
_HIDDEN = re.compile(r"\\u+00(?:0[adAD]|2[2afAF]|5[cC])")  # line end, quote, star, slash, backslash
_NO_HOST = frozenset("/: ?#@")


def looks_like(text: Text) -> bool:
    return "CertificatePinner" in text.content


def read(source: bytes) -> Document:
    text = read_text(source)
    tokens, language = _tokens(text)
    if not any(token.is_name("CertificatePinner") for token in tokens):
        raise PinError(
            "The source names no CertificatePinner, so it pins nothing with OkHttp. Give the file in which the pins "
            "are added.",
            code="wrong_format",
        )
    return _Reader(text, Source(tokens, language)).document()


def _tokens(text: Text) -> tuple[tuple[Token, ...], Language]:
    """Java is what makes objects with `new`; the two differ in comments, templates and where a statement ends."""
    try:
        tokens = read_tokens(text, "kotlin")
    except PinError as error:
        tokens = _java_tokens(text) if error.code == "malformed_source" else ()
        if not tokens:
            raise
        return tokens, "java"
    return (read_tokens(text, "java"), "java") if _has_new(tokens) else (tokens, "kotlin")


def _java_tokens(text: Text) -> tuple[Token, ...]:
    """Nothing where the source is no Java either."""
    try:
        tokens = read_tokens(text, "java")
    except PinError:
        return ()
    return tokens if _has_new(tokens) else ()


def _has_new(tokens: tuple[Token, ...]) -> bool:
    return any(before.is_name("new") and after.kind == "name" for before, after in pairwise(tokens))


class _Reader:
    def __init__(self, text: Text, source: Source) -> None:
        self.text, self.source = text, source
        self.folder = Folder(source)
        self.is_ktor = is_ktor(source)
        self._problems: list[tuple[int, Problem]] = []
        self._rules: list[PinRule] = []
        self._lists: dict[Span, PinList] = {}
        self._list_of_rule: list[Span] = []
        self._pin_count = 0
        self._is_complete = True

    def document(self) -> Document:
        finder = BuilderFinder(self.source, self.folder)
        for found in finder.find():
            if isinstance(found, Stray) and self.is_ktor and found.setter == "validateTrust":
                self._validation(found)
            elif isinstance(found, Stray):
                self._leave_open("unsupported_code", f"Not followed: {found.what}.", self._offset(found.index))
            else:
                self._call(found)
        self._note_hidden_code()
        self._note_other_pinners()
        self._note_absence(has_builder=finder.groups > 0)
        order = {span: index for index, span in enumerate(self._lists)}
        pin_set = PinSet(
            format=FORMAT,
            source=self.text.encode(self.text.content),
            rules=tuple(self._rules),
            problems=tuple(problem for _, problem in sorted(self._problems, key=lambda one: one[0])),
            is_complete=self._is_complete,
            client_kinds=frozenset({(Client.KTOR_DARWIN if self.is_ktor else Client.OKHTTP).value}),
        )
        lists = tuple(self._lists.values())
        return Document(self.text, pin_set, lists, tuple(order[span] for span in self._list_of_rule))

    def _validation(self, found: Stray) -> None:
        """Ktor's pinner evaluates the chain itself unless it is told not to."""
        arguments = self.source.arguments(found.opener) if found.opener >= 0 else []
        if arguments and self.source.is_name(arguments[0].stop - 1, "true"):
            return
        what = "The pinner is told not to evaluate the chain, so an untrusted one may be accepted. Remove this call."
        self._note("trust_not_validated", what, self._offset(found.index))

    def _note_other_pinners(self) -> None:
        """Pinners that are made in another way, and the one that pins nothing."""
        for index, token in enumerate(self.source.tokens):
            if not token.is_name("CertificatePinner"):
                continue
            if self.source.is_mark(index + 1, "(") and not self.source.is_name(index - 1, "class", "fun"):
                what = "The pinner is made without its builder, so its pins are not read."
                self._leave_open("unsupported_code", what, token.span.start)
            elif self.source.is_mark(index + 1, ".") and self.source.is_name(index + 2, "DEFAULT"):
                what = "CertificatePinner.DEFAULT pins nothing; which pinner the app uses is decided when it runs."
                self._note("conditional_code", what, token.span.start)
            elif self.source.is_name(index + 2, "Builder") and self.source.is_mark(index + 3, "::"):
                self._leave_open(
                    "unsupported_code", "What is done with this builder is not followed.", token.span.start
                )

    def _note_hidden_code(self) -> None:
        """Java replaces its \\u escapes before it looks for comments and strings, and these can end one."""
        found = _HIDDEN.search(self.text.content) if self.source.language == "java" else None
        if found:
            what = "A \\u escape stands here for a character that can end a comment or a text. Write it itself."
            self._leave_open("unsupported_code", what, found.start())

    def _note_absence(self, *, has_builder: bool) -> None:
        """A builder to which nothing is added pins nothing; without one the pins are added elsewhere."""
        if self._rules or self._problems:
            return
        note = self._note if has_builder else self._leave_open
        note("no_pins_in_source", "The code adds no pin to a CertificatePinner. Give the file that does.", 0)

    def _call(self, call: Call) -> None:
        offset = self._offset(call.index)
        if call.is_conditional:
            what = "Whether these pins are there is decided by a condition or a loop when the app runs."
            self._note("conditional_code", f"{what} Upload the code of each variant by itself.", offset)
        if not call.arguments:
            self._leave_open("unsupported_code", "This add(…) has no host pattern.", offset)
            return
        first, *others = (self._unnamed(one) for one in call.arguments)
        pattern = self.folder.fold(first)
        if not isinstance(pattern, Words):
            why = pattern.why if isinstance(pattern, Open) else "it is a list"
            what = f"The host of these pins is not known, because {why}. Write it as a literal or as a constant."
            self._leave_open("unresolved_code", what, pattern.offset if isinstance(pattern, Open) else offset)
            return
        self._check_pattern(pattern.value, self._offset(first.start))
        pins = self._pins(call, first, others)
        place = self.text.place(self._offset(first.start))
        self._rules.append(PinRule(pattern.value, place, pins, group=call.group, is_conditional=call.is_conditional))

    def _unnamed(self, argument: range) -> range:
        """Without Kotlin's `pattern =` or `pins =` and without the star that spreads an array."""
        source, start = self.source, argument.start
        if source.is_name(start, "pattern", "pins") and source.is_mark(start + 1, "="):
            start += 2
        if source.is_mark(start, "*"):
            start += 1
        return range(start, argument.stop)

    def _pins(self, call: Call, first: range, others: list[range]) -> tuple[Pin, ...]:
        folded = [(self._span(one), self.folder.fold(one)) for one in others]
        if len(folded) == 1 and isinstance(folded[0][1], Listing):
            return self._listed(folded[0][1])
        entries = [entry for span, one in folded for entry in self._entries(span, one)]
        end = self._span(first).end
        layout = PinList(
            slots=tuple(slot for _, slot in entries),
            hole=Hole(Span(end, end), ", ", ", ", ""),
            opening=end,
            before='"',
            after='"',
            has_commas=True,
        )
        self._keep(Span(end, self._offset(call.opener)), layout)
        return tuple(pin for pin, _ in entries)

    def _listed(self, listing: Listing) -> tuple[Pin, ...]:
        """All pins come from one list: that list is what is written to, and every call that takes it shares it."""
        start, end = listing.inner
        blank = not self.text.cut(listing.inner).strip()
        layout = PinList(
            slots=tuple(_slot(entry.span, entry.words) for entry in listing.entries),
            hole=Hole(Span(start, end if blank else start), "", ", ", ""),
            opening=start,
            before='"',
            after='"',
            has_commas=True,
        )
        self._keep(listing.inner, layout)
        return tuple(self._pin(entry.words, entry.span.start) for entry in listing.entries)

    def _keep(self, span: Span, layout: PinList) -> None:
        self._lists.setdefault(span, layout)
        self._list_of_rule.append(span)
        self._pin_count += len(layout.slots)
        if self._pin_count > MAXIMUM_PINS:
            raise PinError(
                f"The source adds more than {MAXIMUM_PINS:,} pins; no app needs that. Check that it is the right file.",
                code="too_large",
            )

    def _entries(self, span: Span, folded: Folded) -> Iterator[tuple[Pin, Slot]]:
        if isinstance(folded, Words):
            yield self._pin(folded, span.start), _slot(span, folded)
        elif isinstance(folded, Listing):
            for entry in folded.entries:
                slot = Slot(span, entry.words.parts, is_removable=False, is_own=False)
                yield self._pin(entry.words, entry.span.start), slot
        else:
            what = f"The pin is not known, because {folded.why}. Write it as a literal or as a constant."
            self._note("unresolved_code", what, folded.offset)
            place = self.text.place(span.start)
            pin = Pin(self.text.cut(span)[:200], PinKind.SPKI_SHA256, None, place, "unresolved_code")
            yield pin, Slot(span, (), is_own=False)

    def _pin(self, words: Words, offset: int) -> Pin:
        text, place = words.value, self.text.place(offset)
        prefix = next((one for one in _KINDS if text.startswith(one)), None)
        if prefix is None:
            what = f"The pin “{text[:100]}” begins neither with sha256/ nor with sha1/."
            self._refuse("wrong_prefix", what, offset)
            return Pin(text, PinKind.SPKI_SHA256, None, place, "wrong_prefix")
        body = text.removeprefix(prefix)
        digest = decode_okio(body)
        if digest is None and not self.is_ktor:  # Ktor compares texts and takes any
            self._refuse("not_base64", f"The pin “{text[:100]}” is no base64.", offset)
        return Pin(text, _KINDS[prefix], digest, place, pin_problem(body, digest, _KINDS[prefix]))

    def _check_pattern(self, pattern: str, offset: int) -> None:
        bare = pattern.removeprefix("**.") if pattern.startswith("**.") else pattern.removeprefix("*.")
        if not bare and self.is_ktor:
            self._note("not_a_host", "The host pattern is empty and fits no host. Write the host name.", offset)
        elif not pattern:
            self._refuse("empty_pattern", "The host pattern is empty.", offset)
        elif not bare:
            what = f"{pattern} names no host, so this rule covers none. Write a host behind it."
            self._note("not_a_host", what, offset)
        elif "*" in bare:
            what = f"The star in {pattern} stands where OkHttp does not allow it. Write *.host or **.host."
            self._note("misplaced_star", what, offset)
        elif not _NO_HOST.isdisjoint(bare):
            what = f"“{pattern}” is more than a host name. Write the host name alone."
            self._note("not_a_host", what, offset)
        elif bare.endswith("."):
            what = f"The full stop at the end of {pattern} keeps this rule from covering any host. Remove it."
            self._note("trailing_dot", what, offset)

    def _offset(self, index: int) -> int:
        return self.source.tokens[index].span.start

    def _span(self, where: range) -> Span:
        tokens = self.source.tokens
        return Span(tokens[where.start].span.start, tokens[where.stop - 1].span.end)

    def _note(self, code: str, what: str, offset: int) -> None:
        self._problems.append((offset, Problem(code, what, self.text.place(offset))))

    def _leave_open(self, code: str, what: str, offset: int) -> None:
        self._is_complete = False
        self._note(code, what, offset)

    def _refuse(self, code: str, what: str, offset: int) -> None:
        refused = _REFUSED.format("Ktor" if self.is_ktor else "OkHttp")
        self._problems.append((offset, Problem(code, f"{what} {refused}", self.text.place(offset), is_refused=True)))


def _slot(span: Span, words: Words) -> Slot:
    is_own = all(span.start <= part.span.start and part.span.end <= span.end for part in words.parts)
    return Slot(span, words.parts, is_own=is_own)
