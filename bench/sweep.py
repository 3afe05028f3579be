"""P2 and P3: a whole sweep of an unchanged fleet against the bare engine, and its storing against `save()` per row."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from bench.yardstick.farm_running import CLIENT_CORE, ROOT, farm, figure, middle, missing
from bench.yardstick.names import may_serve, name_server
from tests.servers import postgres, postgres_program

COUNT, SMALL, ROUNDS = 10_000, 1_000, 3


def main() -> None:
    if sentence := missing("nginx", "cc", "taskset", "unshare"):
        print(sentence)
        return
    if not may_serve():
        print("Not measured: the sweep needs a name server of its own on port 53. Run it as root.")
        return
    with farm(), name_server() as asking:
        report("sqlite", 80, [swept(asking, COUNT, sqlite()) for _ in range(ROUNDS)], swept(asking, SMALL, sqlite()))
        if postgres_program("initdb") is None:
            print("Not measured: PostgreSQL is missing. Install postgresql from Debian's packages.")
            return
        report("postgresql", 25, [swept(asking, COUNT, postgres()) for _ in range(ROUNDS)], None)


def report(name: str, reach: int, rounds: list[dict[str, float]], small: dict[str, float] | None) -> None:
    figure(f"sweep_{name}", middle([one["sweep"] for one in rounds]) * 1000, "ms_cpu/endpoint", "absolute")
    ratio = middle([one["sweep"] / one["bare"] for one in rounds])
    figure(f"sweep_{name}", ratio, "times", "bare engine (stay below 1.3)")
    ratio = middle([one["single"] / one["batch"] for one in rounds])
    figure(f"storing_{name}", ratio, "times", f"save() per row (reach {reach})")
    if small:
        ratio = middle([one["memory"] for one in rounds]) / small["memory"]
        figure(f"sweep_{name}_memory", ratio, "times", f"a fleet of {SMALL} (stay at 1)")


def swept(asking: list[str], count: int, database: AbstractContextManager[str]) -> dict[str, float]:
    with database as url, tempfile.TemporaryDirectory(prefix="certdash-var-") as folder:
        environment = os.environ | {"DATABASE_URL": url, "CERTDASH_VAR": folder}
        command = [*asking, "taskset", "-c", CLIENT_CORE, sys.executable, "-m", "bench.yardstick.sweeping", str(count)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
        told: dict[str, float] = json.loads(done.stdout)
        return told


@contextmanager
def sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="certdash-sqlite-") as folder:
        yield f"sqlite:///{folder}/bench.sqlite3"


if __name__ == "__main__":
    main()
