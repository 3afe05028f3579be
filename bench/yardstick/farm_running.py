"""Starts the TLS farm and the reference programs, and takes the CPU seconds of each."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

YARDSTICK = Path(__file__).resolve().parent
ROOT = YARDSTICK.parent.parent
CLIENT_CORE = "0"


def missing(*programs: str) -> str | None:
    """A sentence when one of the programs is not there."""
    absent = [name for name in programs if shutil.which(name) is None]
    return f"Not measured: {', '.join(absent)} missing. Install them from Debian's packages." if absent else None


@contextmanager
def farm() -> Iterator[Path]:
    """200 chains of each key type, served by nginx on 127.0.0.1–8, ports 8443 (P-256) and 9443 (RSA)."""
    with tempfile.TemporaryDirectory(prefix="certdash-farm-") as name:
        folder = Path(name)
        subprocess.run([sys.executable, YARDSTICK / "farm.py"], cwd=folder, check=True)
        subprocess.run(
            ["cc", "-O2", "-o", folder / "limit", YARDSTICK / "limit.c", "-lssl", "-lcrypto"], cwd=folder, check=True
        )
        folder.chmod(0o755)
        subprocess.run(["nginx", "-c", folder / "farm.conf"], check=True, stderr=subprocess.DEVNULL)
        try:
            yield folder
        finally:
            os.kill(int((folder / "farm.pid").read_text()), 15)


def limit(folder: Path, port: int, count: int, concurrency: int) -> float:
    """CPU seconds per handshake of the C client on the system's OpenSSL."""
    command: list[str | Path] = [folder / "limit", str(port), str(count), str(concurrency)]
    told = json.loads(pinned(command))
    return float(told["u"] + told["s"]) / int(told["ok"])


def pinned(command: list[str | Path]) -> str:
    """What a program on the client's core prints."""
    done = subprocess.run(
        ["taskset", "-c", CLIENT_CORE, *command], check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    return done.stdout


def cpu_of(process_id: int) -> float:
    """User and system seconds of a running process, its threads included."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def figure(name: str, value: float, unit: str, compared: str) -> None:
    print(f"{name} {value:.3g} {unit} {compared}", flush=True)


def middle(values: list[float]) -> float:
    return float(median(values))
