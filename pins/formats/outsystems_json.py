"""The JSON file of the OutSystems SSL pinning plugin: hosts and their hashes, and what the plugin's build step refuses.

What Android and iOS make of it at run time is decided in `clients`; the two differ.
"""

from collections.abc import Iterator

from pins.encodings import decode_android
from pins.errors import PinError, Place
from pins.formats.json_lists import json_list
from pins.formats.layout import Document, PinList
from pins.notations import pin_problem
from pins.pinset import Pin, PinKind, PinRule, PinSet, Problem
from pins.reading import MAXIMUM_PINS, Text, read_text
from pins.reading.json_text import Array, Node, Object, String, read_json

FORMAT = "outsystems_json"
_NO_HOST = frozenset("/: ?#@")
_BUILD = "The plugin refuses the file at build time."


def looks_like(text: Text) -> bool:
    return '"hosts"' in text.content and text.content.lstrip().startswith("{")


def read(source: bytes) -> Document:
    text = read_text(source)
    root = read_json(text)
    if not isinstance(root, Object):
        raise PinError(
            'The JSON is no object with "hosts", so it is no pinning file of the OutSystems plugin. '
            'It should read {"hosts": [{"host": …, "hashes": […]}]}.',
            text.place(root.span.start),
            code="wrong_format",
        )
    return _Reader(text).document(root)


class _Reader:
    def __init__(self, text: Text) -> None:
        self.text = text
        self._problems: list[tuple[int, Problem]] = []
        self._rules: list[PinRule] = []
        self._lists: list[PinList] = []
        self._list_of_rule: list[int | None] = []
        self._seen: set[str] = set()
        self._pin_count = 0

    def document(self, root: Object) -> Document:
        self._check_keys(root, ("hosts",), "")
        for path, entry in self._entries(root):
            if isinstance(entry, Object):
                self._entry(entry, path)
            else:
                self._refuse("host_missing", "This entry is no object with a host.", entry.span.start, path)
        ordered = tuple(problem for _, problem in sorted(self._problems, key=lambda one: one[0]))
        pin_set = PinSet(FORMAT, self.text.encode(self.text.content), tuple(self._rules), ordered)
        return Document(self.text, pin_set, tuple(self._lists), tuple(self._list_of_rule))

    def _entries(self, root: Object) -> Iterator[tuple[str, Node]]:
        hosts = root.get("hosts")
        if not isinstance(hosts, Array) or not hosts.items:
            what = 'There is no list "hosts" with an entry in it.'
            self._refuse("hosts_missing", what, (hosts or root).span.start, "hosts")
            return
        for index, entry in enumerate(hosts.items):
            yield f"hosts[{index}]", entry

    def _entry(self, entry: Object, path: str) -> None:
        self._check_keys(entry, ("host", "hashes"), path)
        host = entry.get("host")
        if not isinstance(host, String) or not host.value:
            instead = " The key is called host, not fqdn." if entry.get("fqdn") else ""
            what = f"The entry names no host.{instead}"
            self._refuse("host_missing", what, (host or entry).span.start, path)
            return
        self._check_host(host, f"{path}.host")
        hashes = entry.get("hashes")
        pins = self._pins(hashes, f"{path}.hashes") if isinstance(hashes, Array) else None
        if pins is None:
            what = f'{host.value} has no list "hashes".'
            self._refuse("hashes_missing", what, (hashes or entry).span.start, f"{path}.hashes")
        self._list_of_rule.append(None if pins is None else len(self._lists) - 1)
        self._rules.append(PinRule(host.value, self._place(host.span.start + 1, f"{path}.host"), pins))

    def _check_host(self, host: String, path: str) -> None:
        name, at = host.value, host.span.start + 1
        if "*" in name:
            self._note("wildcard_ignored", f"The star in {name} covers no host. Write full host names.", at, path)
        elif not _NO_HOST.isdisjoint(name):
            self._note("not_a_host", f"“{name}” is more than a host name. Write the host name alone.", at, path)
        if name.lower() in self._seen:
            what = f"{name} stands in the file more than once. Merge the entries."
            self._note("duplicate_host", what, at, path)
        self._seen.add(name.lower())

    def _pins(self, hashes: Array, path: str) -> tuple[Pin, ...]:
        if len(hashes.items) < 2:
            what = (
                f"The plugin wants at least two hashes for a host, and there is {('none', 'one')[len(hashes.items)]}."
            )
            self._refuse("too_few_hashes", what, hashes.span.start, path)
        self._pin_count += len(hashes.items)
        if self._pin_count > MAXIMUM_PINS:
            raise PinError(
                f"The file has more than {MAXIMUM_PINS:,} hashes; no app needs that. Check that it is the right file.",
                self._place(hashes.span.start, path),
                code="too_large",
            )
        texts = [(f"{path}[{index}]", one) for index, one in enumerate(hashes.items)]
        for place, one in texts:
            if not isinstance(one, String):
                self._refuse("not_a_text", "This hash is no text in double quotes.", one.span.start, place)
        strings = [(place, one) for place, one in texts if isinstance(one, String)]
        self._lists.append(json_list(self.text, hashes, [one for _, one in strings]))
        return tuple(_pin(one, self._place(one.span.start + 1, place)) for place, one in strings)

    def _check_keys(self, node: Object, known: tuple[str, ...], path: str) -> None:
        for name in node.repeated():
            what = f"The key {name.value} stands here more than once, and only the last value counts. Merge them."
            self._note("duplicate_key", what, name.span.start, path)
        for name, _ in node.members:
            if name.value not in known:
                what = f"The plugin does not read the key {name.value}. Correct its name, or remove it."
                self._note("unknown_key", what, name.span.start, path)

    def _place(self, offset: int, path: str) -> Place:
        return self.text.place(offset, path)

    def _refuse(self, code: str, what: str, offset: int, path: str) -> None:
        problem = Problem(code, f"{what} {_BUILD}", self._place(offset, path), is_refused=True)
        self._problems.append((offset, problem))

    def _note(self, code: str, what: str, offset: int, path: str) -> None:
        self._problems.append((offset, Problem(code, what, self._place(offset, path))))


def _pin(node: String, place: Place) -> Pin:
    """The build step takes off `sha256/` and nothing else."""
    text = node.value
    if text.startswith("sha1/"):
        return Pin(text, PinKind.SPKI_SHA1, decode_android(text.removeprefix("sha1/")), place, "sha1_pin")
    body = text.removeprefix("sha256/")
    digest = decode_android(body)
    if body == text and text.lower().startswith(("sha256", "sha1", "sha-", "pin-")):
        return Pin(text, PinKind.SPKI_SHA256, digest, place, "wrong_prefix")
    problem = pin_problem(body, digest, PinKind.SPKI_SHA256)
    if problem is None and body == text:
        problem = "missing_prefix"
    return Pin(text, PinKind.SPKI_SHA256, digest, place, problem)
