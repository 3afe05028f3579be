"""Wultra's list of certificate fingerprints, as its server signs it or as an app carries it for a start.

Source: GetFingerprintsResponse of ssl-pinning-ios and ssl-pinning-android. Signatures are not verified here: the key
for that is in the app's code.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta

from pins.decision import Client
from pins.encodings import decode_android, decode_nsdata
from pins.errors import PinError
from pins.formats.layout import Document, Hole, Part, PinList, Slot
from pins.notations import pin_problem
from pins.pinset import Expiration, Pin, PinKind, PinRule, PinSet, Problem
from pins.reading import MAXIMUM_PINS, Span, Text, read_text
from pins.reading.json_text import Array, Node, Object, Scalar, String, read_json

FORMAT = "wultra_json"
MILLISECONDS_FROM = 10**11  # as seconds it is the year 5138
_KNOWN = frozenset({"name", "fingerprint", "expires", "signature"})
_IOS = Client.WULTRA_IOS.value
_REFUSED = "The library cannot read the list because of it and trusts no certificate at all. Repair it."
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)
_SIGNED = "The entries are signed, so that a changed one is worth nothing. Add the certificate on the Wultra server."


def looks_like(text: Text) -> bool:
    return text.content.lstrip().startswith("{") and '"fingerprints"' in text.content


def read(source: bytes) -> Document:
    text = read_text(source)
    root = read_json(text)
    entries = root.get("fingerprints") if isinstance(root, Object) else None
    if not isinstance(entries, Array):
        raise PinError(
            'The JSON has no list "fingerprints", so it is no list of Wultra. It should read {"fingerprints": '
            '[{"name": …, "fingerprint": …, "expires": …}]}.',
            text.place(root.span.start),
            code="wrong_format",
        )
    return _Reader(text).document(entries)


class _Reader:
    def __init__(self, text: Text) -> None:
        self.text = text
        self._problems: list[Problem] = []
        self._rules: list[PinRule] = []
        self._lists: list[PinList] = []
        self._list_of_rule: list[int | None] = []

    def document(self, entries: Array) -> Document:
        if len(entries.items) > MAXIMUM_PINS:
            raise PinError(
                f"The list has more than {MAXIMUM_PINS:,} fingerprints; no app needs that. Check that it is the right "
                "file.",
                code="too_large",
            )
        for at, entry in enumerate(entries.items):
            path = f"fingerprints[{at}]"
            if isinstance(entry, Object):
                self._entry(entry, path)
            else:
                self._refuse("entry_malformed", "This entry is no object.", entry, path)
        if not entries.items:
            what = "The list is empty, so that no certificate is trusted before the app has fetched another one."
            self._note("no_fingerprints", f"{what} Add the certificate in use.", entries, "fingerprints")
        self._note_lonely()
        pin_set = PinSet(
            format=FORMAT,
            source=self.text.encode(self.text.content),
            rules=tuple(self._rules),
            problems=tuple(sorted(self._problems, key=lambda one: (one.place.line or 0, one.place.column or 0))),
        )
        return Document(self.text, pin_set, tuple(self._lists), tuple(self._list_of_rule), why_closed=_SIGNED)

    def _entry(self, entry: Object, path: str) -> None:
        for key, _ in entry.members:
            if key.value not in _KNOWN:
                what = f"The library does not read the key {key.value}. Correct its name, or remove it."
                self._note("unknown_key", what, key, path)
        name, fingerprint = entry.get("name"), entry.get("fingerprint")
        if not isinstance(fingerprint, String):
            self._refuse("entry_malformed", "This entry has no text “fingerprint”.", fingerprint or entry, path)
            return
        if not isinstance(name, String):
            what = "This entry has no text “name”, so it fits no certificate."
            self._refuse("entry_without_name", what, name or entry, path, scope=_IOS)
            return
        pin = self._pin(fingerprint, f"{path}.fingerprint")
        place = self.text.place(name.span.start + 1, f"{path}.name")
        self._rules.append(PinRule(name.value, place, (pin,), expiration=self._end(entry, path)))
        is_signed = isinstance(entry.get("signature"), String)
        self._list_of_rule.append(None if is_signed else len(self._lists))
        if not is_signed:
            self._lists.append(_layout(fingerprint))

    def _pin(self, node: String, path: str) -> Pin:
        text, strict = node.value, decode_nsdata(node.value)
        digest = decode_android(text) if strict is None else strict
        if digest is None:
            self._refuse("not_base64", f"The fingerprint “{text[:100]}” is no base64.", node, path)
        elif strict is None:
            what = f"The fingerprint “{text[:100]}” is base64 for Android only."
            self._refuse("non_canonical_base64", what, node, path, scope=_IOS)
        problem = pin_problem(text, digest, PinKind.CERTIFICATE_SHA256)
        return Pin(text, PinKind.CERTIFICATE_SHA256, digest, self.text.place(node.span.start + 1, path), problem)

    def _end(self, entry: Object, path: str) -> Expiration | None:
        node = entry.get("expires")
        written = node.value if isinstance(node, String) else node.source if isinstance(node, Scalar) else ""
        seconds = _seconds(written)
        if node is None or seconds is None:
            self._refuse("expires_not_read", "This entry has no number “expires”.", node or entry, f"{path}.expires")
            return None
        if isinstance(node, String):
            what = "“expires” is a text and not a number."
            self._refuse("expires_not_read", what, node, f"{path}.expires", scope=_IOS)
        if seconds >= MILLISECONDS_FROM:
            what = (
                f"The library reads {written} as seconds, so that this entry does not end for thousands of years. It "
                f"was perhaps meant in milliseconds: write {int(seconds // 1000)}."
            )
            self._note("expires_in_milliseconds", what, node, f"{path}.expires")
        instant = _instant(seconds)
        return Expiration(written, instant.date(), instant)

    def _note_lonely(self) -> None:
        counts = Counter(rule.pattern for rule in self._rules)
        for rule in self._rules:
            if counts[rule.pattern] == 1:
                what = f"{rule.pattern} has only one fingerprint, so that its certificate cannot be renewed before"
                message = f"{what} every app has fetched another list. Add the next certificate early."
                self._problems.append(Problem("single_fingerprint", message, rule.place))

    def _note(self, code: str, what: str, node: Node, path: str) -> None:
        self._problems.append(Problem(code, what, self.text.place(node.span.start, path)))

    def _refuse(self, code: str, what: str, node: Node, path: str, *, scope: str = "") -> None:
        place = self.text.place(node.span.start, path)
        self._problems.append(Problem(code, f"{what} {_REFUSED}", place, is_refused=True, scope=scope))


def _layout(node: String) -> PinList:
    """One entry has one fingerprint: it can become another, and neither go nor get company."""
    inner = Span(node.span.start + 1, node.span.end - 1)
    slot = Slot(node.span, (Part(inner, node.value),), is_removable=False)
    return PinList((slot,), Hole(inner, "", "", ""), node.span.start, before='"', after='"', has_commas=True)


def _seconds(written: str) -> float | None:
    try:
        seconds = float(written)
    except ValueError:
        return None
    return seconds if abs(seconds) < 10**18 else None


def _instant(seconds: float) -> datetime:
    """Clamped to what can be represented: an end after the year 9999 is none."""
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return _LAST if seconds > 0 else _EPOCH
