"""Which function a piece of code runs in, and whether an earlier `return` may keep it from running."""

from collections.abc import Mapping
from functools import cached_property

from pins.formats.code.conditions import is_java_method
from pins.formats.code.structure import MAXIMUM_MODIFIERS, Source


class Flow:
    def __init__(self, source: Source) -> None:
        self.source = source
        self._ends: dict[int, bool] = {}

    def function_of(self, index: int) -> int:
        """A number for the innermost function around this token, -1 for what runs when its class or file is made."""
        source = self.source
        while index >= 0:
            if self._declares_function(index):
                return source.statement(index)
            block = source.block(index)
            if block >= 0 and self._ends_function(block):
                return -1 if self._runs_with_class(block) else block
            index = block
        return -1

    def may_be_left_before(self, index: int) -> bool:
        """Whether a `return` stands before this statement in a block around it, up to the function's own."""
        block = self.source.block(index)
        while block >= 0:
            if self._exits.get(block, index) < self.source.statement(index):
                return True
            if self._ends_function(block):
                return False
            index, block = block, self.source.block(block)
        return False

    @cached_property
    def _exits(self) -> Mapping[int, int]:
        """For each block the first `return` in it that leaves the block."""
        found: dict[int, int] = {}
        seen: set[tuple[int, str]] = set()
        for index in self.source.positions.get("return", ()):
            label, block = self._label(index), self.source.block(index)
            while block >= 0 and (block, label) not in seen:
                found.setdefault(block, index)
                seen.add((block, label))
                if self._called(block) == label if label else self._ends_function(block):
                    break
                block = self.source.block(block)
        return found

    def _label(self, index: int) -> str:
        """Of Kotlin's `return@label`."""
        is_labelled = self.source.is_mark(index + 1, "@") and self.source.is_any_name(index + 2)
        return self.source.tokens[index + 2].text if is_labelled else ""

    def _called(self, block: int) -> str:
        """The function that takes this block as its last argument."""
        before = block - 1
        if self.source.is_mark(before, ")"):
            before = self.source.match.get(before, before) - 1
        return self.source.tokens[before].text if self.source.is_any_name(before) else ""

    def _ends_function(self, block: int) -> bool:
        if block not in self._ends:
            self._ends[block] = self._is_function(block)
        return self._ends[block]

    def _is_function(self, block: int) -> bool:
        source = self.source
        if source.declared(block) or self._runs_with_class(block):
            return True
        if source.language == "java":
            return source.is_mark(block - 1, "->") or is_java_method(source, block)
        return self._declares_function(block) or self._is_accessor(block)

    def _declares_function(self, index: int) -> bool:
        """Whether the statement around this token is one of Kotlin's functions."""
        start = self.source.statement(index)
        return any(self.source.is_name(one, "fun") for one in range(start, min(start + MAXIMUM_MODIFIERS, index)))

    def _is_accessor(self, block: int) -> bool:
        """The body of Kotlin's `get()` or `set(value)`."""
        name = self._name_before_arguments(block)
        return self.source.is_name(name, "get", "set") and not self.source.is_mark(name - 1, ".", "?.")

    def _runs_with_class(self, block: int) -> bool:
        """A class body, an initialiser or a constructor."""
        source = self.source
        words = [source.tokens[one].text for one in source.header(block)]
        if source.declared(block) or words in (["static"], ["init"]):
            return True
        if source.language == "kotlin":
            return "constructor" in words
        owner, name = source.block(block), source.at(self._name_before_arguments(block))
        names = {source.tokens[one].text for one in source.header(owner)} if owner >= 0 else set[str]()
        return name is not None and name.kind == "name" and name.text in names

    def _name_before_arguments(self, block: int) -> int:
        """`name(…) {`, perhaps with `throws` or a type in between; -1 where there are no arguments."""
        closer = next((one for one in reversed(self.source.header(block)) if self.source.is_mark(one, ")")), -1)
        return self.source.match.get(closer, 0) - 1
