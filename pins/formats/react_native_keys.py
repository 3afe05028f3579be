"""The options of `initializeSslPinning`: domains with their key hashes, read for Android and for iOS.

Source: SslPublicKeyPinningModule.java and SslPublicKeyPinning.mm. The two read an odd date differently, and each then
has a rule of its own.
"""

import re
from dataclasses import replace
from datetime import date, timedelta

from pins.decision import Client
from pins.encodings import decode_okio
from pins.formats.code.folding import Open, Words
from pins.formats.code.script_parts import Field, Flag, Items, Record, Value
from pins.formats.code.script_values import ScriptFolder
from pins.formats.layout import ExpiryLayout, PinList
from pins.formats.react_native_rules import Rules, key_problem, list_layout
from pins.pinset import Expiration, Pin, PinKind, PinRule
from pins.reading import Span

HASHES, SUBDOMAINS, EXPIRATION = "publicKeyHashes", "includeSubdomains", "expirationDate"
ANDROID = Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_ANDROID.value
IOS = Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_IOS.value
_KIND = PinKind.SPKI_SHA256
_KNOWN = frozenset({HASHES, SUBDOMAINS, EXPIRATION})
_NO_HOST = frozenset("/: ?#@")
_USUAL = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LENIENT = re.compile(r"\s*(\d{1,9})-\s*(\d{1,9})-\s*(\d{1,9})", re.ASCII)


