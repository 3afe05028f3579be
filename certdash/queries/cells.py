"""One cell of an app's matrix: release × host, now → next, with a few words of reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from certdash.models import Verdict
from certdash.queries.standing import effective_value, is_stale
from pins.verdict import Value

SHORT = {
    "no_pin_matches": "no pin fits",
    "plausible_successor_blocked": "depends on the next chain",
    "depends_on_trust_store": "depends on the trust store",
    "backup_key_unregistered": "next key not registered",
    "pins_expired": "pins have expired",
    "expiry_depends_on_time_zone": "pins expire in between",
    "no_rule_for_host": "no rule for this host",
    "os_without_pinning": "system too old for pins",
    "never_observed": "never read",
    "unreachable": "not readable",
    "no_pin_set": "no pin set uploaded",
    "host_not_covered": "certificate for other names",
    "missing_intermediate": "chain incomplete",
    "intermediate_may_be_fetched": "chain incomplete",
    "self_signed": "self-signed",
    "untrusted_root": "root not trusted",
    "expired": "certificate expired",
    "stale": "data too old",
    "anchors_unknown": "own trust anchors",
    "crashes_on_key_type": "crashes on a key",
}
STOPPING = {Value.FAILING: "no pin fits now", Value.WILL_FAIL: "no pin fits next"}


@dataclass(frozen=True, slots=True)
class Cell:
    """`word` is the verdict as it counts today; `note` its reason in a few words."""

    url: str
    now: str
    next: str
    value: str
    note: str
    is_stale: bool


def cell_of(row: Verdict, app_id: int, last_seen_at: datetime | None, now: datetime) -> Cell:
    """A stale green half is unknown; a stale red one stays and says that it is stale."""
    stale = row.endpoint_id is not None and is_stale(last_seen_at, now)
    value = effective_value(row.value, last_seen_at, now) if row.endpoint_id else Value(row.value)
    after = effective_value(row.next, last_seen_at, now) if row.endpoint_id else Value(row.next)
    note = note_of(row)
    return Cell(
        url=reverse("verdict", args=(app_id, row.pk)),
        now=(effective_value(row.now, last_seen_at, now) if row.endpoint_id else Value(row.now)).value,
        next=shown_next(value, after).value,
        value=value.value,
        note=f"{note}, stale" if stale and row.reason_code != "no_pin_set" else note,
        is_stale=stale,
    )


def shown_next(value: Value, after: Value) -> Value:
    """What fails now is no better next: the word of the cell is its verdict."""
    return value if value.badness < after.badness else after


def note_of(row: Verdict) -> str:
    value = Value(row.value)
    if row.reason_code == "pin_matches":
        return _matched(row.counterexample)
    if row.reason_code == "no_pin_matches" and value in STOPPING:
        return STOPPING[value]
    return SHORT.get(row.reason_code, row.reason_code.replace("_", " "))


def _matched(example: dict[str, Any] | None) -> str:
    """Which certificate of the path the saving pin names."""
    if not example or not example["matched"]:
        return "pinned"
    path, certificate = example["path"], example["matched"]["certificate"]
    place = path.index(certificate) if certificate in path else 0
    if place == 0:
        return "next key pinned" if example["when"] == "next" else "leaf pinned"
    return "root pinned" if place == len(path) - 1 else "intermediate pinned"
