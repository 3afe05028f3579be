"""The two ways to run certdash, each with real processes on data of its own, and what a drill may do to them."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import psycopg
import redis

ROOT = Path(__file__).parents[2]
TICK, LEASE, DEADLINE, BATCH = 1, 9, 4, 25
# How long a loaded machine may take to start processes; no drill needs it unless it fails.
PATIENCE = 240.0

Rows = list[tuple[Any, ...]]


class Stack(Protocol):
    environment: dict[str, str]
    pool: tuple[str, ...]

    def ask(self, statement: str) -> Rows: ...

    def waiting(self) -> int: ...

    def empty_the_queue(self) -> None: ...

    def double_the_queue(self) -> None: ...


@dataclass
class Embedded:
    """SQLite and a queue of files."""

    folder: Path
    pool: tuple[str, ...] = ("--pool", "threads", "--concurrency", "4")
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def messages(self) -> list[Path]:
        return list((self.folder / "broker" / "queue").glob("*.celery.msg"))

    def connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.folder / "certdash.sqlite3", isolation_level=None, timeout=20)

    def ask(self, statement: str) -> Rows:
        with closing(self.connect()) as connection:
            return connection.execute(statement).fetchall()

    def waiting(self) -> int:
        return len(self.messages)

    def empty_the_queue(self) -> None:
        for message in self.messages:
            message.unlink(missing_ok=True)

    def double_the_queue(self) -> None:
        for message in self.messages:
            with suppress(FileNotFoundError):
                unfinished = message.with_name(f".{uuid4()}")
                unfinished.write_bytes(message.read_bytes())
                unfinished.rename(message.with_name(f"{time.time_ns():020}_{uuid4()}.celery.msg"))

    @contextmanager
    def writing_refused(self) -> Iterator[None]:
        """Another program holds the only place for a writer."""
        with closing(self.connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")


@dataclass
class Scaled:
    """PostgreSQL and Redis, with a database of its own."""

    server: str
    broker: str
    pool: tuple[str, ...] = ("--pool", "prefork", "--concurrency", "2")
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        name = f"drill_{uuid4().hex}"
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        self.url = f"{self.server.rpartition('/')[0]}/{name}"
        self.environment |= {"DATABASE_URL": self.url, "BROKER_URL": self.broker}
        self.redis.flushall()

    @property
    def redis(self) -> "redis.Redis":
        return redis.Redis.from_url(self.broker)

    def ask(self, statement: str) -> Rows:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def waiting(self) -> int:
        return int(self.redis.llen("celery"))

    def empty_the_queue(self) -> None:
        self.redis.flushall()

    def double_the_queue(self) -> None:
        for message in self.redis.lrange("celery", 0, -1):
            self.redis.lpush("celery", message)

    def crash(self) -> None:
        """PostgreSQL answers the violent end of one of its processes with the end of all, and recovers from its log."""
        with suppress(psycopg.OperationalError), psycopg.connect(self.url) as connection:
            os.kill(connection.info.backend_pid, signal.SIGKILL)
            connection.execute("SELECT 1")

    @contextmanager
    def writing_refused(self) -> Iterator[None]:
        """As on a standby server before it takes over."""
        database = self.url.rpartition("/")[2]
        self._admin(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
        yield
        self._admin(f"ALTER DATABASE {database} RESET default_transaction_read_only")

    def _admin(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)


@dataclass
class Running:
    """The processes of one drill; all of them end with it."""

    stack: Embedded | Scaled
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of pytest's own settings reaches them."""
        inherited = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "BROKER_URL"}}
        return (
            inherited
            | {
                "CERTDASH_VAR": str(self.folder),
                "DJANGO_SETTINGS_MODULE": "certdash.settings",
                "PYTHONPATH": str(ROOT),
                "SECRET_KEY": "of a drill",
                "BROKER_URL": "filesystem://localhost//",
                "PROBE_ALLOWED_NETWORKS": "127.0.0.0/8",
                "PROBE_TICK": str(TICK),
                "PROBE_LEASE": str(LEASE),
                "PROBE_DEADLINE": str(DEADLINE),
                "PROBE_BATCH": str(BATCH),
                "PROBE_CONCURRENCY": str(BATCH),
                "SQLITE_TIMEOUT": "2",
            }
            | self.stack.environment
        )

    def run(self, *arguments: str) -> None:
        # What prepares or prods a drill may wait long for the writer's place; the product itself keeps its own limit.
        environment = {**self.environment, "SQLITE_TIMEOUT": "240"}
        subprocess.run([sys.executable, *arguments], check=True, env=environment, cwd=ROOT)

    def worker(self) -> subprocess.Popen[bytes]:
        name = f"drill{len(self.processes)}@localhost"
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        return self._start("worker", "--loglevel", "INFO", "--hostname", name, *quiet, *self.stack.pool)

    def beat(self) -> subprocess.Popen[bytes]:
        schedule = self.folder / f"beat{len(self.processes)}"
        return self._start("beat", "--loglevel", "INFO", "--schedule", str(schedule), "--pidfile=")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """With everything that it started."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)

    def said(self) -> str:
        return "".join(log.read_text(errors="replace") for log in self.folder.glob("*.log"))

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        log = self.folder / f"{arguments[0]}{len(self.processes)}.log"
        command = [sys.executable, "-m", "celery", "--app", "certdash.celery", *arguments]
        with log.open("wb") as file:
            process = subprocess.Popen(
                command, stdout=file, stderr=file, env=self.environment, cwd=ROOT, start_new_session=True
            )
        self.processes.append(process)
        return process


def until(claim: Callable[[], bool], what: str, *, seconds: float = PATIENCE) -> None:
    """Waits for a condition; a database that is away for the moment does not fulfil it."""
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        with suppress(psycopg.OperationalError, sqlite3.OperationalError):
            if claim():
                return
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds:g} s: {what}")
