"""Celery's queue of files, made safe for several processes: a message is seen whole or not at all, and taken once.

Kombu's own writes a message under its final name, so that a worker can read it while it is still empty and then dies of
it; and it takes messages through the system's folder for temporary files, which can be another file system.
"""

import fcntl
import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from time import time_ns
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    """Only what reads and writes files is replaced; names and routing stay kombu's."""

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]  # as kombu's own does
        write_whole(Path(self.data_folder_out) / f"{time_ns():020}_{uuid4()}.{queue}.msg", dumps(payload))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """The oldest message that no other process takes first.

        The folder is listed when the last list is used up, not for every message: a long queue costs each once.
        """
        waiting = self._waiting_in(queue)
        while waiting or self._list(queue):
            message = waiting.popleft()
            taken = message.with_suffix(".taken")
            try:
                message.rename(taken)
            except FileNotFoundError:
                continue
            payload = taken.read_text()
            taken.unlink()
            return loads(payload)
        raise Empty

    def _waiting_in(self, queue: str) -> deque[Path]:
        lists: dict[str, deque[Path]] = vars(self).setdefault("_lists", {})
        return lists.setdefault(queue, deque())

    def _list(self, queue: str) -> bool:
        """Whether there was anything to list."""
        found = sorted(Path(self.data_folder_in).glob(f"*.{queue}.msg"))
        self._waiting_in(queue).extend(found)
        return bool(found)

    def _queue_bind(self, exchange: str, routing_key: str | None, pattern: str | None, queue: str) -> None:
        """Web, worker and beat declare the same queue as they start, all at once."""
        row = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._binding():
            rows = self.get_table(exchange)
            if row not in rows:
                write_whole(self.control_folder / f"{exchange}.exchange", dumps([row, *rows]))

    @contextmanager
    def _binding(self) -> Iterator[None]:
        with (self.control_folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    Channel = Channel


def write_whole(path: Path, text: str) -> None:
    """A reader sees the old state or the new one: a rename within a folder is one step."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(text)
    unfinished.rename(path)
