"""Collecting what is wrong with a Network Security Config, told apart by whether Android refuses the file for it."""

from collections.abc import Iterator
from contextlib import contextmanager

from pins.errors import PinError
from pins.pinset import Problem
from pins.reading import MAXIMUM_PINS, Element, Text

_BLANKS = "".join(map(chr, range(0x21)))


def trimmed(text: str) -> str:
    """Java's `String.trim()`."""
    return text.strip(_BLANKS)


class Problems:
    def __init__(self, text: Text) -> None:
        self.text = text
        self._found: list[tuple[int, Problem]] = []
        self._is_debug = False

    @contextmanager
    def in_debug_part(self) -> Iterator[None]:
        self._is_debug = True
        yield
        self._is_debug = False

    def refuse(self, code: str, what: str, element: Element, *, offset: int | None = None) -> None:
        at = element.whole.start if offset is None else offset
        if self._is_debug:
            message = f"{what} Debuggable builds of the app cannot connect because of it. Repair it."
            self._add(at, "debug_only_error", message)
        else:
            message = f"{what} Android refuses the whole file, so the app cannot connect at all. Repair it."
            self._add(at, code, message, is_refused=True)

    def note(
        self,
        code: str,
        message: str,
        element: Element,
        *,
        offset: int | None = None,
        scope: str = "",
        is_refused: bool = False,
    ) -> None:
        """With a `scope` it concerns one client alone, which may refuse the file for it."""
        at = element.whole.start if offset is None else offset
        self._add(at, code, message, is_refused=is_refused, scope=scope)

    def in_order(self) -> tuple[Problem, ...]:
        return tuple(problem for _, problem in sorted(self._found, key=lambda one: one[0]))

    def too_many_pins(self, element: Element) -> PinError:
        return PinError(
            f"The file has more than {MAXIMUM_PINS:,} pins; no app needs that. Check that it is the right file.",
            self.text.place(element.whole.start),
            code="too_large",
        )

    def too_many_domains(self, element: Element) -> PinError:
        return PinError(
            "The file has more domains with pins than any app needs. Check that it is the right file.",
            self.text.place(element.whole.start),
            code="too_large",
        )

    def _add(self, offset: int, code: str, message: str, *, is_refused: bool = False, scope: str = "") -> None:
        self._found.append((offset, Problem(code, message, self.text.place(offset), is_refused, scope)))
