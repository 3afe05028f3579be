"""Filters, columns, sort and paging of every list: read from the address, where nonsense falls back and says so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Literal
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from certdash.queries.formatting import number

Direction = Literal["", "ascending", "descending"]
MAX_TEXT = 200
# Parts of an address that say where in the list and in which form, beside the filters; `saved` is the chosen filter.
PLACES = ("after", "before", "n", "from", "format")
COLUMNS, SORT, SAVED = "show", "sort", "saved"
# Stands for a list without any optional column: an empty part would leave the address.
NO_COLUMN = "none"
# Beside the parts of an address: the columns that its reader keeps for the list.
OWN_COLUMNS = "own columns"


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    is_selected: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """One filter: "label value ▾"; the first option stands for all."""

    name: str
    label: str
    options: tuple[Option, ...]
    is_set: bool

    @property
    def html(self) -> SafeString:
        """Its options; written here, because a template takes long over thousands of customers."""
        rows = (
            f'<option value="{escape(one.value)}"{" selected" if one.is_selected else ""}>{escape(one.label)}</option>'
            for one in self.options
        )
        return SafeString("".join(rows))


@dataclass(frozen=True, slots=True)
class Filters:
    """`kept` are the other parts of the address that a new choice of filters leaves as they are."""

    selects: tuple[Select, ...]
    search: str = ""
    search_label: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    clear_url: str = "?"

    @property
    def is_any_set(self) -> bool:
        return bool(self.search) or any(select.is_set for select in self.selects)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that a reader may leave out. `shown` answers for each whether it is there; `kept` as in `Filters`.

    `is_own`: without any in the address these are the ones that the reader keeps.
    """

    options: tuple[Option, ...]
    shown: Mapping[str, bool]
    is_set: bool
    kept: tuple[tuple[str, str], ...] = ()
    is_own: bool = False

    @property
    def query(self) -> str:
        """The rest of the address, which a new choice leaves as it is."""
        return urlencode(self.kept)

    @property
    def words(self) -> str:
        return f"{sum(self.shown.values())} of {len(self.options)}" if self.is_set else "all"


@dataclass(frozen=True, slots=True)
class Column:
    """A column head that sorts; `url` turns the direction when it sorts already."""

    label: str
    url: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class Page:
    """`text` says which rows these are; an empty address means that there is nothing in that direction."""

    text: str
    previous_url: str = ""
    next_url: str = ""


@dataclass(slots=True)
class Address:
    """The query of a list's address while it is read: what was understood, and what to tell about the rest."""

    given: Mapping[str, str]
    known: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    def text(self, name: str = "q") -> str:
        value = self.given.get(name, "").replace("\x00", "").strip()[:MAX_TEXT]
        return self._keep(name, value)

    def choice(self, name: str, label: str, choices: Iterable[tuple[str, str]], *, everything: str = "all") -> Select:
        """A select over `choices`; a value that is none of them counts as not set."""
        pairs = [("", everything), *choices]
        value = self.given.get(name, "")[:MAX_TEXT]
        if value not in dict(pairs):
            self.notices.append(f"“{value[:40]}” is not a {label.lower()} in this list, so the filter shows all.")
            value = ""
        self._keep(name, value)
        return Select(name, label, tuple(Option(key, text, key == value) for key, text in pairs), bool(value))

    def value(self, name: str) -> str:
        return self.known.get(name, "")

    def columns(self, labels: Mapping[str, str]) -> Columns:
        """Which of these optional columns are shown: those of the address, else those the reader keeps, else all."""
        named, own = (_names(self.given.get(part, "")) for part in (COLUMNS, OWN_COLUMNS))
        if unknown := sorted(named - labels.keys() - {NO_COLUMN}):
            self.notices.append(f"“{unknown[0][:40]}” is not a column of this list, so it is left out.")
        known = {*labels, NO_COLUMN}
        is_named = bool(named & known)
        wanted = (named if is_named else own) & known
        is_set = bool(wanted) and not labels.keys() <= wanted
        shown = {name: name in wanted or not is_set for name in labels}
        if is_named and (is_set or own):
            self.known[COLUMNS] = column_text(shown)
        options = tuple(Option(name, label, shown[name]) for name, label in labels.items())
        return Columns(options, shown, is_set, self.kept(COLUMNS), is_own=bool(own) and not is_named)

    def kept_beside(self, selects: Iterable[Select]) -> tuple[tuple[str, str], ...]:
        """What a form with these filters has to carry along."""
        return self.kept("q", *(select.name for select in selects))

    def filters(self) -> tuple[tuple[str, str], ...]:
        """What decides which rows there are: the same for every order, every column and every page."""
        return self.kept(SORT, COLUMNS, SAVED)

    def kept(self, *without: str) -> tuple[tuple[str, str], ...]:
        return tuple((name, text) for name, text in self.known.items() if name not in without)

    def url(self, **changes: str) -> str:
        """This list with some parts of its address changed; an empty value drops the part."""
        query = {key: text for key, text in (self.known | changes).items() if text}
        return f"?{urlencode(query)}"

    def tell_unknown(self, *names: str) -> None:
        """A part that the list does not know is as good as not there, and it is said."""
        places = {*PLACES, COLUMNS, OWN_COLUMNS, SORT, SAVED, "q", *names}
        if unknown := sorted(name for name in self.given if name not in places):
            more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
            self.notices.append(f"This list has no filter “{unknown[0][:40]}”{more}, so that was left out.")

    def _keep(self, name: str, value: str) -> str:
        if value:
            self.known[name] = value
        return value


def column_text(shown: Mapping[str, bool]) -> str:
    """The shown ones, as an address and a reader's own choice write them."""
    return ",".join(name for name, is_shown in shown.items() if is_shown) or NO_COLUMN


def _names(text: str) -> set[str]:
    return {name for name in text[: 20 * MAX_TEXT].split(",") if name}


def columns(address: Address, labels: Mapping[str, str], sort: str) -> dict[str, Column]:
    """Heads by field name. `sort` is a field, with a minus when it runs downwards."""
    current, is_down = sort.removeprefix("-"), sort.startswith("-")
    return {
        name: Column(
            label,
            address.url(sort=f"-{name}" if name == current and not is_down else name),
            ("descending" if is_down else "ascending") if name == current else "",
        )
        for name, label in labels.items()
    }


def read_sort(address: Address, fields: Iterable[str], default: str) -> str:
    sort = address.given.get(SORT) or default
    if sort.removeprefix("-") not in set(fields):
        address.notices.append(f"The list cannot be sorted by “{sort[:40]}”, so it is sorted as usual.")
        sort = default
    if sort != default:
        address.known[SORT] = sort
    return sort


def shown(first: int, count: int, total: int, cap: int) -> str:
    """`51–100 of 84`; above the cap nobody counts to the end."""
    if not count:
        return "no rows"
    whole = f"more than {number(cap)}" if total > cap else number(total)
    return f"{number(first)}–{number(first + count - 1)} of {whole}"
