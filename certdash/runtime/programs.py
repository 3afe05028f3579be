"""The command lines of the processes; each is run by the Python that runs this."""

import sys
from pathlib import Path

from certdash.runtime.child import Program

HOST = "127.0.0.1"
# Celery warns root of pickled messages; certdash's are JSON.
_CELERY = (
    *(sys.executable, "-W", "ignore:You're running the worker with superuser"),
    *("-m", "celery", "--quiet", "--app", "certdash.celery"),
)


def prepare(*, with_story: bool) -> Program:
    """Brings tables, static files and (for the demo) the story up to date, then ends."""
    return Program("prepare", (sys.executable, "-m", "django", "prepare", *(["--story"] if with_story else [])))


def probe_now() -> Program:
    """Makes every endpoint due, then ends."""
    return Program("probe now", (sys.executable, "-m", "django", "probe_now"))


def require_predictions() -> Program:
    """Ends with exit code 1 and a sentence where nothing is foretold yet."""
    return Program("require predictions", (sys.executable, "-m", "django", "require_predictions"))


def web(port: int) -> Program:
    return Program(
        "web",
        (
            *(sys.executable, "-m", "gunicorn", "certdash.wsgi"),
            *("--bind", f"{HOST}:{port}", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--preload"),
            *("--worker-tmp-dir", _memory_folder(), "--graceful-timeout", "5", "--log-level", "warning"),
            "--no-control-socket",
        ),
    )


def worker() -> Program:
    """Threads, not processes: a batch of probes is one event loop, and memory stays that of one process."""
    return Program(
        "worker",
        (
            *(*_CELERY, "worker", "--loglevel", "WARNING"),
            *("--pool", "threads", "--concurrency", "4"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ),
    )


def beat(var: Path) -> Program:
    return Program(
        "beat",
        (
            *(*_CELERY, "beat", "--loglevel", "WARNING"),
            *("--schedule", str(var / "beat"), "--pidfile="),
        ),
    )


def lab(folder: Path) -> Program:
    return Program("lab", (sys.executable, "-m", "certdash.demo.lab", str(folder)))


def _memory_folder() -> str:
    """Heartbeats of web workers are file times: on a slow disk they would stall the web."""
    memory = Path("/dev/shm")  # noqa: S108  # gunicorn makes an unlinked file of its own there
    return str(memory) if memory.is_dir() else "/tmp"  # noqa: S108
