"""Swift or Objective-C source with a configuration of TrustKit: its domains as far as the text alone tells them.

What runs only under a condition, is computed or comes from elsewhere is reported with its line and never guessed.
"""

import re
from collections.abc import Iterator

from pins.decision import Client
from pins.errors import PinError, Place
from pins.formats.bare_pins import Notation
from pins.formats.code.apple_lexer import AppleLanguage, read_apple_tokens
from pins.formats.code.apple_source import AppleSource
from pins.formats.code.lexer import Chunk, Kind
from pins.formats.drafting import Draft
from pins.formats.layout import Document
from pins.formats.properties import Property
from pins.formats.trustkit_literals import Literals, constant
from pins.formats.trustkit_policy import DOMAINS, HASHES, ConfigurationReader
from pins.reading import Text, read_text

FORMAT = "trustkit_code"
MAXIMUM_CONFIGURATIONS = 64
_SIGNS = re.compile(
    r"\bkTSK[A-Z]|\"TSKPinnedDomains\"|\[TrustKit\b|\bTrustKit\s*[.(]|\binitializeWithNetworkSecurityConfiguration\b"
)
_ANDROID = re.compile(r"\binitializeWithNetworkSecurityConfiguration\b|com\.datatheorem\.android")
_OBJECTIVE_C = re.compile(
    r"@[\"{\[]|@(?:interface|implementation|import|end)\b|^\s*#\s*(?:import|define)\b", re.MULTILINE
)
_NOTATIONS = {"swift": Notation('"', '"', has_commas=True), "objc": Notation('@"', '"', has_commas=True)}
_STARTS = ("initSharedInstance", "initSharedInstanceWithConfiguration", "initWithConfiguration")


def looks_like(text: Text) -> bool:
    content = text.content
    if content.lstrip().startswith(("<", "{")) or not _SIGNS.search(content):
        return False
    return "kTSK" in content or "CertificatePinner" not in content


def read(source: bytes) -> Document:
    text = read_text(source)
    _refuse_android(text)
    language: AppleLanguage = "objc" if _OBJECTIVE_C.search(text.content) else "swift"
    return _Reader(text, AppleSource(read_apple_tokens(text, language), language), _NOTATIONS[language]).document()


def _refuse_android(text: Text) -> None:
    found = _ANDROID.search(text.content)
    if found and "kTSK" not in text.content:
        raise PinError(
            "This code starts TrustKit for Android, which has its pins in the Network Security Config and not in code. "
            "Give res/xml/network_security_config.xml.",
            text.place(found.start()),
            code="wrong_format",
        )


