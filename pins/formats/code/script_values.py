"""Constant expressions of a script: texts, templates, lists, objects, names of the same file; the rest stays open."""

from pins.formats.code.folding import MAXIMUM_DEPTH, MAXIMUM_NAMESAKES, MAXIMUM_PARTS, Open, Words
from pins.formats.code.lexer import Kind, Template, Token
from pins.formats.code.script import Script
from pins.formats.code.script_parts import (
    Field,
    Flag,
    Items,
    Member,
    Record,
    Tokens,
    Value,
    bare,
    is_one_group,
    is_path,
    is_template,
    split,
    top,
)
from pins.formats.code.structure import Definition
from pins.formats.layout import Part
from pins.reading import Span

MAXIMUM_FIELDS = 20_000
_BRANCHES = frozenset({"?", "&&", "||", "??"})


class ScriptFolder:
    """Folds expressions of one script; `anchor` is the token index at which names are looked up."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self._known: dict[int, Value] = {}
        self._depth = 0

    def fold(self, where: range) -> Value:
        """The value of the expression at these token indices."""
        return self.value(self.script.tokens[where.start : where.stop], where.start)

    def field(self, field: Field) -> Value:
        return self.value(field.tokens, field.anchor)

    def value(self, tokens: Tokens, anchor: int) -> Value:
        tokens = bare(tokens)
        if not tokens:
            return Open("nothing stands there", self._offset(anchor))
        if self._depth >= MAXIMUM_DEPTH:
            return Open("constants refer to each other too deeply", tokens[0].span.start)
        self._depth += 1
        try:
            return self._sum(tokens, anchor)
        finally:
            self._depth -= 1

    def beginning(self, tokens: Tokens, anchor: int) -> tuple[str, Open | None]:
        """The text as far as it is known, and what stops it; for addresses, whose host stands at their beginning."""
        parts, stop = self._parts(bare(tokens), anchor)
        return "".join(part.value for part in parts), stop

    def _sum(self, tokens: Tokens, anchor: int) -> Value:
        start = tokens[0].span.start
        marks = {token.text for token in top(tokens) if token.kind is Kind.MARK}
        if "=>" in marks:
            return Open("it is a function", start)
        if marks & _BRANCHES:
            return Open("a condition decides it when the app runs", start)
        if len(list(split(tokens, "+"))) > 1 or is_template(tokens):
            parts, stop = self._parts(tokens, anchor)
            return stop or Words(tuple(parts) or (Part(Span(start + 1, tokens[-1].span.end - 1), ""),))
        return self._term(tokens, anchor)

    def _parts(self, tokens: Tokens, anchor: int) -> tuple[list[Part], Open | None]:
        parts: list[Part] = []
        for term in split(tokens, "+"):
            found, stop = self._text(term, anchor)
            parts += found
            if len(parts) > MAXIMUM_PARTS:
                return parts, Open("it is put together from too many pieces", tokens[0].span.start)
            if stop:
                return parts, stop
        return parts, None

    def _text(self, tokens: Tokens, anchor: int) -> tuple[list[Part], Open | None]:
        if is_template(tokens):
            return self._template(tokens[0], anchor)
        definition = self._definition_of(tokens, anchor)
        if definition is not None and definition.value is not None and self._depth < MAXIMUM_DEPTH:
            self._depth += 1
            where = definition.value
            found = self._parts(bare(self.script.tokens[where.start : where.stop]), where.start)
            self._depth -= 1
            return found
        value = self.value(tokens, anchor)
        if isinstance(value, Words):
            return list(value.parts), None
        return [], value if isinstance(value, Open) else Open("it is no text", self._offset(anchor))

    def _template(self, token: Token, anchor: int) -> tuple[list[Part], Open | None]:
        parts: list[Part] = []
        for chunk in token.chunks:
            if isinstance(chunk, Template):
                found, stop = self._parts(bare(chunk.tokens), anchor)
                parts += found
                if stop:
                    return parts, stop
            elif chunk.value is None:
                return parts, Open("its spelling is not understood", chunk.span.start)
            else:
                parts.append(Part(chunk.span, chunk.value))
        return parts, None

    def _term(self, tokens: Tokens, anchor: int) -> Value:
        first = tokens[0]
        if is_one_group(tokens):
            return self._group(tokens, anchor)
        if len(tokens) == 1:
            return self._single(first, anchor)
        if is_path(tokens):
            return self._named(tokens, anchor)
        if first.is_name("Object") and len(tokens) > 3 and tokens[2].is_name("freeze") and is_one_group(tokens[3:]):
            return self.value(tokens[4:-1], anchor)
        if first.is_name("new") or tokens[-1].is_mark(")"):
            called = next((one.text for one in tokens if one.kind is Kind.NAME and one.text != "new"), "a function")
            return Open(f"it is the result of {called}(…)", first.span.start)
        return Open("it is computed when the app runs", first.span.start)

    def _single(self, token: Token, anchor: int) -> Value:
        match token.kind:
            case Kind.STRING:
                chunk = token.chunks[0]
                if isinstance(chunk, Template) or chunk.value is None:
                    return Open("its spelling is not understood", token.span.start)
                return Words((Part(chunk.span, chunk.value),))
            case Kind.NAME if token.text in ("true", "false"):
                return Flag(token.text == "true")
            case Kind.NAME if token.text in ("undefined", "null"):
                return Flag(None)
            case Kind.NAME:
                return self._named([token], anchor)
            case Kind.NUMBER:
                return Open("it is a number", token.span.start)
            case _:
                return Open("it is computed when the app runs", token.span.start)

    def _group(self, tokens: Tokens, anchor: int) -> Value:
        inner = tokens[1:-1]
        if tokens[0].is_mark("["):
            return self._items(tokens, anchor)
        if tokens[0].is_mark("{"):
            return self._record(tokens, anchor)
        if len(list(split(inner, ","))) > 1:
            return Open("it is computed when the app runs", tokens[0].span.start)
        return self.value(inner, anchor)

    def _items(self, tokens: Tokens, anchor: int) -> Value:
        members: list[Member] = []
        for term in split(tokens[1:-1], ","):
            if not term:
                continue
            span = Span(term[0].span.start, term[-1].span.end)
            if not term[0].is_mark("..."):
                members.append(Member(span, self.value(term, anchor)))
                continue
            spread = self.value(term[1:], anchor)
            if isinstance(spread, Items):
                members += [Member(span, one.value, is_spread=True) for one in spread.members]
            else:
                value = spread if isinstance(spread, Open) else Open("it spreads what is no list", span.start)
                members.append(Member(span, value, is_spread=True))
            if len(members) > MAXIMUM_FIELDS:
                return Open("its lists are longer than any that people write", span.start)
        return Items(tuple(members), Span(tokens[0].span.end, tokens[-1].span.start))

    def _record(self, tokens: Tokens, anchor: int) -> Value:
        fields: dict[str, Field] = {}
        gaps: list[Open] = []
        for term in split(tokens[1:-1], ","):
            if not term:
                continue
            if term[0].is_mark("..."):
                self._spread(term[1:], anchor, fields, gaps)
                continue
            field = self._field(term, anchor)
            if isinstance(field, Open):
                gaps.append(field)
            else:
                fields[field.name] = field
            if len(fields) > MAXIMUM_FIELDS:
                return Open("its objects are larger than any that people write", tokens[0].span.start)
        return Record(fields, Span(tokens[0].span.start, tokens[-1].span.end), tuple(gaps))

    def _spread(self, tokens: Tokens, anchor: int, fields: dict[str, Field], gaps: list[Open]) -> None:
        value = self.value(tokens, anchor)
        if isinstance(value, Record):
            fields.update(value.fields)
            gaps += value.gaps
        elif not isinstance(value, Flag):
            offset = tokens[0].span.start if tokens else self._offset(anchor)
            gaps.append(value if isinstance(value, Open) else Open("it spreads what is no object", offset))

    def _field(self, term: Tokens, anchor: int) -> Field | Open:
        """`key: value`, `'key': value`, `[KEY]: value` or a name that stands for itself."""
        key, offset = term[0], term[0].span.start
        parts = list(split(term, ":"))
        if len(parts) == 1:
            is_name = len(term) == 1 and key.kind is Kind.NAME
            return Field(key.text, offset, term, anchor) if is_name else Open("a part of it is computed", offset)
        name = self._key(parts[0], anchor)
        rest = term[len(parts[0]) + 1 :]
        return name if isinstance(name, Open) else Field(name, offset, rest, anchor)

    def _key(self, tokens: Tokens, anchor: int) -> str | Open:
        if len(tokens) == 1 and tokens[0].kind in (Kind.NAME, Kind.NUMBER):
            return tokens[0].text
        if is_one_group(tokens) and tokens[0].is_mark("["):
            tokens = tokens[1:-1]
        value = self.value(tokens, anchor)
        if isinstance(value, Words):
            return value.value
        return value if isinstance(value, Open) else Open("its key is no text", tokens[0].span.start)

    def _named(self, tokens: Tokens, anchor: int) -> Value:
        """A name of this file, and the keys behind it."""
        offset = tokens[0].span.start
        value = self._defined(tokens[0].text, anchor, offset)
        for token in tokens[2::2]:
            if isinstance(value, Open):
                return Open(value.why, offset)
            field = value.fields.get(token.text) if isinstance(value, Record) else None
            if field is None:
                gap = next(iter(value.gaps), None) if isinstance(value, Record) else None
                return Open(gap.why if gap else f"“{token.text}” is not in “{tokens[0].text}”", offset)
            value = self.field(field)
        return Open(value.why, offset) if isinstance(value, Open) else value

    def _defined(self, name: str, anchor: int, offset: int) -> Value:
        found = self.find(name, anchor)
        if len(found) != 1:
            how = "is defined more than once" if found else "is not defined in this file"
            return Open(f"“{name}” {how}", offset)
        definition = found[0]
        if definition.why_open or definition.value is None:
            return Open(f"“{name}” {definition.why_open or 'is known only when the app runs'}", offset)
        if definition.index not in self._known:
            self._known[definition.index] = Open(f"“{name}” refers to itself", offset)
            self._known[definition.index] = self.fold(definition.value)
        return self._known[definition.index]

    def find(self, name: str, anchor: int) -> tuple[Definition, ...]:
        """The innermost definitions that a name means at token `anchor`; several where it is ambiguous."""
        candidates = self.script.definitions.get(name, ())
        if len(candidates) > MAXIMUM_NAMESAKES:
            return candidates[:2]
        visible = [one for one in candidates if one.extent.holds(anchor)]
        narrowest = min((one.extent.last - one.extent.first for one in visible), default=0)
        return tuple(one for one in visible if one.extent.last - one.extent.first == narrowest)

    def _definition_of(self, tokens: Tokens, anchor: int) -> Definition | None:
        """What a lone name stands for, where that is sure."""
        if len(tokens) != 1 or tokens[0].kind is not Kind.NAME:
            return None
        found = self.find(tokens[0].text, anchor)
        return found[0] if len(found) == 1 and not found[0].why_open else None

    def _offset(self, anchor: int) -> int:
        token = self.script.at(min(anchor, len(self.script.tokens) - 1))
        return token.span.start if token else 0
