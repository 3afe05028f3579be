"""What the readers of React Native sources collect: rules with their lists, and problems with their places."""

from dataclasses import replace

from pins.errors import PinError
from pins.formats.code.folding import Words
from pins.formats.code.script_parts import Items, Member
from pins.formats.layout import Hole, PinList, Slot
from pins.notations import pin_problem
from pins.pinset import Pin, PinKind, PinRule, Problem
from pins.reading import MAXIMUM_PINS, Span, Text


class Rules:
    """`group` is that of the call being read; `kinds` are the clients that the calls address."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.rules: list[PinRule] = []
        self.kinds: set[str] = set()
        self.is_complete = True
        self.group = 0
        self._lists: dict[Span, PinList] = {}
        self._list_of_rule: list[Span | None] = []
        self._problems: list[tuple[int, Problem]] = []

    def split(self, kinds: tuple[str, ...]) -> None:
        """Gives each rule without a scope to `kinds` alone, where the file has calls of another library as well."""
        if self.kinds <= set(kinds):
            return
        placed = list(zip(self.rules, self._list_of_rule, strict=True))
        every = [(one, span) for rule, span in placed for one in self._for_each(rule, kinds)]
        self.rules, self._list_of_rule = [one for one, _ in every], [span for _, span in every]

    def _for_each(self, rule: PinRule, kinds: tuple[str, ...]) -> list[PinRule]:
        return [rule] if rule.scope else [replace(rule, scope=kind) for kind in kinds]

    @property
    def is_anything(self) -> bool:
        return bool(self.rules or self._problems)

    def problems(self) -> tuple[Problem, ...]:
        return tuple(dict.fromkeys(problem for _, problem in sorted(self._problems, key=lambda one: one[0])))

    def layout(self) -> tuple[tuple[PinList, ...], tuple[int | None, ...]]:
        order = {span: index for index, span in enumerate(self._lists)}
        indices = tuple(None if span is None else order[span] for span in self._list_of_rule)
        return tuple(self._lists.values()), indices

    def add(self, rule: PinRule, pins: PinList | None, key: Span | None) -> None:
        """Rules that take their pins from one list of the source share it."""
        self.rules.append(rule)
        if pins is not None and key is not None:
            self._lists.setdefault(key, pins)
        self._list_of_rule.append(key)
        if sum(len(one.slots) for one in self._lists.values()) > MAXIMUM_PINS:
            raise PinError(
                f"The source has more than {MAXIMUM_PINS:,} pins; no app needs that. Check that it is the right file.",
                code="too_large",
            )

    def note(self, code: str, what: str, offset: int, *, scope: str = "", is_refused: bool = False) -> None:
        self._problems.append((offset, Problem(code, what, self.text.place(offset), is_refused, scope)))

    def leave_open(self, code: str, what: str, offset: int) -> None:
        self.is_complete = False
        self.note(code, what, offset)

    def unresolved(self, member: Member, why: str, kind: PinKind) -> Pin:
        """A pin whose value only running tells."""
        what = f"The pin is not known, because {why}. Write it as a literal or as a constant of the same file."
        self.note("unresolved_code", what, member.span.start)
        text = self.text.cut(member.span)[:200]
        return Pin(text, kind, None, self.text.place(member.span.start), "unresolved_code")


def list_layout(text: Text, items: Items) -> PinList:
    """The list as it stands in brackets; what is spread into it is not its own."""
    start, end = items.inner
    blank = not text.cut(items.inner).strip()
    quote = _quote(text, items)
    return PinList(
        slots=tuple(_slot(one) for one in items.members),
        hole=Hole(Span(start, end if blank else start), "", ", ", ""),
        opening=start,
        before=quote,
        after=quote,
        has_commas=True,
    )


def key_problem(text: str, body: str, digest: bytes | None) -> str | None:
    if text.lower().startswith(("sha256", "sha1", "pin-sha256")) and body == text:
        return "wrong_prefix"
    return pin_problem(body, digest, PinKind.SPKI_SHA256)


def _slot(member: Member) -> Slot:
    if not isinstance(member.value, Words):
        return Slot(member.span, (), is_removable=not member.is_spread, is_own=False)
    parts = member.value.parts
    is_own = not member.is_spread and all(
        member.span.start <= part.span.start and part.span.end <= member.span.end for part in parts
    )
    return Slot(member.span, parts, is_removable=not member.is_spread, is_own=is_own)


def _quote(text: Text, items: Items) -> str:
    """The quotes in use; an empty list gets those of its file."""
    for member in items.members:
        mark = text.content[member.span.start]
        if mark in "'\"":
            return mark
    return "'" if text.content.count("'") > text.content.count('"') else '"'
