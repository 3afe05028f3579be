"""Predicted and actual of one rotation, read from its frozen predictions alone; nothing is decided again here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from certdash.models import Prediction, Rotation, RotationState
from certdash.queries.access import Access
from certdash.queries.formatting import Moment, address, counted, day, key_hash, moment, number
from certdash.queries.risk.predictions import STOPS, Outcome, outcome
from certdash.queries.rotations.scope import predictions_of
from pins.verdict import Value

MOST_ROWS = 100
MOST_NAMED = 3
ORDER: tuple[Outcome, ...] = ("wrong", "open", "unsettled", "right")
JUDGED = {"wrong": "wrong", "open": "not changed yet", "unsettled": "neither", "right": "right"}
DASH = "—"


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    app_pk: int
    app: str
    customer: str
    release: str
    host: str
    predicted: str
    actual: str
    outcome: Outcome
    word: str
    users: str
    reason: str
    url: str


@dataclass(frozen=True, slots=True)
class Total:
    label: str
    predicted: str
    actual: str
    difference: str
    is_off: bool = False
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """`misses` stand first and are never folded away; `rest` is; `hidden` counts rows beyond what a page can hold."""

    is_frozen: bool
    text: str
    frozen: Moment
    totals: tuple[Total, ...] = ()
    misses: tuple[OutcomeRow, ...] = ()
    rest: tuple[OutcomeRow, ...] = ()
    hidden: int = 0
    wrong: int = 0
    settled: int = 0
    verdict: str = ""


def outcome_view(rotation: Rotation, access: Access, now: datetime) -> OutcomeView:
    """One statement. `rotation` comes with successor, actual chain and its leaf."""
    rows = list(predictions_of(rotation, access).select_related("release__app__customer", "endpoint").order_by("pk"))
    if not rows:
        return OutcomeView(False, _not_frozen(rotation), moment(None, now))
    judged = [(outcome(row.predicted, row.actual), row) for row in rows]
    judged.sort(key=lambda pair: (ORDER.index(pair[0]), Value(pair[1].predicted).badness, -pair[1].users, pair[1].pk))
    misses = [_row(how, row) for how, row in judged if how == "wrong"]
    rest = [_row(how, row) for how, row in judged if how != "wrong"]
    settled = sum(how in ("wrong", "right") for how, _ in judged)
    return OutcomeView(
        is_frozen=True,
        text=_text(misses, settled, rows),
        frozen=moment(max(row.decided_at for row in rows), now),
        totals=_totals(rotation, rows, now),
        misses=tuple(misses[:MOST_ROWS]),
        rest=tuple(rest[:MOST_ROWS]),
        hidden=max(0, len(misses) - MOST_ROWS) + max(0, len(rest) - MOST_ROWS),
        wrong=len(misses),
        settled=settled,
        verdict="failing" if misses else "ready" if settled else "unknown",
    )


def _not_frozen(rotation: Rotation) -> str:
    if rotation.state in (RotationState.DONE, RotationState.UNDER_WAY):
        return (
            "No app of yours was on these hosts when the first address changed, so nothing was predicted. What is held "
            "against the outcome is what stood before, never what was worked out later."
        )
    return (
        "Nothing is frozen yet. When the first address serves another certificate, the verdicts of that moment are "
        "kept as they stand, and each is held against what its endpoint then does."
    )


def _text(misses: Sequence[OutcomeRow], settled: int, rows: Sequence[Prediction]) -> str:
    left = sum(not row.actual for row in rows)
    still = f" {counted(left, 'prediction')} wait for an endpoint that has not changed yet." if left else ""
    if left == 1:
        still = " 1 prediction waits for an endpoint that has not changed yet."
    if not settled:
        return f"{counted(len(rows), 'prediction')} frozen; none can be told right or wrong so far.{still}"
    if not misses:
        whole = "The only prediction that" if settled == 1 else f"All {number(settled)} predictions that"
        return f"{whole} could be told came true.{still}"
    verb = "was" if len(misses) == 1 else "were"
    named = "; ".join(map(_miss, misses[:MOST_NAMED])) + ("; …" if len(misses) > MOST_NAMED else "")
    return f"{number(len(misses))} of {counted(settled, 'prediction')} {verb} wrong: {named}.{still}"


def _miss(row: OutcomeRow) -> str:
    was = "was to stop and connects" if row.predicted in STOPS else "was to keep connecting and stopped"
    return f"{row.app} {row.release} on {row.host} {was}"


def _row(how: Outcome, row: Prediction) -> OutcomeRow:
    app = row.release.app
    return OutcomeRow(
        app.pk,
        app.name,
        app.customer.name,
        str(row.release),
        row.endpoint.host,
        row.predicted,
        row.actual,
        how,
        JUDGED[how],
        number(row.users),
        row.actual_reason if how == "wrong" else row.predicted_reason,
        address("app", app.pk),
    )


def _totals(rotation: Rotation, rows: Sequence[Prediction], now: datetime) -> tuple[Total, ...]:
    changed = [row for row in rows if row.actual]
    before = [row for row in rows if row.predicted in STOPS]
    after = [row for row in rows if row.actual in STOPS]
    is_open = len(changed) < len(rows)
    return (
        _count("Apps that stop", _apps(before), _apps(after) if changed else None, is_open=is_open),
        _count("Users concerned", _users(before), _users(after) if changed else None, is_open=is_open),
        _count("Endpoints that apps use", _endpoints(rows), _endpoints(changed) if changed else None, is_open=is_open),
        _key(rotation),
        _first_change(rotation, now),
    )


def _count(label: str, predicted: int, actual: int | None, *, is_open: bool) -> Total:
    if actual is None:
        return Total(label, number(predicted), DASH, DASH)
    if is_open:
        return Total(label, number(predicted), number(actual), "so far")
    gap = actual - predicted
    words = "0" if gap == 0 else f"{'+' if gap > 0 else '−'}{number(abs(gap))}"
    return Total(label, number(predicted), number(actual), words, is_off=gap != 0)


def _apps(rows: Iterable[Prediction]) -> int:
    return len({row.release.app_id for row in rows})


def _users(rows: Iterable[Prediction]) -> int:
    return sum({row.release_id: row.users for row in rows}.values())


def _endpoints(rows: Iterable[Prediction]) -> int:
    return len({row.endpoint_id for row in rows})


def _key(rotation: Rotation) -> Total:
    expected = rotation.successor.spki_sha256 if rotation.successor else ""
    seen = rotation.actual_chain.leaf.spki_sha256 if rotation.actual_chain else ""
    words = DASH if not (expected and seen) else "same" if expected == seen else "another key"
    short = [f"{key_hash(digest, '').short}…" if digest else DASH for digest in (expected, seen)]
    return Total("New leaf key", short[0], short[1], words, is_off=words == "another key", is_code=True)


def _first_change(rotation: Rotation, now: datetime) -> Total:
    opens, came = rotation.window_start, rotation.first_changed_at
    if opens is None or came is None:
        return Total("First address changes", day(opens, now) if opens else DASH, DASH, DASH)
    gap = (came.date() - opens.date()).days
    ends = rotation.window_end
    is_off = gap < 0 or (ends is not None and came > ends)
    words = "on the day" if gap == 0 else f"{'+' if gap > 0 else '−'}{abs(gap):,} d"
    return Total("First address changes", f"from {day(opens, now)}", day(came, now), words, is_off=is_off)
