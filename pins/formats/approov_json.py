"""Approov's pins as its SDK hands them to the app: for each host a list of key hashes, `*` for the managed roots.

Source: approov-service-okhttp ApproovService.java buildPins. An app fetches them when it runs; a file of them is a
picture of one moment.
"""

from pins.encodings import decode_okio
from pins.errors import PinError
from pins.formats.json_lists import json_list
from pins.formats.layout import Document, PinList
from pins.notations import pin_problem
from pins.pinset import Pin, PinKind, PinRule, PinSet, Problem
from pins.reading import MAXIMUM_PINS, Text, read_text
from pins.reading.json_text import Array, Node, Object, String, read_json

FORMAT = "approov_json"
MANAGED = "*"
_SHORTEST = 27  # characters of the base64 of a SHA-1
_REFUSED = "The pinner cannot be built because of it, so no request of the app goes out. Repair it."


def looks_like(text: Text) -> bool:
    """An object of lists of texts, of which one looks like a hash or all are empty."""
    if not text.content.lstrip().startswith("{"):
        return False
    try:
        root = read_json(text)
    except PinError:
        return False
    if not isinstance(root, Object) or not root.members:
        return False
    lists = [node for _, node in root.members if isinstance(node, Array)]
    items = [item for one in lists for item in one.items]
    names = [name.value for name, _ in root.members]
    return (
        len(lists) == len(root.members)
        and all(name == MANAGED or "." in name for name in names)
        and all(isinstance(item, String) for item in items)
        and (not items or any(isinstance(item, String) and len(item.value) >= _SHORTEST for item in items))
    )


def read(source: bytes) -> Document:
    text = read_text(source)
    root = read_json(text)
    if not isinstance(root, Object):
        raise PinError(
            'The JSON is no object, so these are no pins of Approov. They should read {"api.example.com": ["…"], '
            '"*": ["…"]}.',
            text.place(root.span.start),
            code="wrong_format",
        )
    return _Reader(text).document(root)


class _Reader:
    def __init__(self, text: Text) -> None:
        self.text = text
        self._problems: list[Problem] = []
        self._lists: list[PinList] = []
        self._pins: dict[str, tuple[int, tuple[Pin, ...]]] = {}

    def document(self, root: Object) -> Document:
        for name in root.repeated():
            what = f"{name.value} stands here more than once, and only the last one counts. Merge them."
            self._note("duplicate_key", what, name, name.value)
        names: dict[str, String] = {}
        for name, node in root.members:
            names[name.value] = name
            self._read_list(name, node)
        hosts = [name for value, name in names.items() if value != MANAGED]
        placed = [self._rule(name) for name in hosts]
        self._note_unused(names, used={index for _, index in placed})
        pin_set = PinSet(
            format=FORMAT,
            source=self.text.encode(self.text.content),
            rules=tuple(rule for rule, _ in placed),
            problems=tuple(sorted(self._problems, key=lambda one: (one.place.line or 0, one.place.column or 0))),
        )
        return Document(self.text, pin_set, tuple(self._lists), tuple(index for _, index in placed))

    def _read_list(self, name: String, node: Node) -> None:
        if not isinstance(node, Array):
            self._refuse("not_a_list", f"What stands under {name.value} is no list.", node, name.value)
            return
        strings = [(at, one) for at, one in enumerate(node.items) if isinstance(one, String)]
        for at, one in enumerate(node.items):
            if not isinstance(one, String):
                self._refuse("not_a_text", "This hash is no text.", one, f"{name.value}[{at}]")
        self._lists.append(json_list(self.text, node, [one for _, one in strings]))
        if sum(len(one.slots) for one in self._lists) > MAXIMUM_PINS:
            raise PinError(
                f"The file has more than {MAXIMUM_PINS:,} hashes; no app needs that. Check that it is the right file.",
                code="too_large",
            )
        pins = tuple(self._pin(one, f"{name.value}[{at}]") for at, one in strings)
        self._pins[name.value] = (len(self._lists) - 1, pins)

    def _rule(self, name: String) -> tuple[PinRule, int | None]:
        """A host with an empty list gets the managed roots, and shares their list."""
        index, pins = self._pins.get(name.value, (None, ()))
        if not pins and MANAGED in self._pins:
            index, pins = self._pins[MANAGED]
        return PinRule(name.value, self.text.place(name.span.start + 1, name.value), pins), index

    def _pin(self, node: String, path: str) -> Pin:
        text, digest = node.value, decode_okio(node.value)
        if digest is None:
            self._refuse("not_base64", f"The hash “{text[:100]}” is no base64.", node, path)
        is_prefixed = text.lower().startswith(("sha256/", "sha1/"))
        problem = "wrong_prefix" if is_prefixed else pin_problem(text, digest, PinKind.SPKI_SHA256)
        return Pin(text, PinKind.SPKI_SHA256, digest, self.text.place(node.span.start + 1, path), problem)

    def _note_unused(self, names: dict[str, String], used: set[int | None]) -> None:
        if MANAGED in self._pins and self._pins[MANAGED][0] not in used:
            what = "No host has an empty list, so the managed roots under * are used for none."
            self._note("managed_roots_unused", what, names[MANAGED], MANAGED)

    def _note(self, code: str, what: str, node: Node, path: str) -> None:
        self._problems.append(Problem(code, what, self.text.place(node.span.start, path)))

    def _refuse(self, code: str, what: str, node: Node, path: str) -> None:
        place = self.text.place(node.span.start, path)
        self._problems.append(Problem(code, f"{what} {_REFUSED}", place, is_refused=True))
