"""Write-back: the source of a pin set with its pins and dates changed and every other character kept."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from pins.errors import PinError
from pins.formats.editing import Edit, ListEditor, apply_edits
from pins.formats.layout import Document, PinList, Slot
from pins.pinset import Expiration, Pin, PinKind, PinRule
from pins.reading import Span

Reader = Callable[[bytes], Document]
_WRITABLE = re.compile(r"[A-Za-z0-9+/=_:.\-]+")


class Written(NamedTuple):
    """The bytes of a file, and what they give when they are read."""

    source: bytes
    document: Document


def write_rules(document: Document, rules: Sequence[PinRule], read: Reader) -> Written:
    """`document` with `rules` in the place of its own; its own source where nothing changed.

    Pins (by their text) and expirations may differ from the document's; PinError `not_writable` names what else does.
    The result is read again and must give exactly the pins asked for.
    """
    if _essence(document.pin_set.rules) == _essence(rules):
        return Written(document.pin_set.source, document)
    _refuse_unwritable_kind(document)
    _refuse_other_changes(document.pin_set.rules, rules)
    source = document.text.encode(apply_edits(document.text, list(_edits(document, rules))))
    again = _reread(source, read)
    if again is None or _essence(again.pin_set.rules) != _essence(rules):
        raise _not_writable("The change cannot be written without changing more than the pins asked for.")
    return Written(source, again)


def _reread(source: bytes, read: Reader) -> Document | None:
    """None where the result is no file of its dialect any more."""
    try:
        return read(source)
    except PinError:
        return None


def replaced_rules(document: Document, index: int, texts: Sequence[str]) -> tuple[PinRule, ...]:
    """The rules with other pins in rule `index` and in every rule that shares its list."""
    rules = document.pin_set.rules
    _refuse_unwritable_kind(document)
    if document.list_of_rule[index] is None and document.why_closed:
        raise PinError(document.why_closed, rules[index].place, code="not_writable")
    if document.list_of_rule[index] is None:
        raise _not_writable(f"The rule for {rules[index].pattern} has no list of pins to write to.")
    pins = tuple(Pin(text, PinKind.SPKI_SHA256, None, rules[index].place) for text in texts)
    sharers = document.sharers(index)
    return tuple(replace(rule, pins=pins) if number in sharers else rule for number, rule in enumerate(rules))


def _texts(rule: PinRule) -> tuple[str, ...]:
    return tuple(pin.text for pin in rule.pins or ())


def _essence(rules: Sequence[PinRule]) -> tuple[object, ...]:
    """What must be the same for two lists of rules to mean the same, wherever they stand in their files."""
    return tuple(
        (
            rule.pattern,
            None if rule.pins is None else _texts(rule),
            rule.expiration.text if rule.expiration else None,
            rule.include_subdomains,
            rule.is_enforced,
            rule.is_excluded,
            rule.anchors,
            rule.group,
            rule.is_conditional,
            rule.position,
            rule.scope,
            rule.is_for_every_host,
            rule.ignores_chain,
        )
        for rule in rules
    )


def _refuse_other_changes(old: Sequence[PinRule], new: Sequence[PinRule]) -> None:
    if len(old) != len(new):
        raise _not_writable("Rules were added or removed, and only pins and their dates can be written.")
    for before, after in zip(old, new, strict=True):
        expected = replace(before, pins=after.pins, expiration=after.expiration)
        if _essence([expected]) != _essence([after]) or (before.pins is None) != (after.pins is None):
            raise _not_writable(f"More than pins and dates of the rule for {before.pattern} was changed.")


def _edits(document: Document, rules: Sequence[PinRule]) -> Iterator[Edit]:
    """Structural edits list by list; rewritten pins together, because lists may share the text of a pin."""
    rewritten: list[tuple[Slot, str, str]] = []
    for index, pins in enumerate(document.lists):
        sharers = [number for number, one in enumerate(document.list_of_rule) if one == index]
        if not sharers:
            continue
        before, after = document.pin_set.rules[sharers[0]], rules[sharers[0]]
        _refuse_disagreement(document.pin_set.rules, rules, sharers)
        _refuse_unwritable(*set(_texts(after)).difference(_texts(before)))
        edits, kept = ListEditor(document.text, pins).edits(_texts(before), _texts(after))
        yield from edits
        rewritten += [(pins.slots[at], _texts(before)[at], text) for at, text in kept.items()]
        yield from _expiry_edits(pins, before.expiration, after.expiration)
    yield from _rewrites(document, rewritten)


def _refuse_disagreement(old: Sequence[PinRule], new: Sequence[PinRule], sharers: Sequence[int]) -> None:
    """Rules that share a list may differ in their ends from the first, and must then keep them."""
    first, *others = sharers
    wanted = _texts(new[first]), _moved_end(old[first], new[first])
    for number in others:
        if (_texts(new[number]), _moved_end(old[number], new[number])) != wanted:
            raise _not_writable(
                f"{new[first].pattern} and {new[number].pattern} share one list of pins, and only one of them was "
                "changed."
            )


def _moved_end(before: PinRule, after: PinRule) -> tuple[Expiration | None] | None:
    """None where the end stays."""
    return None if before.expiration == after.expiration else (after.expiration,)


def _rewrites(document: Document, rewritten: Sequence[tuple[Slot, str, str]]) -> Iterator[Edit]:
    wanted: dict[Span, str] = {}
    for slot, old, new in rewritten:
        for span, value in _parts(document, slot, old, new).items():
            if wanted.setdefault(span, value) != value:
                place = document.text.place(span.start)
                raise _not_writable(
                    f"Several pins take their text from line {place.line}, and they are to become different ones."
                )
    for span, value in wanted.items():
        if document.text.cut(span) != value:
            yield Edit(span, value)


def _parts(document: Document, slot: Slot, old: str, new: str) -> dict[Span, str]:
    """What each stretch of source must read: one part takes the whole difference, else the pin is written anew."""
    if old == new:
        return {part.span: document.text.cut(part.span) for part in slot.parts}
    for index, part in enumerate(slot.parts):
        head = "".join(one.value for one in slot.parts[:index])
        tail = "".join(one.value for one in slot.parts[index + 1 :])
        if new.startswith(head) and new.endswith(tail) and len(head) + len(tail) < len(new):
            others = {one.span: document.text.cut(one.span) for one in slot.parts}
            return {**others, part.span: new[len(head) : len(new) - len(tail)]}
    if slot.is_own and slot.is_removable and len(slot.parts) > 1:
        return {slot.whole: f'"{new}"'}
    place = document.text.place(slot.whole.start)
    raise _not_writable(f"The pin in line {place.line} is put together in a way that cannot be rewritten.")


def _expiry_edits(pins: PinList, before: Expiration | None, after: Expiration | None) -> Iterator[Edit]:
    old, new = before.text if before else None, after.text if after else None
    if old == new:
        return
    layout = pins.expiry
    _refuse_unwritable(*([new] if new is not None else []))
    if layout is None:
        raise _not_writable("This kind of file has no place for an expiration.")
    if new is None and layout.whole is not None:
        yield Edit(layout.whole, "")
    elif new is not None and layout.inner is not None:
        yield Edit(layout.inner, new)
    elif new is not None:
        yield Edit(Span(layout.insert_at, layout.insert_at), layout.before + new + layout.after)


def _refuse_unwritable_kind(document: Document) -> None:
    if document.unwritable:
        raise PinError(document.unwritable, code="not_writable")


def _refuse_unwritable(*texts: str) -> None:
    odd = sorted(text for text in texts if not _WRITABLE.fullmatch(text))
    if odd:
        raise PinError(
            f"“{odd[0]}” holds characters that no pin has. Give the base64 hash as this kind of file writes it.",
            code="not_writable",
        )


def _not_writable(what: str) -> PinError:
    return PinError(f"{what} Edit the file by hand.", code="not_writable")
