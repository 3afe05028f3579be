"""Filters, sort and paging of every list: read from the address, where nonsense falls back and says so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

from certdash.queries.formatting import number

Direction = Literal["", "ascending", "descending"]
MAX_TEXT = 200


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


@dataclass(frozen=True, slots=True)
class Filters:
    selects: tuple[Select, ...]
    search: str = ""
    search_label: str = ""
    sort: str = ""
    clear_url: str = "?"

    @property
    def is_any_set(self) -> bool:
        return bool(self.search) or any(select.is_set for select in self.selects)


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

    def url(self, **changes: str) -> str:
        """This list with some parts of its address changed; an empty value drops the part."""
        query = {key: text for key, text in (self.known | changes).items() if text}
        return f"?{urlencode(query)}"

    def _keep(self, name: str, value: str) -> str:
        if value:
            self.known[name] = value
        return value


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
    sort = address.given.get("sort", default)
    if sort.removeprefix("-") not in set(fields):
        address.notices.append(f"The list cannot be sorted by “{sort[:40]}”, so it is sorted as usual.")
        sort = default
    if sort != default:
        address.known["sort"] = sort
    return sort


def shown(first: int, count: int, total: int, cap: int) -> str:
    """`51–100 of 84`; above the cap nobody counts to the end."""
    if not count:
        return "no rows"
    whole = f"more than {number(cap)}" if total > cap else number(total)
    return f"{number(first)}–{number(first + count - 1)} of {whole}"
