"""`certdash up`: what it says when it cannot start, and that it starts, answers and stops as a whole."""

import os
import signal
import socket
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from certdash.cli import demo, up
from certdash.demo.plan import Plan, lab_folder, write_plan
from certdash.runtime.launch import Launch, StartError, launch, locked, require_free_places, require_free_port
from tests.labs import free_port

ROOT = Path(__file__).parents[3]
START = "import argparse, sys; from certdash.cli import up; p = argparse.ArgumentParser(); up.add_arguments(p); "
Up = Callable[[], subprocess.Popen[str]]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start_up(tmp_path: Path, port: int) -> Iterator[Up]:
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        """From another folder than the checkout, with its data in a folder that does not exist yet."""
        inherited = ("CERTDASH_VAR", "BROKER_URL", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", START + "sys.exit(up.run(p.parse_args()))", "--port", str(port)],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                cwd=tmp_path,
                env={name: value for name, value in os.environ.items() if name not in inherited}
                | {"PYTHONPATH": str(ROOT), "CERTDASH_VAR": str(tmp_path / "data")},
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.terminate()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def read_until(process: subprocess.Popen[str], beginning: str) -> list[str]:
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith(beginning):
            return lines
    raise AssertionError("\n".join(lines))


def status_of(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_it_starts_answers_and_stops(start_up: Up, port: int, tmp_path: Path) -> None:
    process = start_up()
    said = read_until(process, "The first visit")
    assert f"certdash is at http://127.0.0.1:{port}/" in said
    assert status_of(port, "/healthz") == 200

    process.send_signal(signal.SIGINT)

    assert process.wait(30) == 0
    require_free_port(port, "")
    assert (tmp_path / "data" / "certdash.sqlite3").exists()


def test_an_impossible_setting_is_told_in_its_own_words(
    start_up: Up, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROBE_BATCH", "2001")
    reason = "PROBE_BATCH is 2001. A batch holds 1 to 2000 endpoints; 300 suits most fleets."
    said = read_until(start_up(), "More is in")
    assert said == [
        f"certdash | preparing the data in {tmp_path}/data",
        f"certdash could not prepare its data, and nothing was started: {reason}",
        f"More is in {tmp_path}/data/prepare.log.",
    ]


def test_two_on_one_folder_are_refused(start_up: Up, tmp_path: Path) -> None:
    with locked(tmp_path / "data"):
        process = start_up()
        said = read_until(process, "certdash")
        code = process.wait(30)
    assert code == 1
    assert "\n".join(said) == (
        f"certdash already runs on the data in {tmp_path}/data. Stop it first (Ctrl-C in its terminal), "
        "or give this one a folder of its own: CERTDASH_VAR=FOLDER."
    )


def test_a_taken_port_is_named_with_another(port: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", port)):
        code = launch(Launch(var=tmp_path, port=port, command="make up"))
    assert code == 1
    assert capsys.readouterr().out == (
        f"Port {port} on 127.0.0.1 cannot be used: Address already in use. "
        f"Stop the program that has it, or choose another: PORT={port + 1} make up\n"
    )


def test_the_taken_port_of_a_lab_is_no_reason_to_probe_a_stranger(tmp_path: Path, port: int) -> None:
    plan = Launch(var=tmp_path, port=1, command="make demo", places=(("127.0.0.1", port), ("127.0.0.2", port)))
    with socket.create_server(("127.0.0.2", port)), pytest.raises(StartError) as refusal:
        require_free_places(plan)
    assert str(refusal.value) == (
        f"Port {port} on 127.0.0.2, where the servers of {tmp_path} answer, cannot be used: Address already in use. "
        "Stop the program that has it, perhaps another demo, or start a second story: CERTDASH_VAR=FOLDER make demo"
    )


def test_a_demo_answers_where_its_story_says(tmp_path: Path) -> None:
    before = demo.places(tmp_path)
    write_plan(lab_folder(tmp_path), Plan(18_443, ("127.0.0.1", "127.0.0.2")))
    assert (before, demo.places(tmp_path)) == ((), (("127.0.0.1", 18_443), ("127.0.0.2", 18_443)))


@pytest.mark.parametrize("number", [-1, 65536])
def test_a_port_that_is_none_is_refused(number: int) -> None:
    with pytest.raises(StartError) as refusal:
        require_free_port(number, "make up")
    assert str(refusal.value) == "A port is a number from 1 to 65535. Choose one: PORT=8001 make up"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartError) as refusal:
        locked(tmp_path / "file" / "var")
    assert str(refusal.value) == (
        f"certdash keeps its data in {tmp_path}/file/var, and that cannot be written: Not a directory."
    )


@pytest.mark.parametrize(
    ("option", "environment", "expected"),
    [(None, "", 8000), (None, "8001", 8001), (9000, "8001", 9000), (None, "eight", -1)],
)
def test_the_port_comes_from_the_option_then_the_environment(
    monkeypatch: pytest.MonkeyPatch, option: int | None, environment: str, expected: int
) -> None:
    monkeypatch.setenv("PORT", environment)
    assert up.port(Namespace(port=option)) == expected
