"""The queue of files with several writers and readers at once."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from kombu import Connection
from kombu.transport.virtual import BrokerState

from certdash.runtime.file_queue import Transport

WRITE = """
import sys
from tests.certdash.runtime.test_file_queue import connect
with connect(sys.argv[1]) as connection:
    queue = connection.SimpleQueue("work")
    for number in range(int(sys.argv[3])):
        queue.put([sys.argv[2], number])
"""
READ = """
import sys
from queue import Empty
from tests.certdash.runtime.test_file_queue import connect
with connect(sys.argv[1]) as connection:
    queue = connection.SimpleQueue("work")
    while True:
        try:
            message = queue.get(timeout=2)
        except Empty:
            break
        print(*message.payload)
        message.ack()
"""
ROOT = Path(__file__).parents[3]


def connect(folder: str | Path) -> Connection:
    folders = {"data_folder_in": "queue", "data_folder_out": "queue", "control_folder": "control"}
    paths = {name: Path(folder) / place for name, place in folders.items()}
    for path in paths.values():
        path.mkdir(exist_ok=True)
    options = {name: str(path) for name, path in paths.items()} | {"polling_interval": 0.001}
    # Kombu remembers per class what is bound; here every test has a folder of its own.
    transport = type("Fresh", (Transport,), {"global_state": BrokerState()})
    return Connection(transport=transport, transport_options=options)


def processes(script: str, arguments: Sequence[Sequence[str]]) -> list[subprocess.Popen[str]]:
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{script}"]
    return [subprocess.Popen([*command, *each], stdout=subprocess.PIPE, text=True) for each in arguments]


def test_every_message_is_taken_once_and_whole(tmp_path: Path) -> None:
    readers = processes(READ, [[str(tmp_path)]] * 3)
    writers = processes(WRITE, [[str(tmp_path), name, "150"] for name in ("a", "b", "c")])
    for writer in writers:
        writer.communicate()

    taken = [line for reader in readers for line in reader.communicate()[0].splitlines()]

    assert [reader.returncode for reader in readers] == [0, 0, 0]
    assert sorted(taken) == sorted(f"{name} {number}" for name in "abc" for number in range(150))
    assert list((tmp_path / "queue").iterdir()) == []


def test_the_oldest_message_comes_first(tmp_path: Path) -> None:
    with connect(tmp_path) as connection:
        queue = connection.SimpleQueue("work")
        for number in range(5):
            queue.put(number)
        assert [queue.get(timeout=2).payload for _ in range(5)] == [0, 1, 2, 3, 4]


def test_what_was_put_after_the_folder_was_listed_comes_too(tmp_path: Path) -> None:
    with connect(tmp_path) as connection:
        queue = connection.SimpleQueue("work")
        taken = []
        for number in range(3):
            queue.put(number)
            queue.put(-number)
            taken.append(queue.get(timeout=2).payload)
        assert [*taken, *(queue.get(timeout=2).payload for _ in range(3))] == [0, 0, 1, -1, 2, -2]


def test_a_message_of_another_queue_stays(tmp_path: Path) -> None:
    with connect(tmp_path) as connection:
        mine, theirs = connection.SimpleQueue("work"), connection.SimpleQueue("other")
        theirs.put("theirs")
        mine.put("mine")
        assert mine.get(timeout=2).payload == "mine"
        assert theirs.get(timeout=2).payload == "theirs"


def test_certdash_uses_it() -> None:
    from certdash.celery import app

    with app.connection_for_write("filesystem://localhost//") as connection:
        assert connection.get_transport_cls() is Transport
