"""What a channel is given and what it answers: plain values; a failure in the world is one of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from certdash.probes.guard import Networks

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
class Limits:
    """`deadline` is for the whole attempt. `allowed` are networks that the address guard lets through although they are
    not public. `authorities` names a file of further roots that certdash believes.
    """

    deadline: timedelta = timedelta(seconds=10)
    allowed: Networks = ()
    authorities: str = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """`answer` is what the receiver said, for the person who sends a test."""

    answer: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A sentence for the channel's owner; `is_passing` when the next attempt may well succeed as things are."""

    reason: str
    is_passing: bool = False


Answer = Delivered | Failure
