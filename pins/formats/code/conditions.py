"""Whether a piece of code runs always, as far as its surroundings tell."""

from pins.formats.code.structure import CONTROLS, Source

_LOOPS = frozenset(
    {"forEach", "map", "flatMap", "onEach", "repeat", "takeIf", "takeUnless", "filter", "forEachIndexed"}
)


class Conditions:
    """Remembers what it found: in one long chain of calls every part asks about the same surroundings."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._blocks: dict[int, bool] = {}
        self._heads: dict[int, bool] = {}

    def is_conditional(self, index: int) -> bool:
        """Whether a condition or a loop stands between this token and the function or class around it."""
        if self._is_on_condition(index):
            return True
        opener = self.source.outer[index]
        if opener < 0:
            return False
        if opener not in self._blocks:
            self._blocks[opener] = self._is_inside_condition(opener)
        return self._blocks[opener]

    def _is_inside_condition(self, opener: int) -> bool:
        if self.source.is_mark(opener, "{"):
            if _is_body(self.source, opener):
                return False
            if _is_controlled(self.source, opener):
                return True
        return self.is_conditional(opener)

    def _is_on_condition(self, index: int) -> bool:
        """Whether a condition stands between the token and the beginning of its statement, within its bracket."""
        source, opener, passed, found = self.source, self.source.outer[index], list[int](), None
        while found is None:
            found = self._heads.get(index)
            if found is None:
                found = _condition_before(source, index, opener)
            passed.append(index)
            index = min(source.match.get(index - 1, index - 1), index - 1)
        self._heads.update(dict.fromkeys(passed, found))
        return found


def _condition_before(source: Source, index: int, opener: int) -> bool | None:
    """True for a condition right before the token, False where the statement begins with it, else None."""
    if source.is_control_head(index - 1) or source.is_name(index - 1, "else", *CONTROLS):
        return True
    if source.is_mark(index - 1, "?:", "&&", "||") or _is_choice_mark(source, index - 1):
        return True
    if source.is_mark(index - 1, "->"):
        return _is_choice(source, opener)
    return False if index - 1 <= opener or source.begins_statement(index) else None


def _is_choice_mark(source: Source, index: int) -> bool:
    """Java's `a ? b : c`, and not `Map<?, T>`; in Kotlin a question mark belongs to a type."""
    return (
        source.language == "java"
        and source.is_mark(index, "?")
        and not source.is_mark(index + 1, ">", ",")
        and not source.is_name(index + 1, "extends", "super")
    )


def _is_choice(source: Source, opener: int) -> bool:
    """Whether the braces are those of `when` or `switch`; only there does an arrow mean a branch."""
    if opener < 0:
        return False
    before = source.match.get(opener - 1, opener) - 1 if source.is_mark(opener - 1, ")") else opener - 1
    return source.is_name(before, "when", "switch")


def _is_body(source: Source, opener: int) -> bool:
    """The body of a function, a class or an initialiser: what calls it is not looked at."""
    if source.declared(opener):
        return True
    words = [source.tokens[one] for one in source.header(opener)]
    if any(one.is_name("fun", "init", "static", "constructor", "get") for one in words):
        return True
    return source.language == "java" and is_java_method(source, opener)


def is_java_method(source: Source, opener: int) -> bool:
    """`Type name(…) {`, perhaps with `throws`."""
    header = source.header(opener)
    closer = next((one for one in reversed(header) if source.is_mark(one, ")")), -1)
    name = source.match.get(closer, 0) - 1
    return (
        closer >= 0
        and source.is_any_name(name)
        and source.is_any_name(name - 1)
        and not source.is_name(name - 1, "new", "return", "else")
    )


def _is_controlled(source: Source, opener: int) -> bool:
    """Whether the braces belong to a condition or a loop, in words or as a function that takes a block."""
    before = opener - 1
    if source.is_name(before, "else", "do", "finally", "try"):
        return source.is_name(before, "else", "do")
    if source.is_mark(before, "->"):
        return True
    if source.is_mark(before, ")"):
        before = source.match.get(before, before) - 1
    if source.is_name(before, *CONTROLS):
        return True
    return source.is_name(before, *_LOOPS) or source.is_mark(before - 1, "?.")
