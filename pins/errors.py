"""What a reader says when it cannot tell what its input is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; lines and columns count from 1, `path` is for nested data (`hosts[0].hashes[1]`)."""

    line: int | None = None
    column: int | None = None
    path: str = ""

    def __str__(self) -> str:
        if self.line is None:
            return self.path
        spot = f"line {self.line}" if self.column is None else f"line {self.line}, column {self.column}"
        return f"{spot}, {self.path}" if self.path else spot


class PinError(ValueError):
    """A sentence for a person (what, so what, what to do), the place it is about, and a stable code."""

    def __init__(self, sentence: str, place: Place | None = None, *, code: str = "unreadable") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.place = place or Place()
        self.code = code