class _Reader:
    def __init__(self, text: Text, source: AppleSource, notation: Notation) -> None:
        self.text, self.source, self.notation = text, source, notation
        self.literals = Literals(text, source)
        self.draft = Draft()

    def document(self) -> Document:
        openers = list(dict.fromkeys(self._openers()))
        if len(openers) > MAXIMUM_CONFIGURATIONS:
            raise PinError(
                f"The source has more than {MAXIMUM_CONFIGURATIONS} configurations of TrustKit. Give that of one app.",
                code="too_large",
            )
        conditional = {opener: self.source.is_conditional(opener) for opener in openers}
        self.draft.can_refuse = len(openers) == 1 and not any(conditional.values())
        found = [self._configuration(opener) for opener in openers]
        for group, (opener, value) in enumerate(zip(openers, found, strict=True)):
            self._read(opener, value, group, is_conditional=conditional[opener])
        self._follow_starts(found)
        self._note_strays()
        if not openers and self.draft.is_complete:
            raise PinError(
                "The source has no configuration of TrustKit in it. Give the file with kTSKPinnedDomains, or the "
                "Info.plist with TSKConfiguration.",
                code="wrong_format",
            )
        source = self.text.encode(self.text.content)
        return self.draft.document(self.text, source, FORMAT, kinds=(Client.TRUSTKIT_IOS,))

    def _openers(self) -> Iterator[int]:
        """The brackets of the dictionaries that have a key for the pinned domains."""
        for index in range(len(self.source.tokens)):
            opener = self.source.outer[index]
            is_followed = self.source.is_mark(index + 1, ":") or self.source.is_name(index + 1, "as")
            if is_followed and opener >= 0 and self._is_key(index, DOMAINS) and self._is_dictionary(opener):
                yield opener

    def _is_key(self, index: int, name: str) -> bool:
        token = self.source.tokens[index]
        if token.kind is Kind.NAME:
            return constant(token.text) == name
        return token.kind is Kind.STRING and [one.value for one in token.chunks if isinstance(one, Chunk)] == [name]

    def _is_dictionary(self, opener: int) -> bool:
        if self.source.is_swift:
            return self.source.is_mark(opener, "[")
        return self.source.is_mark(opener, "{") and self.source.is_mark(opener - 1, "@")

    def _configuration(self, opener: int) -> Property:
        start = opener if self.source.is_swift else opener - 1
        return self.literals.value(range(start, min(self.source.match[opener] + 1, len(self.source.tokens))))

    def _read(self, opener: int, value: Property, group: int, *, is_conditional: bool) -> None:
        if is_conditional:
            what = "Whether this configuration is used is decided by a condition when the app runs or is built."
            self.draft.note("conditional_code", f"{what} Upload the code of each variant by itself.", value.place)
        if group:
            what = "The source has another configuration before this one, and TrustKit uses the first that it is given."
            self.draft.note("several_configurations", f"{what} Upload each by itself.", value.place)
        reader = ConfigurationReader(self.draft, self.notation, group=group, is_conditional=is_conditional)
        reader.read(value)
        self._note_changes(opener)

    def _note_changes(self, opener: int) -> None:
        """Assignments to a variable that holds the configuration."""
        start = opener if self.source.is_swift else opener - 1
        definitions = (one for ones in self.source.definitions.values() for one in ones)
        held = next((one for one in definitions if one.value and one.value.start == start), None)
        for index in self.source.positions[held.name] if held else ():
            closer = self.source.match.get(index + 1, index) if self.source.is_mark(index + 1, "[") else index
            if self.source.is_mark(closer + 1, "=") and closer > index:
                what = "The configuration is changed here, which is not followed. Write it as one literal."
                self.draft.leave_open("unsupported_code", what, self._place(index))

    def _follow_starts(self, found: list[Property]) -> None:
        """Where TrustKit is given its configuration: it must be one that was read."""
        known = {one.whole for one in found}
        for index, token in enumerate(self.source.tokens):
            is_made = token.is_name("TrustKit") and self.source.is_mark(index + 1, "(")
            if not (is_made or token.is_name(*_STARTS)) or self.source.is_name(index - 1, "func"):
                continue
            where = self._argument(index)
            value = self.literals.value(where) if where else None
            if value is None or value.whole in known:
                continue
            why = f"because {value.why_open}" if value.why_open else "because it has no domains"
            what = f"The configuration that TrustKit is given here is not known, {why}. Write it out in this file."
            self.draft.leave_open("unresolved_code", what, value.place)

    def _argument(self, index: int) -> range | None:
        """`withConfiguration: …)` of Swift, `…WithConfiguration:… ]` of Objective-C."""
        source = self.source
        if source.is_mark(index + 1, "("):
            arguments = source.arguments(index + 1)
            return range(arguments[0].start + 2, arguments[0].stop) if arguments and len(arguments[0]) > 2 else None
        if not source.is_mark(index + 1, ":"):
            return None
        where = source.expression(index + 2)
        more = (one for one in where if source.is_mark(one, ":") and source.outer[one] == source.outer[index])
        return range(where.start, next(more, where.stop + 1) - 1)

    def _note_strays(self) -> None:
        """Pins and domains outside the configurations that were read."""
        for index in range(len(self.source.tokens)):
            name = next((one for one in (DOMAINS, HASHES) if self._is_key(index, one)), None)
            if name is None or self.source.outer[index] in self.literals.followed or self._is_reading(index):
                continue
            what = f"What {name} is given here is not followed. Write the configuration as one literal."
            self.draft.leave_open("unsupported_code", what, self._place(index))

    def _is_reading(self, index: int) -> bool:
        """`configuration[key]` without an assignment only looks."""
        opener = self.source.outer[index]
        if opener < 0 or not self.source.is_mark(opener, "[") or not self.source.is_any_name(opener - 1):
            return False
        return self.source.is_mark(index + 1, "]") and not self.source.is_mark(index + 2, "=")

    def _place(self, index: int) -> Place:
        return self.text.place(self.source.tokens[index].span.start)
