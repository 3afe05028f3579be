"""What an expression of a script can be, and how a stretch of tokens is taken apart at its own level."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pins.formats.code.folding import Open, Words
from pins.formats.code.lexer import Kind, Token
from pins.reading import Span

_LEVELS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_TYPES = ("as", "satisfies")

Tokens = Sequence[Token]


@dataclass(frozen=True, slots=True)
class Flag:
    """`true` or `false`; `undefined` and `null` are a flag of neither."""

    value: bool | None


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a list. `is_spread`: it comes with others from one expression, which `span` covers."""

    span: Span
    value: "Value"
    is_spread: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `inner` is what stands between its brackets."""

    members: tuple[Member, ...]
    inner: Span


@dataclass(frozen=True, slots=True)
class Field:
    """A key of an object and its value, not looked at yet; `anchor` is where names in it are looked up."""

    name: str
    place: int
    tokens: Tokens
    anchor: int


@dataclass(frozen=True, slots=True)
class Record:
    """An object with the last value of each key. `gaps`: parts of it that are not known."""

    fields: Mapping[str, Field]
    span: Span
    gaps: tuple[Open, ...] = ()


Value = Words | Items | Record | Flag | Open


def bare(tokens: Tokens) -> Tokens:
    """Without `await` before and without the types of TypeScript behind."""
    while tokens and tokens[0].is_name("await"):
        tokens = tokens[1:]
    level = 0
    for index, token in enumerate(tokens):
        level += _LEVELS.get(token.text, 0) if token.kind is Kind.MARK else 0
        if level == 0 and index and token.is_name(*_TYPES):
            tokens = tokens[:index]
            break
    while tokens and tokens[-1].is_mark("!"):
        tokens = tokens[:-1]
    return tokens


def top(tokens: Tokens) -> Iterator[Token]:
    """The tokens that stand in no bracket."""
    level = 0
    for token in tokens:
        change = _LEVELS.get(token.text, 0) if token.kind is Kind.MARK else 0
        if level == 0 and change == 0:
            yield token
        level += change


def split(tokens: Tokens, separator: str) -> Iterator[Tokens]:
    """The stretches between separators that stand in no bracket."""
    start, level = 0, 0
    for index, token in enumerate(tokens):
        if token.kind is Kind.MARK:
            level += _LEVELS.get(token.text, 0)
            if level == 0 and token.text == separator:
                yield tokens[start:index]
                start = index + 1
    yield tokens[start:]


def is_one_group(tokens: Tokens) -> bool:
    """Whether the bracket that opens first closes last."""
    if len(tokens) < 2 or not tokens[0].is_mark("(", "[", "{"):
        return False
    level = 0
    for index, token in enumerate(tokens):
        level += _LEVELS.get(token.text, 0) if token.kind is Kind.MARK else 0
        if level == 0:
            return index == len(tokens) - 1
    return False


def is_template(tokens: Tokens) -> bool:
    return len(tokens) == 1 and tokens[0].kind is Kind.STRING and tokens[0].text.startswith("`")


def is_path(tokens: Tokens) -> bool:
    names_fit = all(one.kind is Kind.NAME for one in tokens[::2])
    return names_fit and len(tokens) % 2 == 1 and all(one.is_mark(".", "?.") for one in tokens[1::2])
