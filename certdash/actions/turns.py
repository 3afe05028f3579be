"""Who waits for whom where a transaction reads before it writes: evaluations alone, observations side by side.

An evaluation notices a rotation, freezes what was predicted and only then writes verdicts; what it reads must not
change between these steps. SQLite has one writer at a time anyway; PostgreSQL gets the same order by locks that end
with the transaction. Both calls come first in their transaction: else two could wait for each other's rows.
"""

from django.db import connection

# Any numbers that no other program uses in this database.
_LOCK = 0x63657274
_ROUTING = _LOCK + 1


def take_turn_alone() -> None:
    """For evaluations and what is derived from them."""
    _wait("SELECT pg_advisory_xact_lock(%s)")


def take_turn_together() -> None:
    """For new observations: many workers store theirs at once, but never during an evaluation."""
    _wait("SELECT pg_advisory_xact_lock_shared(%s)")


def take_turn_to_route() -> None:
    """For routing: two at once would open two mailboxes for one member."""
    _wait("SELECT pg_advisory_xact_lock(%s)", _ROUTING)


def _wait(statement: str, lock: int = _LOCK) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(statement, [lock])
