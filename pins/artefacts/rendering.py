"""A compiled Network Security Config as the XML it was compiled from, each element on the line it had there."""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from pins.artefacts.tree import Attribute, Node, Reference, Table, broken
from pins.reading import MAXIMUM_BYTES

BOOLEANS = frozenset({"includeSubdomains", "overridePins", "cleartextTrafficPermitted", "hstsEnforced"})
BETWEEN_TEXTS = "<!-- -->"
"""Two runs of text are a text with a comment in it; Android refuses that in a domain and in a pin."""

_MAXIMUM_LINES = 20_000
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_NO_NAME = "no-name"


def rendered(root: Node, table: Table | None) -> bytes:
    """What `pins.formats` reads as `android_nsc`."""
    return _Writer(table).write(root).encode("utf-8", "replace")


def written_reference(reference: Reference, table: Table | None) -> str:
    """`@raw/ca`, or the number in hex where names were taken out of the app."""
    name = reference.name or (table.name(reference) if table else "")
    return f"@{name}" if name else f"@0x{reference.id:08x}"


class _Writer:
    def __init__(self, table: Table | None) -> None:
        self._table = table
        self._names: dict[Reference, str] = {}
        self._parts: list[str] = []
        self._line = 1
        self._length = 0

    def write(self, root: Node) -> str:
        self._element(root)
        return "".join(self._parts)

    def _element(self, node: Node) -> None:
        """Depth is bounded where the tree is read."""
        if self._line < node.line <= _MAXIMUM_LINES:
            self._add("\n" * (node.line - self._line))
        name = node.name if _NAME.fullmatch(node.name) else _NO_NAME  # a compiled name may be any text
        self._add(f"<{name}{''.join(self._attributes(node))}>")
        # aapt2 drops blank runs of text from an .apk and keeps them in an .aab, which it turns into an .apk later
        self._add(BETWEEN_TEXTS.join(escape(text) for text in node.texts if text.strip()))
        for child in node.children:
            self._element(child)
        self._add(f"</{name}>")

    def _add(self, text: str) -> None:
        self._length += len(text)
        if self._length > MAXIMUM_BYTES:
            raise broken("is longer than any configuration", code="oversized_member")
        self._line += text.count("\n")
        self._parts.append(text)

    def _attributes(self, node: Node) -> Iterator[str]:
        """Android reads those without a namespace only; of several with one name the first counts."""
        seen = set()
        for attribute in node.attributes:
            is_read = not attribute.namespace and attribute.value is not None and _NAME.fullmatch(attribute.name)
            if is_read and attribute.name not in seen:
                seen.add(attribute.name)
                yield f" {attribute.name}={quoteattr(self._value(attribute))}"

    def _value(self, attribute: Attribute) -> str:
        value = attribute.value
        if isinstance(value, Reference):
            if value not in self._names:
                self._names[value] = written_reference(value, self._table)
            return self._names[value]
        if attribute.name in BOOLEANS and isinstance(value, int):  # AOSP XmlBlock.java getAttributeBooleanValue
            value = value != 0
        return str(value).lower() if isinstance(value, bool) else str(value)
