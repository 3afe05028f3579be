"""The rotation list: what changes when, who stops then, and how well the past ones were predicted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, F, OuterRef, QuerySet, Subquery, When

from certdash.drawing import lifetime
from certdash.drawing.scale import Scale
from certdash.models import Rotation, RotationState
from certdash.queries.access import Access
from certdash.queries.environments.words import EVIDENCE
from certdash.queries.formatting import Moment, Sentence, address, counted, day, full_day, number, span
from certdash.queries.kept import kept
from certdash.queries.lists import keyset
from certdash.queries.lists.keyset import Order
from certdash.queries.lists.lists import Address, Columns, Filters, Page, Select
from certdash.queries.lists.saved_filters import SavedMenu, own_filters, saved_menu
from certdash.queries.lists.text_search import containing, place_of
from certdash.queries.rotations.accuracy import Accuracy
from certdash.queries.rotations.effects import Effects, effects
from certdash.queries.rotations.facts import facts, rotations_sentence, stopping
from certdash.queries.rotations.scope import Struck, live_endpoints, visible
from certdash.queries.rotations.words import STATES
from certdash.queries.standing import data_age

OVER = (RotationState.DONE, RotationState.CANCELLED)
COLUMNS = {
    "owner": "Owner",
    "lifetime": "Lifetime",
    "window": "Window",
    "evidence": "How we know",
    "endpoints": "Endpoints",
    "apps": "Apps that stop",
    "users": "Users",
}
# Of six tables what a row shows: each column costs fifty conversions.
READ = (
    "platform_domain__domain", "endpoint__host", "endpoint__port",
    "leaf__not_before", "leaf__not_after", "successor__is_logged", "state", "window_start", "window_end",
    "window_evidence", "first_changed_at", "done_at", "is_stopping",
)  # fmt: skip
KINDS = {"platform": "platform", "custom": "custom"}
EFFECTS = {"stops": "that stop", "calm": "none stops"}
MOST_DONE = 10


@dataclass(frozen=True, slots=True)
class RotationRow:
    pk: int
    url: str
    name: str
    owner: str
    state: str
    is_under_way: bool
    is_over: bool
    window: str
    evidence: str
    endpoints: str
    apps: str
    users: str
    value: str
    bar: lifetime.LifetimeBar
    began: str
    ended: str
    accuracy: Accuracy | None


@dataclass(frozen=True, slots=True)
class RotationList:
    """`done` holds the last few beside the open ones; asked for by the filter, all of them are in `rows`."""

    age: Moment
    rows: tuple[RotationRow, ...]
    done: tuple[RotationRow, ...]
    is_over: bool
    page: Page
    filters: Filters
    choice: Columns
    saved: SavedMenu
    scale: lifetime.ScaleHead
    sentence: Sentence
    notices: tuple[str, ...]
    done_url: str
    csv_url: str


def rotation_list(access: Access, given: Mapping[str, str], now: datetime) -> RotationList:
    """At most eight statements, whatever is filtered."""
    place = Address(given)
    own = own_filters(access, "rotations", place)
    selects, named = _selects(place), _narrowed(_rows(access), place)
    rows = _in_state(named, access, place)
    choice, is_over = place.columns(COLUMNS), place.value("state") in OVER
    ended = None if place.value("state") or given.get("after") or given.get("before") else _done(named)
    cut = keyset.cut(rows, order_of(place), place, whose=("rotations", access.scope), beside=ended)
    done = sorted(cut.beside, key=lambda one: (one.done_at is not None, one.done_at, one.pk), reverse=True)
    both = [*cut.rows, *done]
    known = kept(("rotations", access.scope), lambda: facts(access, now))
    told = effects([one for one in both if one.is_stopping], [one for one in both if one.first_changed_at], access)
    scale = lifetime.scale_for((one.leaf.not_after for one in cut.rows), now)
    return RotationList(
        age=data_age(known["seen"], now),
        rows=tuple(_row(one, told, scale, now) for one in cut.rows),
        done=tuple(_row(one, told, scale, now) for one in done),
        is_over=is_over,
        page=cut.page,
        filters=Filters(selects, place.value("q"), "Filter by domain, host", place.kept_beside(selects)),
        choice=choice,
        saved=saved_menu("rotations", own, place),
        scale=lifetime.head_of(scale),
        sentence=rotations_sentence(known, now),
        notices=tuple(place.notices),
        done_url=place.url(state=RotationState.DONE),
        csv_url=place.url(format="csv"),
    )


def order_of(place: Address) -> Order:
    """Open ones by their window, the others by their end, the last one first."""
    if place.value("state") in OVER:
        return Order("done_at", is_down=True, is_nullable=True, within="state")
    return Order("window_start", is_nullable=True, within="state")


def filtered(access: Access, place: Address) -> tuple[tuple[Select, ...], QuerySet[Rotation]]:
    selects = _selects(place)
    return selects, _in_state(_narrowed(_rows(access), place), access, place)


def _selects(place: Address) -> tuple[Select, ...]:
    selects = (
        place.choice("state", "State", [(state.value, word) for state, word in STATES.items()], everything="open"),
        place.choice("kind", "Kind", KINDS.items()),
        place.choice("apps", "Apps", EFFECTS.items()),
    )
    place.tell_unknown(*(select.name for select in selects))
    return selects


def _in_state(rows: QuerySet[Rotation], access: Access, place: Address) -> QuerySet[Rotation]:
    """Without a state chosen the open ones."""
    state = place.value("state")
    rows = rows.filter(state=state) if state else rows.filter(is_open=True)
    if effect := place.value("apps"):
        rows = rows.filter(stopping(access) if effect == "stops" else ~stopping(access))
    return rows


def _rows(access: Access) -> QuerySet[Rotation]:
    below = live_endpoints(access).filter(platform_domain=OuterRef("platform_domain")).order_by()
    count = below.values("platform_domain").annotate(count=Count("pk")).values("count")
    # SQLite would count for custom hosts, too, below the domain that they do not have.
    counted_below = Case(When(platform_domain__isnull=False, then=Subquery(count)))
    rows = visible(access).annotate(endpoint_count=counted_below, customer=F("endpoint__environment__customer__name"))
    return rows.select_related("platform_domain", "endpoint", "leaf", "successor").only(*READ)


def _narrowed(rows: QuerySet[Rotation], place: Address) -> QuerySet[Rotation]:
    if kind := place.value("kind"):
        # Asked for what is there: SQLite would rather look up all that lack a domain, which are most.
        rows = rows.filter(**{f"{'platform_domain' if kind == 'platform' else 'endpoint'}__isnull": False})
    if text := place.text():
        bare = text.removeprefix("*.")
        domains = place_of(bare, "domain", path="platform_domain")
        rows = rows.filter(containing(Rotation, bare, domains, place_of(bare, "host", path="endpoint")))
    return rows


def _done(rows: QuerySet[Rotation]) -> keyset.Beside[Rotation]:
    rows = rows.filter(state=RotationState.DONE).order_by(F("done_at").desc(nulls_last=True), "-pk")
    return keyset.Beside(rows[:MOST_DONE], lambda one: one.state == RotationState.DONE)


def _row(one: Rotation, told: Effects, scale: Scale, now: datetime) -> RotationRow:
    is_over = one.state in OVER
    found = Struck() if is_over else told.hit(one)
    value = "will_fail" if found.apps else "ready"
    life = lifetime.Life(value, one.leaf.not_before, one.leaf.not_after, one.window_start, one.window_end)
    return RotationRow(
        pk=one.pk,
        url=f"{address('rotations')}{one.pk}/",
        name=name_of(one),
        owner=owner_of(one),
        state=STATES[RotationState(one.state)],
        is_under_way=one.state == RotationState.UNDER_WAY,
        is_over=is_over,
        window=span(one.window_start, one.window_end, now),
        evidence=short_evidence(one),
        endpoints=number(endpoint_total(one)),
        apps=f"{counted(found.apps, 'stops', 'stop')}" if found.apps else "none",
        users=number(found.users) if found.users else "",
        value=value,
        bar=lifetime.bar(life, scale),
        began=day(one.first_changed_at, now) if one.first_changed_at else "—",
        ended=day(one.done_at, now) if one.done_at else "—",
        accuracy=told.accuracies.get(one.pk),
    )


def name_of(one: Rotation) -> str:
    return str(one.platform_domain) if one.platform_domain else str(one.endpoint)


def owner_of(one: Rotation) -> str:
    return one.customer or "platform"  # type: ignore[attr-defined]  # annotated above


def endpoint_total(one: Rotation) -> int:
    count = one.endpoint_count if one.platform_domain_id else 1  # type: ignore[attr-defined]  # annotated above
    return count or 0


def short_evidence(one: Rotation) -> str:
    if one.first_changed_at:
        return "rolling out"
    if one.successor:
        return "logged" if one.successor.is_logged else "registered"
    basis = EVIDENCE.get(one.window_evidence, "")
    return "assumed" if basis.startswith("assumed") or not basis else one.window_evidence.replace("_", " ")


def month_of(one: Rotation) -> str:
    ends: Iterable[datetime | None] = (one.done_at, one.window_end, one.leaf.not_after)
    return full_day(next(end for end in ends if end)).split(" ", 1)[1]
