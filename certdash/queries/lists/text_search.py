"""Rows that hold a text somewhere: a rare text is looked up in an index, a common one is met soon in the list's order.

What is decided here is only by which way the rows are found. Which they are, `icontains` alone says.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Any

from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Exists, F, Func, Model, Q
from django.db.models.expressions import RawSQL
from django.db.models.sql.compiler import SQLCompiler

from certdash.queries.keys import Parameters, among
from certdash.queries.lists.text_index import WIDTH, Statement, lookup

Keys = frozenset[int]
# Up to so many rows the keys lead to their rows. Up to so many a list is read in its own order and each row's key
# looked up among theirs; of more a list soon meets enough by comparing texts. A count gains by keys up to the last.
FEW, SOME, MANY = 2000, 3000, 30_000
_TABLE = "found{at} AS (SELECT id FROM ({sql}) AS every{at} LIMIT {most})"
_KEYS = "SELECT id FROM found{at}"
_PART = """
SELECT {at}, id FROM (SELECT id FROM ({rows}) AS all{at} LIMIT {most}) AS rows{at} UNION ALL
SELECT {at}, -total * (SELECT max(id) FROM {table}) / latest
FROM (SELECT count(*) AS total, max(id) AS latest FROM found{at}) AS counted{at} WHERE total > {few}
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Columns of the list's own rows, or of those at `path` from them, and the condition that a text is there. Where no
    column is compared, a `statement` gives the keys of the rows that fulfil the condition.
    """

    condition: Q | Exists
    columns: tuple[str, ...] = ()
    path: str = ""
    statement: Statement | None = None


@dataclass(frozen=True, slots=True)
class Sought:
    """Rows of this model that have the text in one of the places. Of more than `some` a list is read along its order:
    who wants the first few rows only has gathered them before the keys are.
    """

    model: type[Model]
    text: str
    places: tuple[Place, ...]
    some: int


@dataclass(frozen=True, slots=True)
class Found:
    """Of one place: the keys of all rows that can have the text there; or, if those are too many, the `statement` that
    gives the keys of the place's table, and how many these are. Neither: the text is common, or no index can tell.
    """

    keys: Keys | None = None
    statement: Statement | None = None
    amount: int = 0


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of the index for one place."""

    model: type[Model]
    path: str
    statement: Statement


def place_of(text: str, *columns: str, path: str = "") -> Place:
    prefix = f"{path}__" if path else ""
    return Place(reduce(or_, (Q(**{f"{prefix}{column}__icontains": text}) for column in columns)), columns, path)


def containing(model: type[Model], text: str, *places: Place) -> Q:
    """That a row has the text in one of these places. At most one statement."""
    return conditions(Sought(model, text, places, SOME))[0]


def conditions(*sought: Sought) -> list[Q]:
    """What each of them says of its rows. At most one statement for all."""
    found = iter(_find([(one.model, one.text, place) for one in sought for place in one.places]))
    return [_condition(one, [next(found) for _ in one.places]) for one in sought]


def _condition(sought: Sought, found: Iterable[Found]) -> Q:
    pairs = [pair for pair in zip(sought.places, found, strict=True) if pair[1].keys != frozenset()]
    rare = [told.keys for _, told in pairs if told.keys is not None]
    keys: Keys = frozenset().union(*rare)
    if len(rare) < len(pairs) or len(keys) > FEW:
        return reduce(or_, (_narrowed(sought, *pair) for pair in pairs))
    if len(pairs) == 1:
        return Q(pk__in=among(sorted(keys))) & Q(pairs[0][0].condition)
    return Q(pk__in=among(sorted(keys))) & reduce(or_, (_narrowed(sought, *pair) for pair in pairs), Q())


def _narrowed(sought: Sought, one: Place, found: Found) -> Q:
    """A place's condition, after what is cheaper to ask of a row that is read."""
    if found.keys is not None:
        return Q(pk__in=among(sorted(found.keys))) & Q(one.condition)
    if found.statement is not None:
        # The keys of less than a trigram come in the order of trigrams: how many there are was only guessed too low.
        some = sought.some if len(sought.text) >= WIDTH else 0
        return Q(_held(sought.model, one, found.statement, is_read_along=found.amount > some))
    return Q(one.condition)


