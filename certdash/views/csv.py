"""Lists as CSV: streamed, and no cell starts a formula in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Echo:
    """A file for the csv writer that hands every line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def harmless(cell: str) -> str:
    """An apostrophe keeps a spreadsheet from computing a cell that somebody else has named."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def csv_response(rows: Iterable[tuple[str, ...]], name: str) -> StreamingHttpResponse:
    writer = csv.writer(_Echo())
    lines: Iterator[str] = (writer.writerow([harmless(cell) for cell in row]) for row in rows)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
