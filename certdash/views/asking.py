"""What the address of a list asks for, as one text for each of its parts."""

from collections.abc import Mapping

from certdash.queries.lists import COLUMNS
from certdash.views.guard import Request


def asked(request: Request) -> dict[str, str]:
    """Of what stands there more than once the last counts; ticked columns come one by one and are all meant."""
    given = {name: str(text) for name, text in request.GET.items()}
    if COLUMNS in given:
        given[COLUMNS] = ",".join(request.GET.getlist(COLUMNS))
    return given


def wants_csv(given: Mapping[str, str]) -> bool:
    return given.get("format") == "csv"
