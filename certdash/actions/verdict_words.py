"""What a verdict row says, ready for the database: made once for all hosts that share a verdict."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certdash.actions.bulk import prepared
from certdash.models import Verdict
from certdash.queries.judging.judging import Shared
from certdash.queries.plain import judged_json

FIXED = (
    "value",
    "badness",
    "now",
    "next",
    "reason_code",
    "evidence",
    "scenario",
    "ship_by",
    "window_start",
    "window_end",
)
# Stands for the host in shared sentences: a character of nobody's, and how JSON writes it.
HOST = "\ue000"
HOST_IN_JSON = json.dumps(HOST)[1:-1]


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """`fixed` are prepared values in the order of FIXED; the other two are templates with HOST in them."""

    fixed: tuple[Any, ...]
    reason: str
    counterexample: str | None

    def for_host(self, host: str) -> tuple[Any, ...]:
        reason, example = self.reason.replace(HOST, host), self.counterexample
        return (*self.fixed, reason, None if example is None else example.replace(HOST_IN_JSON, json.dumps(host)[1:-1]))

    def are_those_of(self, stored: tuple[Any, ...], host: str) -> bool:
        """Databases may write JSON in another way than they got it."""
        if stored[:-2] != self.fixed:
            return False
        *_, reason, example = self.for_host(host)
        if stored[-2] != reason:
            return False
        return bool(stored[-1] == example or _read(stored[-1]) == _read(example))


def words_of(shared: Shared) -> Words:
    """A window starts at midnight: one that is open now would else differ at every look."""
    verdict, window = shared.for_host(HOST), shared.window
    example = verdict.counterexample
    fixed = (
        verdict.value.value,
        verdict.value.badness,
        verdict.now.value,
        verdict.next.value,
        verdict.reason.code,
        verdict.evidence.value if verdict.evidence else "",
        example.scenario.value if example else "",
        verdict.ship_by,
        at_midnight(window.earliest) if window else None,
        window.latest if window else None,
    )
    told = json.dumps(judged_json(example)) if example else None
    return Words(prepared(Verdict, FIXED, fixed), verdict.reason.text, told)


def at_midnight(instant: datetime) -> datetime:
    return instant.replace(hour=0, minute=0, second=0, microsecond=0)


def _read(text: str | None) -> Any:
    return None if text is None else json.loads(text)
