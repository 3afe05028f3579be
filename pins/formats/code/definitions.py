"""Which names are defined where, and with which initial value."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from pins.formats.code.structure import MAXIMUM_MODIFIERS, Definition, Extent, Source

_TYPE_MARKS = (".", "?", "<", ">", ",", "*", "[", "]")
_NO_TYPE = frozenset({"return", "new", "else", "throw", "case", "import", "package", "instanceof", "in", "is", "as"})


def definitions_of(source: Source) -> Mapping[str, tuple[Definition, ...]]:
    found: dict[str, list[Definition]] = defaultdict(list)
    finders = _kotlin_definitions if source.language == "kotlin" else _java_definitions
    for definition in finders(source):
        found[definition.name].append(definition)
    return {name: tuple(ones) for name, ones in found.items()}


def _kotlin_definitions(source: Source) -> Iterator[Definition]:
    for index, token in enumerate(source.tokens):
        if token.is_name("val", "var") and source.is_any_name(index + 1):
            yield _kotlin_value(source, index)
        elif token.is_name("val", "var") and source.is_mark(index + 1, "("):
            for one in range(index + 2, source.match[index + 1]):
                if source.is_any_name(one):
                    yield Definition(source.tokens[one].text, one, _extent_of(source, index), None)
        elif token.is_mark("->"):
            yield from _lambda_parameters(source, index)
        elif source.is_mark(index + 1, ":") or (token.kind == "name" and source.is_name(index + 1, "in")):
            opener = source.outer[index]
            if opener >= 0 and source.is_mark(opener, "(") and not source.is_name(index - 1, "val", "var"):
                yield Definition(token.text, index, _extent_of(source, index), None)


def _kotlin_value(source: Source, keyword: int) -> Definition:
    name = keyword + 1
    start = _after_type(source, name + 1)
    value = source.expression(start + 1) if source.is_mark(start, "=") else None
    why = "can change while the app runs" if source.is_name(keyword, "var") else ""
    modifiers = {source.tokens[one].text for one in range(max(0, keyword - 4), keyword)}
    if "open" in modifiers:
        why = "can be overridden"
    if source.is_mark(source.outer[name], "("):
        value = None
    return Definition(source.tokens[name].text, name, _extent_of(source, name), value, why)


def _after_type(source: Source, index: int) -> int:
    """Past `: Type`, over dots, type arguments and question marks."""
    if not source.is_mark(index, ":"):
        return index
    index += 1
    while source.is_any_name(index) or source.is_mark(index, *_TYPE_MARKS):
        if source.is_any_name(index) and source.is_any_name(index - 1):
            break
        index += 1
    return index


def _lambda_parameters(source: Source, arrow: int) -> Iterator[Definition]:
    """Names between a `{` and its arrow, or before a Java arrow."""
    index = arrow - 1
    while index >= 0 and (source.is_any_name(index) or source.is_mark(index, ",", ":", ".", "<", ">", "?", "(", ")")):
        if source.is_any_name(index):
            extent = Extent(index, source.extent(source.outer[arrow]).last)
            yield Definition(source.tokens[index].text, index, extent, None)
        if source.begins_statement(index):
            break
        index -= 1


def _java_definitions(source: Source) -> Iterator[Definition]:
    for index, token in enumerate(source.tokens):
        if token.is_mark("->"):
            yield from _lambda_parameters(source, index)
            continue
        before = source.at(index - 1)
        if token.kind != "name" or before is None or not source.is_mark(index + 1, "=", ";", ",", ")", ":"):
            continue
        is_typed = before.is_mark(">", "]", "...") or (before.kind == "name" and before.text not in _NO_TYPE)
        if is_typed:
            yield _java_value(source, index)


def _java_value(source: Source, name: int) -> Definition:
    value = source.expression(name + 2) if source.is_mark(name + 1, "=") else None
    text = source.tokens[name].text
    block = source.block(name)
    kind = source.declared(block) if block >= 0 else ""
    modifiers = {source.tokens[one].text for one in range(_statement_start(source, name), name)}
    is_fixed = bool(modifiers & {"final", "const"}) or kind == "interface" or not (kind or block < 0)
    why = "" if is_fixed or "private" in modifiers else "is not final"
    if modifiers.isdisjoint({"final", "const"}) and source.assignments[text] > 1:
        why = "is assigned more than once"
    return Definition(text, name, _extent_of(source, name), value, why)


def _statement_start(source: Source, index: int) -> int:
    for start in range(index, max(index - MAXIMUM_MODIFIERS, 0), -1):
        if source.begins_statement(start):
            return start
    return max(index - MAXIMUM_MODIFIERS, 0)


def _extent_of(source: Source, index: int) -> Extent:
    """Where a name defined here holds: its block; for a parameter the body that follows; a companion's whole class."""
    opener = source.outer[index]
    if opener >= 0 and not source.is_mark(opener, "{"):
        return Extent(opener, _body_end(source, source.match[opener]))
    while opener >= 0 and source.declared(opener) == "companion":
        opener = source.block(opener)
    return source.extent(opener)


def _body_end(source: Source, closer: int) -> int:
    """The end of what a parameter list belongs to: its block, or its expression."""
    index = closer + 1
    for _ in range(24):
        if source.is_mark(index, "{"):
            return source.match[index]
        if source.is_mark(index, "="):
            return source.expression(index + 1).stop
        if source.is_mark(index, ";", "}") or source.at(index) is None:
            break
        index = max(source.match.get(index, index), index) + 1
    return closer
