"""What a channel is given and what it answers: plain values; a failure in the world is one of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from certdash.probes.connection import Failure

MOST_OF_AN_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True)
class Message:
    """`id` is the same at every attempt. `sent_at` is that of this attempt. `data` is what programs read."""

    id: str
    sent_at: datetime
    subject: str
    text: str
    html: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivered:
    """`answer` is what the receiver said, for the person who sends a test."""

    answer: str = ""


Answer = Delivered | Failure
