"""A reader's own saved filters of one list: which one is chosen, and whether it was changed since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from certdash.models import SavedFilter
from certdash.queries.access import Access
from certdash.queries.formatting import address
from certdash.queries.lists.lists import PLACES, SAVED, Address

LISTS = {
    "environments": "Environments",
    "apps": "Apps",
    "rotations": "Rotations",
    "certificates": "Certificates",
    "findings": "Findings",
    "activity": "Activity",
}
MOST = 30
LONGEST = 1500


@dataclass(frozen=True, slots=True)
class SavedLink:
    pk: int
    name: str
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class SavedMenu:
    """`chosen` is the saved filter that the address names or equals, `query` what would be saved now."""

    page: str
    links: tuple[SavedLink, ...]
    chosen: SavedLink | None
    is_changed: bool
    query: str

    @property
    def is_full(self) -> bool:
        return len(self.links) >= MOST


def own_filters(access: Access, page: str, place: Address) -> list[SavedFilter]:
    """One statement. What the address names is kept in it, unless it is another person's: then it is a plain link."""
    rows = list(SavedFilter.objects.filter(user=access.user_id, page=page))
    if place.given.get(SAVED) in {str(row.pk) for row in rows}:
        place.known[SAVED] = place.given[SAVED]
    return rows


def saved_menu(page: str, rows: Iterable[SavedFilter], place: Address) -> SavedMenu:
    """After everything else of the address was read."""
    query = canonical(place.known.items())
    named = place.known.get(SAVED, "")
    chosen = next((row for row in rows if str(row.pk) == named or (not named and query and row.query == query)), None)
    links = {row.pk: SavedLink(row.pk, row.name, link_of(row), row == chosen) for row in rows}
    is_changed = chosen is not None and chosen.query != query
    return SavedMenu(page, tuple(links.values()), links[chosen.pk] if chosen else None, is_changed, query)


def link_of(row: SavedFilter) -> str:
    query: Mapping[str, str] = dict(parse_qsl(row.query)) | {SAVED: str(row.pk)}
    return address(row.page, **query)


def canonical(parts: Iterable[tuple[str, str]]) -> str:
    """The same filters in the same order give the same text; where in the list somebody stood is no part of it."""
    return urlencode(sorted((name, text) for name, text in parts if text and name not in (*PLACES, SAVED)))
