"""A notice before it is stored, and what may stand in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from certdash.models import Event


@dataclass(frozen=True, slots=True)
class Words:
    """What, so what, what to do; the subject is short enough for a phone."""

    subject: str
    what: str
    so_what: str
    to_do: str


@dataclass(frozen=True, slots=True)
class Draft:
    """`key` names the fact without the customer, who is added to it. `customer_id` is None for the platform's copy.

    `by` is the person who asks, where a notice is a question of somebody.
    """

    event: Event
    key: str
    customer_id: int | None
    words: Words
    path: str
    is_urgent: bool = False
    app_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    by: int | None = None

    @property
    def full_key(self) -> str:
        owner = "platform" if self.customer_id is None else str(self.customer_id)
        return f"{self.event.value}:{owner}:{self.key}"
