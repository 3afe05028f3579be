"""Drills of the parent process: children die, children do not listen, the parent itself is killed."""

import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from certdash.runtime.supervisor import how_it_ended

SECONDS = 20
WAIT = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
WAIT_DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + WAIT
WAIT_WITH_CHILD = (
    "import subprocess, sys; "
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); print(child.pid, flush=True);"
    + WAIT
)

Start = Callable[..., "Parent"]


class Parent:
    """The parent under test; `line` reads what it or a child says next."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def line(self, name: str) -> str:
        """The next line of that name; others are passed over."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            speaker, _, text = line.partition("|")
            if speaker.strip() == name:
                return text.strip()
        raise AssertionError(f"{name} says nothing more")

    def first_pids(self, *names: str) -> dict[str, int]:
        """The children start at once and speak in any order."""
        assert self.process.stdout is not None
        pids: dict[str, int] = {}
        for line in self.process.stdout:
            speaker, _, text = line.partition("|")
            if speaker.strip() in names:
                pids[speaker.strip()] = int(text)
            if len(pids) == len(names):
                break
        return pids


@pytest.fixture
def start() -> Iterator[Start]:
    parents: list[subprocess.Popen[str]] = []

    def start_parent(*wrapper: str, **programs: str) -> Parent:
        script = Path(__file__).with_name("supervised.py")
        arguments = [f"{name}={code}" for name, code in programs.items()]
        parents.append(
            subprocess.Popen(
                [*wrapper, sys.executable, str(script), *arguments],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                env=os.environ | {"PYTHONPATH": str(script.parents[2])},
            )
        )
        return Parent(parents[-1])

    yield start_parent
    for parent in parents:
        parent.terminate()
        parent.wait()
        assert parent.stdout is not None
        parent.stdout.close()


def ends_with(pid: int, act: Callable[[], None]) -> bool:
    """Whether the process ends within the deadline once `act` is done; no process is waited for by its number alone."""
    watched = os.pidfd_open(pid)
    try:
        act()
        return bool(select.select([watched], [], [], SECONDS)[0])
    finally:
        os.close(watched)


def read_until(terminal: int, pattern: bytes) -> bytes:
    """The first group of the pattern, as soon as the terminal shows it; a terminal that closes first is an error."""
    shown = b""
    while not (found := re.search(pattern, shown)):
        shown += os.read(terminal, 4096)
    return bytes(found[1])


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_a_killed_child_is_started_again(start: Start) -> None:
    parent = start(web=WAIT)
    first = int(parent.line("web"))

    os.kill(first, signal.SIGKILL)

    assert parent.line("certdash") == "web was ended by SIGKILL; it starts again in 0.5 s"
    assert int(parent.line("web")) != first


def test_a_child_that_keeps_ending_is_started_later_each_time(start: Start) -> None:
    parent = start(web="raise SystemExit(3)")
    said = [parent.line("certdash"), parent.line("certdash"), parent.line("certdash")]
    assert said == [
        "web ended with exit code 3; it starts again in 0.5 s",
        "web ended with exit code 3; it starts again in 1 s",
        "web ended with exit code 3; it starts again in 2 s",
    ]


def test_the_other_children_are_left_alone(start: Start) -> None:
    parent = start(web=WAIT, worker=WAIT)
    pids = parent.first_pids("web", "worker")

    os.kill(pids["web"], signal.SIGKILL)

    assert parent.line("web") != str(pids["web"])
    assert is_running(pids["worker"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_stops_everything(start: Start, number: signal.Signals) -> None:
    parent = start(web=WAIT)
    child = int(parent.line("web"))

    assert ends_with(child, lambda: parent.process.send_signal(number))

    assert parent.process.wait(SECONDS) == 0


def test_a_parent_under_nohup_stays_when_its_terminal_closes(start: Start) -> None:
    parent = start("nohup", web=WAIT)
    first = int(parent.line("web"))

    parent.process.send_signal(signal.SIGHUP)
    os.kill(first, signal.SIGKILL)

    assert int(parent.line("web")) != first


def test_a_closed_terminal_stops_everything_though_its_program_passes_no_signal_on() -> None:
    script = Path(__file__).with_name("supervised.py")
    terminal, screen = os.openpty()
    try:
        parent = subprocess.Popen(
            [sys.executable, str(script), f"web={WAIT}"],
            stdout=screen,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": str(script.parents[2])},
        )
        os.close(screen)
        child = int(read_until(terminal, rb"web +\| (\d+)"))
        assert ends_with(child, lambda: os.close(terminal))
    finally:
        parent.terminate()
    assert parent.wait(SECONDS) == 0


def test_whoever_stops_reading_stops_everything(start: Start) -> None:
    parent = start(web=WAIT)
    child = int(parent.line("web"))
    assert parent.process.stdout is not None

    assert ends_with(child, parent.process.stdout.close)

    assert parent.process.wait(SECONDS) == 0


def test_a_child_that_does_not_listen_is_killed(start: Start) -> None:
    parent = start(web=WAIT_DEAF)
    child = int(parent.line("web"))
    assert ends_with(child, parent.process.terminate)


def test_grandchildren_end_too(start: Start) -> None:
    parent = start(web=WAIT_WITH_CHILD)
    grandchild = int(parent.line("web"))
    parent.line("web")
    assert ends_with(grandchild, parent.process.terminate)


def test_the_grandchildren_of_a_killed_child_end_before_its_restart(start: Start) -> None:
    parent = start(web=WAIT_WITH_CHILD)
    grandchild, child = int(parent.line("web")), int(parent.line("web"))
    assert ends_with(grandchild, lambda: os.kill(child, signal.SIGKILL))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux tells children of their parent's end")
def test_children_do_not_outlive_a_killed_parent(start: Start) -> None:
    parent = start(web=WAIT)
    child = int(parent.line("web"))
    assert ends_with(child, parent.process.kill)


def test_last_words_are_passed_on(start: Start) -> None:
    parent = start(web="import sys; sys.exit('no database')")
    assert parent.line("web") == "no database"


@pytest.mark.parametrize(("code", "sentence"), [(1, "ended with exit code 1"), (-9, "was ended by SIGKILL")])
def test_an_end_is_told_in_words(code: int, sentence: str) -> None:
    assert how_it_ended(code) == sentence
