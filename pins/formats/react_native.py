"""JavaScript and TypeScript of React Native apps that pin with react-native-ssl-public-key-pinning or -ssl-pinning.

Also the object that `initializeSslPinning` is given, as JSON or as a constant. What runs only under a condition, is
computed or stands in another file is reported with its line and never guessed.
"""

from pins.errors import PinError
from pins.formats.code.script import Script
from pins.formats.code.script_calls import DISABLE, FETCH, INITIALIZE, Call, pinning_calls
from pins.formats.code.script_lexer import read_script
from pins.formats.code.script_parts import Record
from pins.formats.code.script_values import ScriptFolder
from pins.formats.layout import Document
from pins.formats.react_native_fetch import FetchReader
from pins.formats.react_native_keys import ANDROID, HASHES, IOS, KeyReader
from pins.formats.react_native_rules import Rules
from pins.pinset import PinSet
from pins.reading import Text, read_text
from pins.reading.json_text import read_json

FORMAT = "react_native"
_MARKS = ("initializeSslPinning", "publicKeyHashes", "sslPinning", "react-native-ssl-p")


def looks_like(text: Text) -> bool:
    return any(mark in text.content for mark in _MARKS)


def read(source: bytes) -> Document:
    text = read_text(source)
    is_json = text.content.lstrip()[:1] in ("{", "[")
    if is_json:
        read_json(text)
    return _Reader(text).document(is_json=is_json)


class _Reader:
    def __init__(self, text: Text) -> None:
        self.text = text
        self.script = Script(read_script(text))
        self.folder = ScriptFolder(self.script)
        self.rules = Rules(text)
        self.keys = KeyReader(self.rules, self.folder)
        self.fetches = FetchReader(self.rules, self.folder)

    def document(self, *, is_json: bool) -> Document:
        if is_json:
            self._object(range(len(self.script.tokens)))
        else:
            self._calls()
        if not self.rules.is_anything:
            raise PinError(
                "The source pins nothing with a React Native library that is known: it calls neither "
                "initializeSslPinning nor fetch with sslPinning. Give the file that does.",
                code="wrong_format",
            )
        self.rules.split((ANDROID, IOS))
        pin_set = PinSet(
            format=FORMAT,
            source=self.text.encode(self.text.content),
            rules=tuple(self.rules.rules),
            problems=self.rules.problems(),
            is_complete=self.rules.is_complete,
            client_kinds=frozenset(self.rules.kinds),
        )
        return Document(self.text, pin_set, *self.rules.layout())

    def _calls(self) -> None:
        calls = list(pinning_calls(self.script))
        for call in calls:
            self.rules.group += 1
            if call.name == INITIALIZE:
                self._initialize(call)
            elif call.name == FETCH:
                self.fetches.read(call)
            elif call.name == DISABLE:
                what = "Pinning is switched off here when the app runs. Make sure that this is never reached by users."
                self.rules.note("conditional_code", what, self._offset(call))
        if not any(call.name == INITIALIZE for call in calls):
            for where in self._configurations():
                self.rules.group += 1
                self._object(where)

    def _initialize(self, call: Call) -> None:
        if call.is_conditional:
            what = "Whether these pins are there is decided by a condition or a loop when the app runs."
            self.rules.note(
                "conditional_code", f"{what} Upload the code of each variant by itself.", self._offset(call)
            )
        if not call.arguments:
            self.keys.leave_open("The call of initializeSslPinning has no argument.", self._offset(call))
            return
        value = self.folder.fold(call.arguments[0])
        self.keys.read(value, self._offset(call), is_conditional=call.is_conditional)

    def _object(self, where: range) -> None:
        value = self.folder.fold(where)
        offset = self.script.tokens[where.start].span.start
        if not isinstance(value, Record) or not self._is_configuration(value):
            raise PinError(
                'This is no object of domains with their pins. It should read {"example.com": {"publicKeyHashes": '
                "[…]}}.",
                self.text.place(offset),
                code="wrong_format",
            )
        self.keys.read(value, offset, is_conditional=False)

    def _is_configuration(self, value: Record) -> bool:
        found = [self.folder.field(field) for field in value.fields.values()]
        return any(isinstance(one, Record) and HASHES in one.fields for one in found)

    def _configurations(self) -> list[range]:
        """Objects of a file that only defines what another file hands on: those around an object with key hashes."""
        found: dict[int, range] = {}
        for at in self.script.positions.get(HASHES, ()):
            inner = self.script.block(at)
            outer = self.script.block(inner) if inner >= 0 else -1
            if outer >= 0 and self.script.match[outer] < len(self.script.tokens) and self._is_object(outer):
                found.setdefault(outer, range(outer, self.script.match[outer] + 1))
        return list(found.values())

    def _is_object(self, opener: int) -> bool:
        """The braces of an object and not of a function."""
        value = self.folder.fold(range(opener, self.script.match[opener] + 1))
        return isinstance(value, Record) and self._is_configuration(value)

    def _offset(self, call: Call) -> int:
        return self.script.tokens[call.index].span.start
