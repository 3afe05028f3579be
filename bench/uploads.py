"""What the upload of a built app of 200 MB through the web costs, against reading the same app without the web.

A server as it runs in production, with one worker; the app is sent whole by a plain client. Prints one line per figure,
`name value unit ratio-to what`, medians of rounds. Memory is the peak of the worker and of the process that reads the
app together, above what the idle worker has; pages that processes share are not counted twice.
"""

import http.client
import json
import os
import random
import re
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep

from bench.artefacts import android_members, write
from certdash.runtime.launch import SOURCE

ROUNDS = 3
MEGABYTE = 1024 * 1024
BOUNDARY = "certdash-bench"
SECRET = "of the bench and of no other use, long enough that no check warns"
PREPARE = """
import django; django.setup()
from django.test import Client
from certdash.models import App, Customer, Membership, Role, User
owner = Customer.objects.create(name="Acme", slug="acme")
person = User.objects.create_user("owner@acme.example", "correct-horse-battery", name="Owner")
Membership.objects.create(user=person, role=Role.APP_OWNER, customer=owner)
client = Client(headers={"host": "127.0.0.1"}); client.force_login(person)
client.get(f"/apps/{App.objects.create(customer=owner, name='Shop').pk}/upload/")
print("; ".join(f"{name}={one.value}" for name, one in client.cookies.items()))
"""


def environment(var: Path) -> dict[str, str]:
    return {
        **os.environ,
        "CERTDASH_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "certdash.settings",
        "SECRET_KEY": SECRET,
        "PYTHONPATH": str(SOURCE),
    }


def python(var: Path, *arguments: str) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, env=environment(var), capture_output=True, text=True, check=True, cwd=SOURCE)
    return done.stdout.strip()


@contextmanager
def serving(var: Path) -> Iterator[tuple[int, int]]:
    """A server and its port."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "certdash.wsgi", "--bind", f"127.0.0.1:{port}", "--preload"]
    options = ["--worker-class", "gthread", "--workers", "1", "--threads", "8", "--no-control-socket"]
    server = subprocess.Popen([*command, *options, "--log-level", "error"], env=environment(var), cwd=SOURCE)
    try:
        wait_for(port)
        yield server.pid, port
    finally:
        server.terminate()
        server.wait(20)


def wait_for(port: int) -> None:
    end = monotonic() + 60
    while monotonic() < end:
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return
        sleep(0.1)
    sys.exit("The server did not start.")


class Watch(threading.Thread):
    """The largest sum of memory that the server's workers and their children had."""

    def __init__(self, server: int) -> None:
        super().__init__(daemon=True)
        self.server, self.peak, self.is_over = server, 0, False

    def run(self) -> None:
        while not self.is_over:
            self.peak = max(self.peak, memory_below(self.server))
            sleep(0.01)


def memory_below(server: int) -> int:
    """In kilobytes that no other process shares, of everything that the server started."""
    waiting, total = children(server), 0
    while waiting:
        process = waiting.pop()
        waiting += children(process)
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(map(int, re.findall(r"Private_\w+:\s+(\d+)", lines)))
    return total


def children(process: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += map(int, task.read_text().split())
        except OSError:
            continue
    return found


def cpu_below(server: int) -> float:
    """Seconds of the workers and of the children that they have waited for."""
    ticks = 0
    for worker in children(server):
        fields = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def send(port: int, cookies: str, path: Path) -> tuple[int, float]:
    """The status and the seconds from the first byte to the whole page."""
    token = next(one.partition("=")[2] for one in cookies.split("; ") if one.startswith("certdash_csrf="))
    field = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n\r\n'
    head, foot = (field + file).encode(), f"\r\n--{BOUNDARY}--\r\n".encode()
    start, line = perf_counter(), http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    line.putrequest("POST", "/apps/1/upload/")
    line.putheader("Cookie", cookies)
    line.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    line.putheader("Content-Length", str(len(head) + path.stat().st_size + len(foot)))
    line.endheaders(head)
    with path.open("rb") as source:
        line.sock.sendfile(source)
    line.send(foot)
    answer = line.getresponse()
    answer.read()
    return answer.status, perf_counter() - start


def reading(path: Path) -> float:
    """Seconds of computing that the same app takes without the web."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with path.open("rb") as source:
        command = [sys.executable, "-m", "certdash.runtime.app_child", path.name]
        done = subprocess.run(command, stdin=source, capture_output=True, check=True, cwd=SOURCE)
    assert json.loads(done.stdout)["files"], "the pins of the app were not found"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measured(server: int, port: int, cookies: str, path: Path) -> tuple[float, float, float]:
    """Seconds, seconds of computing and megabytes of one upload."""
    idle, used, watch = memory_below(server), cpu_below(server), Watch(server)
    watch.start()
    status, seconds = send(port, cookies, path)
    watch.is_over = True
    watch.join()
    assert status == 200, f"the server answered {status}"
    return seconds, cpu_below(server) - used, (watch.peak - idle) / 1024


def main() -> None:
    with TemporaryDirectory() as name:
        var, path = Path(name) / "var", Path(name) / "shop.apk"
        write(path, android_members(random.Random(1)))
        python(var, "-m", "django", "migrate", "-v", "0")
        python(var, "-m", "django", "collectstatic", "--no-input", "-v", "0")
        cookies = python(var, "-c", PREPARE)
        size = path.stat().st_size / MEGABYTE
        with serving(var) as (server, port):
            send(port, cookies, path)  # imports and templates are no part of the figure
            rounds = [(*measured(server, port, cookies, path), reading(path)) for _ in range(ROUNDS)]
        ratio = median(cpu / alone for _, cpu, _, alone in rounds)
        print(f"upload_{size:.0f}MB_cpu {median(row[1] for row in rounds):.2f} s {ratio:.1f}x reading-without-the-web")
        print(f"upload_{size:.0f}MB_wall {median(row[0] for row in rounds):.2f} s on-loopback")
        print(f"upload_{size:.0f}MB_memory {median(row[2] for row in rounds):.0f} MB above-idle")


if __name__ == "__main__":
    main()
