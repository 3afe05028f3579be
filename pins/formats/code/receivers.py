"""On which object a call inside nested blocks works."""

from pins.formats.code.structure import CONTROLS, Source

_SAME_OBJECT = frozenset(
    {"forEach", "forEachIndexed", "onEach", "map", "let", "also", "takeIf", "takeUnless", "filter", "repeat"}
)
_CONTROLS = (*CONTROLS, "else", "try", "finally", "do")


def has_receiver(source: Source, index: int, block: int, receiver: str) -> bool:
    """Whether the object of `block` is still meant at this token: as `this`, or by the name `receiver`."""
    opener = source.outer[index]
    while opener not in (block, -1):
        if source.is_mark(opener, "{") and not _keeps(source, opener, receiver):
            return False
        opener = source.outer[opener]
    return True


def _keeps(source: Source, opener: int, receiver: str) -> bool:
    """Blocks of a condition or a loop do, and lambdas that have neither an object of their own nor the same name."""
    before = opener - 1
    if source.is_mark(before, ")"):
        before = source.match.get(before, before) - 1
    if source.is_name(before, *_CONTROLS) or source.is_mark(before, "->"):
        return True
    if receiver == "it" and not _names_parameter(source, opener):
        return False
    if receiver and receiver != "it":
        return True
    is_free = source.is_name(before, "run") and not source.is_mark(before - 1, ".", "?.")
    return is_free or source.is_name(before, *_SAME_OBJECT)


def _names_parameter(source: Source, opener: int) -> bool:
    """`{ name -> …` or `{ (first, second) -> …`."""
    at = opener + 1
    at = source.match.get(at, at) + 1 if source.is_mark(at, "(") else at + 1
    while source.is_mark(at, ",") and source.is_any_name(at + 1):
        at += 2
    return source.is_mark(at, "->")