def _find(asked: Sequence[tuple[type[Model], str, Place]]) -> list[Found]:
    questions = {}
    for at, (model, text, one) in enumerate(asked):
        if statement := one.statement or lookup(_target(model, one.path), one.columns, text):
            questions[at] = _Question(model, one.path, statement)
    numbers = _read(_together(questions)) if questions else None
    if numbers is None:
        return [Found()] * len(asked)
    return [_found(questions[at].statement, numbers[at]) if at in questions else Found() for at in range(len(asked))]


def _found(statement: Statement, numbers: Sequence[int]) -> Found:
    """Keys, and below zero how many there are of the place's table."""
    amount = -min(numbers, default=0)
    if amount > MANY:
        return Found()
    if amount > 0 or len(numbers) > FEW:
        return Found(None, statement, amount)
    return Found(frozenset(numbers))


def _target(model: type[Model], path: str) -> type[Model]:
    for name in filter(None, path.split("__")):
        related = model._meta.get_field(name).related_model
        assert isinstance(related, type)
        model = related
    return model


def _together(questions: Mapping[int, _Question]) -> Statement:
    """All in one statement. Of each, by its number: the keys of the list's rows, and if its table has more than a few,
    with a minus how many those are: keys come in their order, so the last of the first ones tells how dense they are.
    """
    tables: list[str] = []
    parts: list[str] = []
    parameters: list[Any] = []
    for at, one in questions.items():
        sql, given = one.statement
        rows, table = _rows(one.model, one.path).format(keys=_KEYS.format(at=at)), _target(one.model, one.path)
        tables.append(_TABLE.format(at=at, sql=sql, most=FEW + 1))
        parts.append(_PART.format(at=at, rows=rows, most=FEW + 1, few=FEW, table=table._meta.db_table))
        parameters += given
    return f"WITH {', '.join(tables)} {' UNION ALL '.join(parts)}", tuple(parameters)


@cache
def _rows(model: type[Model], path: str) -> str:
    """The statement for the list's rows from which the path leads to `keys`."""
    if not path:
        return "{keys}"
    rows = model._default_manager.filter(**{f"{path}__in": RawSQL("{keys}", ())})
    return rows.order_by().values("id").query.sql_with_params()[0]


def _read(statement: Statement) -> Mapping[int, list[int]] | None:
    """None while there is no index: SQLite's is made anew after its tables changed."""
    found: dict[int, list[int]] = defaultdict(list)
    try:
        with connection.cursor() as cursor:
            cursor.execute(*statement)
            for at, number in cursor.fetchall():
                found[at].append(number)
    except OperationalError as error:
        if not str(error).startswith("no such "):
            raise
        return None
    return found


class _Held(Func):
    """A condition that first looks a row's own column up among keys.

    SQLite is kept by a sign from fetching the rows by those keys where they are read in another order. `is_read_along`
    leaves the keys out then: the reading is over before they would all be gathered.
    """

    output_field = BooleanField()

    def __init__(self, column: F, condition: Q | Exists, statement: Statement, is_read_along: bool) -> None:
        super().__init__(column, condition)
        self.statement, self.is_read_along = statement, is_read_along

    def as_sql(  # type: ignore[override]  # takes nothing of what a function's template is given
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Parameters]:
        column, condition = self.source_expressions
        sql, parameters = compiler.compile(condition)
        is_ordered = bool(compiler.query.order_by) and compiler.query.group_by is None
        if is_ordered and self.is_read_along:
            return sql, tuple(parameters)
        name, none = compiler.compile(column)
        sign = "+" if is_ordered and connection.vendor == "sqlite" else ""
        keys, given = self.statement
        return f"({sign}{name} IN ({keys}) AND {sql})", (*none, *given, *parameters)


def _held(model: type[Model], one: Place, statement: Statement, *, is_read_along: bool) -> _Held:
    if one.path and model._meta.get_field(one.path.partition("__")[0]).concrete:
        return _Held(F(one.path), one.condition, statement, is_read_along)
    keys, given = statement
    return _Held(F("pk"), one.condition, (_rows(model, one.path).format(keys=keys), given), is_read_along)
