"""P1: the probe engine against a C client and against blackbox_exporter, full handshakes, 200 distinct chains."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from bench.yardstick.farm_running import CLIENT_CORE, cpu_of, farm, figure, limit, middle, missing, pinned

ROUNDS, COUNT, CONCURRENCY = 5, 4000, 64
PORTS = {"P-256": 8443, "RSA-2048": 9443}
EXPORTER = "prometheus-blackbox-exporter"
EXPORTER_PORT, EXPORTER_COUNT = 9115, 1000
MODULE = "modules: {tls: {prober: tcp, timeout: 10s, tcp: {tls: true, tls_config: {insecure_skip_verify: true}}}}\n"


def main() -> None:
    if sentence := missing("nginx", "cc", "taskset"):
        print(sentence)
        return
    with farm() as folder, exporter(folder) as process_id:
        for kind, port in PORTS.items():
            compare(folder, kind, port, process_id)


def compare(folder: Path, kind: str, port: int, process_id: int | None) -> None:
    own, yardstick, other = [], [], []
    for _ in range(ROUNDS):
        yardstick.append(limit(folder, port, COUNT, CONCURRENCY))
        own.append(engine(port))
        if process_id is not None:
            other.append(exported(process_id, port))
    figure(f"probe_{kind}", middle(own) * 1000, "ms_cpu/handshake", "absolute")
    figure(f"probe_{kind}", middle(yardstick) / middle(own), "times", "C client (reach 1.2)")
    if other:
        figure(f"probe_{kind}", middle(other) / middle(own), "times", "blackbox_exporter (reach 1.0)")


def engine(port: int) -> float:
    return float(pinned([sys.executable, "-m", "bench.yardstick.engine", str(port), str(COUNT), str(CONCURRENCY)]))


@contextmanager
def exporter(folder: Path) -> Iterator[int | None]:
    """blackbox_exporter on the client's core, None when it is not installed."""
    if shutil.which(EXPORTER) is None:
        print(f"Not compared with blackbox_exporter: {EXPORTER} is missing. Install it from Debian's packages.")
        yield None
        return
    configuration = folder / "blackbox.yml"
    configuration.write_text(MODULE)
    command = ["taskset", "-c", CLIENT_CORE, EXPORTER, f"--config.file={configuration}", "--log.level=error"]
    command.append(f"--web.listen-address=127.0.0.1:{EXPORTER_PORT}")
    environment = os.environ | {"GOMAXPROCS": "1"}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for_exporter()
            yield process.pid
        finally:
            process.terminate()


def wait_for_exporter() -> None:
    for _ in range(100):
        try:
            HTTPConnection("127.0.0.1", EXPORTER_PORT, timeout=1).request("GET", "/-/healthy")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("blackbox_exporter did not start within ten seconds.")


def exported(process_id: int, port: int) -> float:
    """CPU seconds per probe of the exporter; what asks it runs on the other core and is not counted."""
    before = cpu_of(process_id)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda part: ask(part, port), [range(start, EXPORTER_COUNT, 8) for start in range(8)]))
    return (cpu_of(process_id) - before) / EXPORTER_COUNT


def ask(numbers: range, port: int) -> None:
    connection = HTTPConnection("127.0.0.1", EXPORTER_PORT)
    for number in numbers:
        connection.request("GET", f"/probe?module=tls&target=127.0.0.{1 + number % 8}:{port}")
        answer = connection.getresponse().read()
        if b"probe_success 1" not in answer:
            raise SystemExit(f"blackbox_exporter could not probe: {answer.decode()}")


if __name__ == "__main__":
    main()
