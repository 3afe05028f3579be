"""A Capacitor build action: the XML that it injects on Android and the TrustKit configuration that it writes on iOS.

Source: the build actions and documentation of capacitor-outsystems-sslpinning. What the app's own files hold beside
what is injected is not known here.
"""

from collections.abc import Iterator
from dataclasses import replace

from pins.decision import Client
from pins.errors import PinError
from pins.formats.android_config import ROOT, read_config
from pins.formats.bare_pins import Notation
from pins.formats.drafting import Draft
from pins.formats.embedded_lists import in_file
from pins.formats.json_properties import from_json
from pins.formats.layout import Document, PinList
from pins.formats.trustkit_policy import EXPIRATION, ConfigurationReader
from pins.pinset import PinRule, PinSet, Problem
from pins.reading import MAXIMUM_PINS, Text, read_text, read_xml
from pins.reading.embedded import embedded_text
from pins.reading.json_text import Array, Node, Object, String, read_json

FORMAT = "capacitor_build_action"
CONFIGURATION = "TSKConfiguration"
ANDROID, IOS = Client.ANDROID_NSC.value, Client.TRUSTKIT_IOS.value
NOTATION = Notation('"', '"', has_commas=True, before_end=f', "{EXPIRATION}": "')
_WAYS = ("inject", "merge", "replace")


def looks_like(text: Text) -> bool:
    is_object = text.content.lstrip().startswith("{")
    return is_object and '"platforms"' in text.content and (ROOT in text.content or CONFIGURATION in text.content)


def read(source: bytes) -> Document:
    text = read_text(source)
    root = read_json(text)
    platforms = root.get("platforms") if isinstance(root, Object) else None
    if not isinstance(platforms, Object):
        raise PinError(
            'The JSON has no "platforms", so it is no build action. It should read {"platforms": {"android": {"xml": '
            '[…]}, "ios": {"plist": […]}}}.',
            text.place(root.span.start),
            code="wrong_format",
        )
    return _Reader(text).document(platforms)


class _Reader:
    def __init__(self, text: Text) -> None:
        self.text = text
        self._problems: list[Problem] = []
        self._rules: list[PinRule] = []
        self._lists: list[PinList] = []
        self._list_of_rule: list[int | None] = []
        self._kinds: set[str] = set()
        self._domains: set[str] = set()

    def document(self, platforms: Object) -> Document:
        for path, entry in _entries(platforms, "android", "xml"):
            self._android(entry, path)
        for path, entry in _entries(platforms, "ios", "plist"):
            self._ios(entry, path)
        if not self._kinds and not self._problems:
            what = "The build action injects no pins. Give the one that configures SSL pinning."
            self._note("no_pins_injected", what, platforms, "platforms")
        pin_set = PinSet(
            format=FORMAT,
            source=self.text.encode(self.text.content),
            rules=tuple(self._rules),
            problems=tuple(sorted(self._problems, key=lambda one: (one.place.line or 0, one.place.column or 0))),
            client_kinds=frozenset(self._kinds),
        )
        return Document(self.text, pin_set, tuple(self._lists), tuple(self._list_of_rule))

    def _android(self, entry: Object, path: str) -> None:
        target = entry.get("target")
        is_config = isinstance(target, String) and target.value.rpartition("/")[2] == ROOT
        for way in _WAYS:
            node = entry.get(way)
            if not isinstance(node, String) or "<" not in node.value:
                continue
            where = f"{path}.{way}"
            if is_config:
                self._xml(node, where)
            elif "<pin" in node.value:
                what = "These pins go into another place than a Network Security Config, so they are not read."
                self._note("pins_not_read", f"{what} Check the target.", node, where)

    def _xml(self, node: String, path: str) -> None:
        is_whole = node.value.lstrip().startswith((f"<{ROOT}", "<?xml"))
        around = ("", "") if is_whole else (f"<{ROOT}>", f"</{ROOT}>")
        text = embedded_text(self.text, node, path, before=around[0], after=around[1])
        found = read_config(text, read_xml(text), self._domains)
        first = len(self._lists)
        self._lists += [in_file(text, one) for one in found.lists]
        for rule, index in found.rules:
            if not rule.scope:
                self._add(rule, None if index is None else first + index, ANDROID)
        self._problems += [replace(one, scope=ANDROID) for one in found.problems if not one.scope]
        self._kinds.add(ANDROID)

    def _ios(self, entry: Object, path: str) -> None:
        entries = entry.get("entries")
        for at, one in enumerate(entries.items if isinstance(entries, Array) else ()):
            where = f"{path}.entries[{at}]"
            if not isinstance(one, Object):
                continue
            if one.get("NSAppTransportSecurity") is not None:
                what = "Pins under NSAppTransportSecurity in a build action are not read. Give the built Info.plist."
                self._note("pins_not_read", what, one, f"{where}.NSAppTransportSecurity")
            configuration = one.get(CONFIGURATION)
            if isinstance(configuration, Object) and configuration.members:
                self._trustkit(configuration, f"{where}.{CONFIGURATION}")

    def _trustkit(self, configuration: Object, path: str) -> None:
        draft = Draft()
        draft.scope = IOS
        ConfigurationReader(draft, NOTATION).read(from_json(self.text, configuration, path))
        found = draft.document(self.text, b"", FORMAT)
        first = len(self._lists)
        self._lists += found.lists
        for rule, index in zip(found.pin_set.rules, found.list_of_rule, strict=True):
            self._add(rule, None if index is None else first + index, IOS)
        self._problems += found.pin_set.problems
        self._kinds.add(IOS)

    def _add(self, rule: PinRule, index: int | None, scope: str) -> None:
        self._rules.append(replace(rule, scope=scope))
        self._list_of_rule.append(index)
        if sum(len(one.slots) for one in self._lists) > MAXIMUM_PINS:
            raise PinError(
                f"The file has more than {MAXIMUM_PINS:,} pins; no app needs that. Check that it is the right file.",
                code="too_large",
            )

    def _note(self, code: str, what: str, node: Node, path: str) -> None:
        self._problems.append(Problem(code, what, self.text.place(node.span.start, path)))


def _entries(platforms: Object, platform: str, kind: str) -> Iterator[tuple[str, Object]]:
    section = platforms.get(platform)
    entries = section.get(kind) if isinstance(section, Object) else None
    for at, entry in enumerate(entries.items if isinstance(entries, Array) else ()):
        if isinstance(entry, Object):
            yield f"platforms.{platform}.{kind}[{at}]", entry
