"""Finds the calls that add pins: each `CertificatePinner.Builder`, what is chained to it, what is done to it later."""

from collections.abc import Iterator
from dataclasses import dataclass

from pins.errors import PinError
from pins.formats.code.conditions import Conditions
from pins.formats.code.flow import Flow
from pins.formats.code.folding import Folder
from pins.formats.code.receivers import has_receiver
from pins.formats.code.structure import Definition, Source

MAXIMUM_BUILDERS = 64
_OWN_RECEIVER = frozenset({"apply", "run", "with"})
_NAMED_RECEIVER = frozenset({"also", "let"})


@dataclass(frozen=True, slots=True)
class Call:
    """One `add(…)`: its arguments, the builder it belongs to, and whether a condition decides about it."""

    index: int
    arguments: tuple[range, ...]
    opener: int
    group: int
    is_conditional: bool


@dataclass(frozen=True, slots=True)
class Stray:
    """A place where a builder is used in a way that is not followed; `setter` is the call, where it is one."""

    index: int
    what: str
    setter: str = ""
    opener: int = -1


class BuilderFinder:
    def __init__(self, source: Source, folder: Folder) -> None:
        self.source, self.folder = source, folder
        self.conditions, self.flow = Conditions(source), Flow(source)
        self.groups = 0

    def find(self) -> Iterator[Call | Stray]:
        """In the order of the builders; the calls on one builder in their own order."""
        names, builders = self._imported()
        for index in range(len(self.source.tokens)):
            opener = self._creation(index, names, builders)
            if opener is not None:
                yield from self._builder(index, opener)
                self.groups += 1
                if self.groups > MAXIMUM_BUILDERS:
                    raise PinError(
                        f"The source has more than {MAXIMUM_BUILDERS} pinners. Give the file in which the pins are "
                        "added.",
                        code="too_large",
                    )

    def _imported(self) -> tuple[frozenset[str], frozenset[str]]:
        """The names that mean CertificatePinner, and those that mean its Builder."""
        source, pinners, builders = self.source, {"CertificatePinner"}, set[str]()
        for index, token in enumerate(source.tokens):
            if not token.is_name("CertificatePinner") or not source.is_mark(index - 1, ".", "="):
                continue
            if source.is_name(index + 1, "as") and source.is_any_name(index + 2):
                pinners.add(source.tokens[index + 2].text)
            elif self._is_alias(index):
                is_builder = source.is_name(index + 2, "Builder")
                (builders if is_builder else pinners).add(source.tokens[self._alias_name(index)].text)
            elif source.is_name(index + 2, "Builder") and self._is_import(index):
                is_renamed = source.is_name(index + 3, "as") and source.is_any_name(index + 4)
                builders.add(source.tokens[index + 4 if is_renamed else index + 2].text)
        return frozenset(pinners), frozenset(builders)

    def _is_alias(self, index: int) -> bool:
        """Kotlin's `typealias Name = okhttp3.CertificatePinner`."""
        name = self._alias_name(index)
        return self.source.is_any_name(name) and self.source.is_name(name - 1, "typealias")

    def _alias_name(self, index: int) -> int:
        return next((one - 1 for one in range(index, max(index - 8, 0), -1) if self.source.is_mark(one, "=")), -1)

    def _is_import(self, index: int) -> bool:
        return any(self.source.is_name(one, "import") for one in range(max(0, index - 5), index))

    def _creation(self, index: int, names: frozenset[str], builders: frozenset[str]) -> int | None:
        """The `(` of a call that makes a builder beginning at this token, else None."""
        source = self.source
        if source.is_name(index, *names) and source.is_mark(index + 1, ".") and source.is_name(index + 2, "Builder"):
            opener = index + 3
        elif source.is_name(index, *builders) and not source.is_mark(index - 1, "."):
            opener = index + 1
        else:
            return None
        return opener if source.is_mark(opener, "(") and not self._is_import(index) else None

    def _builder(self, index: int, opener: int) -> Iterator[Call | Stray]:
        start = self._expression_start(index)
        after = self.source.match[opener] + 1
        depends = self._depends(start)
        yield from self._chain(after, depends=depends)
        end = self._chain_end(after)
        if self._is_built(after, end):
            return
        if self.source.is_name(start - 2, "with") and self.source.is_mark(start - 1, "("):
            yield from self._block(end + 1, receiver="", depends=depends)
        elif self.source.is_mark(start - 1, "="):
            yield from self._variable(start, end, depends=depends)
        else:
            yield Stray(index, "the builder is handed on before it is built")

    def _depends(self, index: int) -> bool:
        return self.conditions.is_conditional(index) or self.flow.may_be_left_before(index)

    def _expression_start(self, index: int) -> int:
        source = self.source
        while source.is_mark(index - 1, ".") and source.is_any_name(index - 2):
            index -= 2
        return index - 1 if source.is_name(index - 1, "new") else index

    def _chain(self, after: int, *, depends: bool) -> Iterator[Call | Stray]:
        """The calls in `.a(…).b { … }` from `after` on."""
        source, index = self.source, after
        while source.is_mark(index, ".", "?.") and source.is_any_name(index + 1):
            name, index = index + 1, index + 2
            word = source.tokens[name].text
            opener = index if source.is_mark(index, "(") else None
            index = source.match[index] + 1 if opener is not None else index
            block = index if source.is_mark(index, "{") else None
            index = source.match[index] + 1 if block is not None else index
            if word == "add" and opener is not None:
                yield self._call(name, opener, depends=depends)
            elif word in _OWN_RECEIVER and block is not None:
                yield from self._block(block, receiver="", depends=depends)
            elif word in _NAMED_RECEIVER and block is not None:
                yield from self._block(block, receiver=self._parameter(block), depends=depends)
            elif word == "build":
                if source.is_name(index + 1, "takeIf", "takeUnless"):
                    yield Stray(index + 1, "whether the pinner is there is decided by a condition when the app runs")
                return
            else:
                what = f"what .{word} does to the builder is not known"
                yield Stray(name, what, word, -1 if opener is None else opener)

    def _chain_end(self, after: int) -> int:
        """The first token behind the chain."""
        source, index = self.source, after
        while source.is_mark(index, ".", "?.") and source.is_any_name(index + 1):
            index += 2
            while source.is_mark(index, "(", "{"):
                index = source.match[index] + 1
        return index

    def _is_built(self, after: int, end: int) -> bool:
        source = self.source
        outer = source.outer[after] if after < len(source.tokens) else None
        return any(
            source.is_name(one, "build") and source.outer[one] == outer
            for one in range(after, min(end, len(source.tokens)))
        )

    def _parameter(self, block: int) -> str:
        is_named = self.source.is_any_name(block + 1) and self.source.is_mark(block + 2, "->")
        return self.source.tokens[block + 1].text if is_named else "it"

    def _call(self, name: int, opener: int, *, depends: bool) -> Call:
        return Call(name, tuple(self.source.arguments(opener)), opener, self.groups, depends)

    def _block(self, block: int, *, receiver: str, depends: bool) -> Iterator[Call | Stray]:
        """`add` inside `apply { … }` and its kin; with a `receiver` only where it is named."""
        source = self.source
        if not source.is_mark(block, "{"):
            yield Stray(block - 1, "the builder is handed on before it is built")
            return
        index, end = block + 1, min(source.match[block], len(source.tokens))
        while index < end:
            is_plain = not source.is_mark(index - 1, ".", "?.")
            is_own = not receiver if is_plain else source.is_name(index - 2, receiver or "this")
            if is_own and source.is_name(index, "add") and source.is_mark(index + 1, "("):
                if has_receiver(source, index, block, receiver):
                    yield from self._added(index, depends=depends or self._depends(index if is_plain else index - 2))
                elif len(source.arguments(index + 1)) > 1:
                    yield Stray(index, "to which object this adds is not known")
                index = self._chain_end(source.match[index + 1] + 1)
            else:
                index += 1

    def _added(self, index: int, *, depends: bool) -> Iterator[Call | Stray]:
        yield self._call(index, index + 1, depends=depends)
        yield from self._chain(self.source.match[index + 1] + 1, depends=depends)

    def _variable(self, start: int, end: int, *, depends: bool) -> Iterator[Call | Stray]:
        """What is done later to a variable that holds the builder; what is added after it was built may be too late."""
        definition = self._definition(start)
        if definition is None:
            yield Stray(start, "the builder is kept in a place that is not followed")
            return
        home, is_built = self.flow.function_of(definition.index), False
        for index in self.source.positions[definition.name]:
            if not self._does_something(index):
                continue
            if not self._is_use(definition, index, end):
                if self.source.is_mark(index - 1, ".") and self._adds(index):
                    yield Stray(index, "the builder is used from outside")
                continue
            is_elsewhere = self.flow.function_of(index) != home
            yield from self._use(index, depends=depends or is_built or is_elsewhere or self._depends(index))
            is_built = is_built or self._is_built(index + 1, self._chain_end(index + 1))

    def _does_something(self, index: int) -> bool:
        """A bare mention is no use, and asking about each costs more than all the others."""
        source = self.source
        is_argument = source.is_mark(index - 1, "(", ",", "=") or source.is_name(index - 1, "return")
        return is_argument or source.is_mark(index + 1, ".", "?.", "=")

    def _is_use(self, definition: Definition, index: int, end: int) -> bool:
        source = self.source
        if not end <= index < definition.extent.last:
            return False
        if source.is_mark(index - 1, "."):
            return source.is_name(index - 2, "this") and not source.is_mark(index - 3, ".")
        return self.folder.find([definition.name], index) == (definition,)

    def _adds(self, index: int) -> bool:
        return self.source.is_mark(index + 1, ".", "?.") and self.source.is_name(index + 2, "add")

    def _use(self, index: int, *, depends: bool) -> Iterator[Call | Stray]:
        source = self.source
        if source.is_name(index - 2, "with") and source.is_mark(index + 2, "{"):
            yield from self._block(index + 2, receiver="", depends=depends)
        elif source.is_mark(index + 1, ".", "?."):
            yield from self._chain(index + 1, depends=depends)
        else:
            yield Stray(index, "the builder is handed on before it is built")

    def _definition(self, start: int) -> Definition | None:
        definitions = (one for ones in self.folder.definitions.values() for one in ones)
        return next((one for one in definitions if one.value is not None and one.value.start == start), None)
