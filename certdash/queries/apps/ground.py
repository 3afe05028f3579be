"""What the answers to an app's owner are made of: the hosts by the hand that rotates them, and words for them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from certdash.queries.formatting import HashText, Sentence, listed
from certdash.queries.judging.stakes import Kind, Stake
from pins.verdict import Value

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of an answer; with a verdict it opens with that verdict's shape and `word`."""

    words: Sentence
    value: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class PinLine:
    """A pin that an answer speaks of: what to do with it, the hash to copy, and whose key it is."""

    verb: str
    hash: HashText
    note: str


@dataclass(frozen=True, slots=True)
class Answer:
    question: str
    lines: tuple[Line, ...]
    pins: tuple[PinLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """`holders`: by key the releases in use that pin it. `watching` is where a host is added, empty for who may not,
    as is `plan`, which asks the owner to tell the platform what they will do.
    """

    stakes: tuple[Stake, ...]
    shares: Mapping[int, Decimal]
    holders: Mapping[bytes, frozenset[int]]
    now: datetime
    watching: str = ""
    plan: Sentence = ()

    @property
    def platform(self) -> tuple[Stake, ...]:
        """Hosts that change when the platform's certificate does; an own domain that serves it is one of them."""
        return tuple(one for one in self.stakes if one.kind is Kind.PLATFORM or one.serves_platform_leaf)

    @property
    def own(self) -> tuple[Stake, ...]:
        """Hosts with a certificate of the customer, wherever they run."""
        return tuple(one for one in self.stakes if one not in self.platform and one.kind is not Kind.EXTERNAL)

    @property
    def external(self) -> tuple[Stake, ...]:
        return tuple(one for one in self.stakes if one.kind is Kind.EXTERNAL)

    def watch_url(self, host: str) -> str:
        return f"{self.watching}?{urlencode({'host': host})}" if self.watching else ""

    def share_of(self, found: Iterable[Stake]) -> int:
        """Per cent of the app's users who have a struck release on one of these hosts."""
        releases = {row.release_id for one in found for row in one.struck}
        return round(sum((self.shares.get(pk, Decimal(0)) for pk in releases), Decimal(0)))


def by_value(found: Iterable[Stake]) -> dict[Value, list[Stake]]:
    """The worst first."""
    groups: dict[Value, list[Stake]] = defaultdict(list)
    for one in sorted(found, key=lambda stake: stake.value.badness):
        groups[one.value].append(one)
    return dict(groups)


def hosts_of(found: Sequence[Stake]) -> str:
    return shortened([one.host for one in found])


def releases_of(found: Iterable[Stake]) -> str:
    """Those whose cells are as bad as the host's verdict."""
    return shortened(list(dict.fromkeys(str(row.release) for one in found for row in one.struck)))


def shortened(names: Sequence[str]) -> str:
    rest = len(names) - MOST_NAMED
    return listed(names) if rest <= 0 else f"{', '.join(names[:MOST_NAMED])} and {rest} more"


def releases_in(found: Iterable[Stake]) -> int:
    return len({row.release_id for one in found for row in one.struck})


def verb(count: int, one: str, many: str) -> str:
    """`stops` for one, `stop` for more."""
    return one if count == 1 else many