class KeyReader:
    def __init__(self, rules: Rules, folder: ScriptFolder) -> None:
        self.rules, self.folder = rules, folder

    def read(self, value: Value, offset: int, *, is_conditional: bool) -> None:
        self.rules.kinds |= {ANDROID, IOS}
        if not isinstance(value, Record):
            why = value.why if isinstance(value, Open) else "it is no object"
            self.leave_open(
                f"The domains are not known, because {why}.", value.offset if isinstance(value, Open) else offset
            )
            return
        for gap in value.gaps:
            self.leave_open(f"Not every domain is known, because {gap.why}.", gap.offset)
        for field in value.fields.values():
            self._domain(field, is_conditional=is_conditional)

    def leave_open(self, what: str, offset: int) -> None:
        self.rules.leave_open(
            "unresolved_code", f"{what} Write it as a literal or as a constant of the same file.", offset
        )

    def _domain(self, field: Field, *, is_conditional: bool) -> None:
        value = self.folder.field(field)
        if isinstance(value, Flag) and value.value is None:
            return
        if not isinstance(value, Record):
            why = value.why if isinstance(value, Open) else "they are no object"
            self.leave_open(f"The pins of {field.name} are not known, because {why}.", field.place)
            return
        for gap in value.gaps:
            self.leave_open(f"Not all options of {field.name} are known, because {gap.why}.", gap.offset)
        self._check(field, value)
        pins, layout, key = self._pins(field, value)
        rule = PinRule(
            pattern=field.name,
            place=self.rules.text.place(field.place + (self.rules.text.content[field.place] in "'\"`")),
            pins=pins,
            include_subdomains=self._includes_subdomains(field, value),
            group=self.rules.group,
            is_conditional=is_conditional,
        )
        end = value.fields.get(EXPIRATION)
        for one in self._with_end(rule, end):
            self.rules.add(one, layout, key)

    def _check(self, field: Field, value: Record) -> None:
        if "*" in field.name:
            what = f"iOS takes the star in {field.name} literally. Write the bare domain and includeSubdomains: true."
            self.rules.note("wildcard_ignored", what, field.place)
        elif not _NO_HOST.isdisjoint(field.name):
            what = f"“{field.name}” is more than a host name. Write the host name alone."
            self.rules.note("not_a_host", what, field.place)
        for name, option in value.fields.items():
            if name not in _KNOWN:
                what = f"The library does not read the option {name}. Correct its name, or remove it."
                self.rules.note("unknown_key", what, option.place)

    def _pins(self, field: Field, value: Record) -> tuple[tuple[Pin, ...] | None, PinList | None, Span | None]:
        option = value.fields.get(HASHES)
        items = self.folder.field(option) if option else None
        if isinstance(items, Items):
            pins = tuple(
                self._pin(one.value, one.span.start)
                if isinstance(one.value, Words)
                else self.rules.unresolved(
                    one, one.value.why if isinstance(one.value, Open) else "it is no text", _KIND
                )
                for one in items.members
            )
            layout = list_layout(self.rules.text, items)
            return pins, replace(layout, expiry=self._expiry(items, value)), items.inner
        if isinstance(items, Open) or value.gaps:
            why = items.why if isinstance(items, Open) else value.gaps[0].why
            self.leave_open(f"The pins of {field.name} are not known, because {why}.", field.place)
            pin = Pin(HASHES, _KIND, None, self.rules.text.place(field.place), "unresolved_code")
            return (pin,), None, None
        what = f"{field.name} has no list {HASHES}: Android skips the domain, and iOS rejects the whole configuration."
        self.rules.note("key_hashes_missing", f"{what} Add the hashes.", field.place)
        self.rules.note("key_hashes_missing", what, field.place, scope=IOS, is_refused=True)
        return None, None, None

    def _pin(self, words: Words, offset: int) -> Pin:
        text = words.value
        digest = decode_okio(text)
        place = self.rules.text.place(offset)
        return Pin(text, _KIND, digest, place, key_problem(text, text, digest))

    def _includes_subdomains(self, field: Field, value: Record) -> bool:
        option = value.fields.get(SUBDOMAINS)
        found = self.folder.field(option) if option else Flag(value=False)
        if isinstance(found, Flag):
            return bool(found.value)
        why = found.why if isinstance(found, Open) else "it is neither true nor false"
        self.leave_open(f"Whether the subdomains of {field.name} are pinned is not known, because {why}.", field.place)
        return False

    def _with_end(self, rule: PinRule, option: Field | None) -> list[PinRule]:
        """One rule, or one for each platform where they read the date differently."""
        found = self.folder.field(option) if option else None
        if option is None or found is None or (isinstance(found, Flag) and found.value is None):
            return [rule]
        if not isinstance(found, Words):
            why = found.why if isinstance(found, Open) else "it is no text"
            self.leave_open(f"The end of the pins of {rule.pattern} is not known, because {why}.", option.place)
            return [replace(rule, is_conditional=True)]
        text = found.value
        usual, lenient = _usual(text), _lenient(text)
        if usual == lenient and usual is not None:
            return [replace(rule, expiration=Expiration(text, usual))]
        self._note_odd_date(text, lenient, option.place)
        return [
            replace(rule, expiration=Expiration(text, lenient), scope=ANDROID),
            replace(rule, expiration=Expiration(text, usual), scope=IOS),
        ]

    def _note_odd_date(self, text: str, lenient: date | None, offset: int) -> None:
        what = f"iOS reads no date from “{text}”, so the pins never end there. Write it as 2027-01-31."
        self.rules.note("expiration_not_read", what, offset, scope=IOS)
        if lenient is None:
            what = f"Android reads no date from “{text}” and rejects the whole configuration. Write it as 2027-01-31."
            self.rules.note("expiration_rejected", what, offset, scope=ANDROID, is_refused=True)
        else:
            what = f"Android reads “{text}” as {lenient.isoformat()}. Write the date that you mean in full."
            self.rules.note("expiration_misread", what, offset, scope=ANDROID)

    def _expiry(self, items: Items, value: Record) -> ExpiryLayout | None:
        """An end that is there can be moved; none is added, because that would be more than its value."""
        option = value.fields.get(EXPIRATION)
        found = self.folder.field(option) if option else None
        if not isinstance(found, Words) or len(found.parts) != 1:
            return None
        return ExpiryLayout(found.parts[0].span, None, items.inner.end)


def _usual(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _USUAL.fullmatch(text) else None
    except ValueError:
        return None


def _lenient(text: str) -> date | None:
    """Java's lenient SimpleDateFormat: any digits, what is too much moves on, what follows is ignored."""
    found = _LENIENT.match(text)
    if found is None:
        return None
    year, month, day = (int(number) for number in found.groups())
    months = year * 12 + month - 1
    try:
        return date(months // 12, months % 12 + 1, 1) + timedelta(days=day - 1)
    except (ValueError, OverflowError):
        return date.max if year > 0 else None
