"""What the address of a list asks for, as one text for each of its parts."""

from collections.abc import Mapping

from certdash.queries.lists.lists import COLUMNS, OWN_COLUMNS
from certdash.views.guard import Request


def asked(request: Request, page: str) -> dict[str, str]:
    """Of what stands there more than once the last counts; ticked columns come one by one and are all meant.

    Beside it stands what the reader keeps for the list `page`, which no address can say.
    """
    given = {name: str(text) for name, text in request.GET.items()}
    if COLUMNS in given:
        given[COLUMNS] = ",".join(request.GET.getlist(COLUMNS))
    return given | {OWN_COLUMNS: request.user.list_columns.get(page, "")}


def wants_csv(given: Mapping[str, str]) -> bool:
    return given.get("format") == "csv"
