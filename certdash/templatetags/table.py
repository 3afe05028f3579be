"""The rows of a table, written in Python for the reason that `environment_rows` gives: one function a cell."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from django.utils.safestring import SafeString

Row = TypeVar("Row")
Cell = Callable[[Row], str]


def table_rows(
    rows: Iterable[Row], columns: Mapping[str, Cell[Row]], shown: Mapping[str, bool], first: Sequence[Cell[Row]] = ()
) -> SafeString:
    """Columns that a reader cannot leave out are not in `shown`. A cell passes every text through `escape`."""
    cells = [*first, *(cell for name, cell in columns.items() if shown.get(name, True))]
    return SafeString("".join(f"<tr>{''.join([cell(row) for cell in cells])}</tr>\n" for row in rows))
