"""Compiled XML and resources as values, whatever they were compiled to; what they mean is decided elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from pins.errors import PinError

MAXIMUM_TEXT = 4 * 1024 * 1024
"""Characters that one compiled file may spell out; its strings can be used any number of times."""


class Reference(NamedTuple):
    """A resource by its number, and by `type/name` where the file has the name; one of both may be missing."""

    id: int
    name: str = ""


Value = str | int | bool | Reference | None


class Attribute(NamedTuple):
    """`id` is that of the attribute as the system knows it, 0 for attributes that the system does not define."""

    name: str
    namespace: str
    id: int
    value: Value


@dataclass(frozen=True, slots=True)
class Node:
    """`texts` are the runs of text between elements; a comment in the source makes two of one. `line` of the source."""

    name: str
    attributes: tuple[Attribute, ...]
    children: tuple["Node", ...]
    texts: tuple[str, ...]
    line: int

    def by_id(self, id: int, name: str) -> Value:  # noqa: A002
        """The system goes by the number; the name is for files whose numbers are missing."""
        for attribute in self.attributes:
            if attribute.id == id:
                return attribute.value
        return next((one.value for one in self.attributes if not one.id and one.name == name and one.namespace), None)

    def plain(self, name: str) -> Value:
        return next((one.value for one in self.attributes if one.name == name and not one.namespace), None)

    def child(self, name: str) -> "Node | None":
        return next((child for child in self.children if child.name == name), None)


class Configured(NamedTuple):
    """One value of a resource, and the API level from which on it counts."""

    value: Value
    since: int = 0
    has_other_conditions: bool = False


class Table(Protocol):
    """Resources by number."""

    def values(self, reference: Reference) -> tuple[Configured, ...]:
        """Every configuration of the resource, aliases followed; a file is the path of its member."""
        ...

    def name(self, reference: Reference) -> str:
        """`type/name`, empty where the table does not tell."""
        ...

    def sibling(self, reference: Reference, suffix: str) -> Reference | None:
        """The resource of the same type whose name is this one's with `suffix`."""
        ...


class Spelled:
    """Counts the characters taken out of one compiled file."""

    def __init__(self) -> None:
        self.left = MAXIMUM_TEXT

    def take(self, text: str) -> str:
        self.left -= len(text) + 1
        if self.left < 0:
            raise broken("spells out more text than any configuration has", code="oversized_member")
        return text


def broken(what: str, *, code: str = "unreadable_member") -> PinError:
    """The caller puts the name of the member in front."""
    return PinError(what, code=code)


def walk(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(reversed(found.children))
