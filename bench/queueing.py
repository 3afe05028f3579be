"""P4: what the queue costs a worker, per endpoint: hints with nothing to claim, on the filesystem broker."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.yardstick.farm_running import ROOT, cpu_of, figure, middle

HINTS, ROUNDS, IDLE = 200, 3, 5
BATCH = 300
# The worker counts as through when its queue is empty and its CPU clock stands still.
PAUSE = 0.5


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="certdash-queue-") as folder:
        environment = os.environ | {"CERTDASH_VAR": folder, "PROBE_BATCH": str(BATCH)}
        environment.pop("DATABASE_URL", None)
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], check=True, cwd=ROOT, env=environment)
        command = [sys.executable, "-m", "celery", "-A", "certdash.celery", "worker", "-P", "solo", "-l", "error"]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as worker:
            try:
                report(worker.pid, environment, Path(folder) / "broker")
            finally:
                worker.terminate()


def report(worker: int, environment: dict[str, str], broker: Path) -> None:
    settle(worker, broker)
    before = cpu_of(worker)
    time.sleep(IDLE)
    idle = (cpu_of(worker) - before) / IDLE
    costs = [round_of(worker, environment, broker, idle) for _ in range(ROUNDS)]
    figure("queue", middle(costs) * 1000, "ms_cpu/endpoint", f"absolute, batches of {BATCH} (stay below 0.1)")
    figure("queue_idle", idle * 1000, "ms_cpu/second", "absolute, one worker without work")


def round_of(worker: int, environment: dict[str, str], broker: Path, idle: float) -> float:
    before, started = cpu_of(worker), time.monotonic()
    code = f"from certdash.tasks.probing import probe_batch\nfor _ in range({HINTS}): probe_batch.delay()"
    setup = "import django; django.setup()\n"
    ready = environment | {"DJANGO_SETTINGS_MODULE": "certdash.settings"}
    subprocess.run([sys.executable, "-c", setup + code], check=True, cwd=ROOT, env=ready)
    settle(worker, broker)
    spent = cpu_of(worker) - before - idle * (time.monotonic() - started)
    return spent / HINTS / BATCH


def settle(worker: int, broker: Path) -> None:
    """Waits until the queue is empty and the worker has been at rest for a while."""
    last = -1.0
    while any(broker.glob("queue/*.msg")) or cpu_of(worker) - last > 0.05:
        last = cpu_of(worker)
        time.sleep(PAUSE)


if __name__ == "__main__":
    main()
