"""A pin set while its file is read: rules with their lists, and what is wrong, brought into order at the end."""

from collections.abc import Iterable, Iterator

from pins.errors import PinError, Place
from pins.formats.layout import Document, PinList
from pins.formats.properties import Member, Property
from pins.pinset import PinRule, PinSet, Problem
from pins.reading import MAXIMUM_PINS, Span, Text


class Draft:
    """`scope` is the client kind whose part of the file is read; `can_refuse` False: what it would refuse is noted."""

    def __init__(self) -> None:
        self.scope = ""
        self.can_refuse = True
        self.is_complete = True
        self.rules: list[PinRule] = []
        self._problems: list[Problem] = []
        self._lists: dict[Span, PinList] = {}
        self._list_of_rule: list[Span | None] = []
        self._pin_count = 0

    def note(self, code: str, message: str, place: Place) -> None:
        self._problems.append(Problem(code, message, place, scope=self.scope))

    def refuse(self, code: str, message: str, place: Place) -> None:
        self._problems.append(Problem(code, message, place, is_refused=self.can_refuse, scope=self.scope))

    def leave_open(self, code: str, message: str, place: Place) -> None:
        """There may be more rules than can be read."""
        self.is_complete = False
        self.note(code, message, place)

    def told(self, dictionary: Property) -> Iterator[Member]:
        """Its entries, of those with one name the last; the others are reported."""
        last = {member.name: member for member in dictionary.members}
        for member in dictionary.members:
            if member.why_open or last[member.name] is member:
                yield member
            else:
                what = f"The key {member.name[:100]} stands here more than once, and the last value counts. Merge them."
                self.note("duplicate_key", what, member.place)

    def add(self, rule: PinRule, span: Span | None = None, layout: PinList | None = None) -> None:
        """A rule, and the list that its pins stand in; rules with one span share it. None: nothing can be written."""
        self._pin_count += len(rule.pins or ())
        if self._pin_count > MAXIMUM_PINS:
            raise PinError(
                f"The file has more than {MAXIMUM_PINS:,} pins; no app needs that. Check that it is the right file.",
                rule.place,
                code="too_large",
            )
        if span is not None and layout is not None:
            self._lists.setdefault(span, layout)
        self.rules.append(rule)
        self._list_of_rule.append(span)

    def document(
        self, text: Text, source: bytes, name: str, *, kinds: Iterable[str] = (), unwritable: str = ""
    ) -> Document:
        order = {span: index for index, span in enumerate(self._lists)}
        pin_set = PinSet(
            format=name,
            source=source,
            rules=tuple(self.rules),
            problems=tuple(
                sorted(dict.fromkeys(self._problems), key=lambda one: (one.place.line or 0, one.place.column or 0))
            ),
            is_complete=self.is_complete,
            client_kinds=frozenset(kinds),
        )
        indices = tuple(None if span is None else order[span] for span in self._list_of_rule)
        return Document(text, pin_set, tuple(self._lists.values()), indices, unwritable)
