"""Finds the calls by which React Native apps pin: `initializeSslPinning(…)`, and `fetch(…)` of its pinning library."""

from collections.abc import Iterator
from dataclasses import dataclass

from pins.formats.code.lexer import Kind
from pins.formats.code.script import Script, is_conditional

INITIALIZE, DISABLE, FETCH = "initializeSslPinning", "disableSslPinning", "fetch"
_KEY_PINNING, _PINNING = "react-native-ssl-public-key-pinning", "react-native-ssl-pinning"


@dataclass(frozen=True, slots=True)
class Call:
    """`is_known`: the source says that the function is the library's, and not one of the same name."""

    name: str
    index: int
    arguments: tuple[range, ...]
    is_conditional: bool
    is_known: bool


def pinning_calls(script: Script) -> Iterator[Call]:
    """In the order of the source."""
    names = _local_names(script)
    for index, token in enumerate(script.tokens):
        if token.kind is not Kind.NAME or not script.is_mark(index + 1, "("):
            continue
        if script.is_name(index - 1, "function", "new") or _is_declared(script, index):
            continue
        name = names.get(token.text) or (token.text if token.text in (INITIALIZE, DISABLE, FETCH) else "")
        if name:
            is_known = token.text in names or name != FETCH
            arguments = tuple(script.arguments(index + 1))
            yield Call(name, index, arguments, is_conditional(script, index), is_known)


def _is_declared(script: Script, index: int) -> bool:
    """A method of that name, with its body behind the brackets."""
    return script.is_mark(script.match[index + 1] + 1, "{")


def _local_names(script: Script) -> dict[str, str]:
    """What the functions of the libraries are called in this file, from its imports and requires."""
    found: dict[str, str] = {}
    for index, token in enumerate(script.tokens):
        if token.kind is not Kind.STRING or token.text[1:-1] not in (_KEY_PINNING, _PINNING):
            continue
        wanted = (FETCH,) if token.text[1:-1] == _PINNING else (INITIALIZE, DISABLE)
        for at in range(_statement(script, index), index):
            if script.is_name(at, *wanted):
                is_renamed = script.is_name(at + 1, "as") or script.is_mark(at + 1, ":")
                local = script.tokens[at + 2] if is_renamed and script.is_any_name(at + 2) else script.tokens[at]
                found[local.text] = script.tokens[at].text
    return found


def _statement(script: Script, index: int) -> int:
    """Where the import or the declaration around a module's name begins."""
    for at in range(index, max(index - 64, -1), -1):
        if script.is_name(at, "import", "const", "let", "var"):
            return at
    return index
