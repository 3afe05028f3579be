"""P12: what a fleet of 1,000, 10,000 and 100,000 endpoints costs: probing, memory of a worker, pages.

`python -m bench.growth [FILE]` also draws the figures (docs/pictures/growth.svg). CPU of one core; SQLite.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.sweep import sqlite, swept
from bench.yardstick.farm_running import ROOT, farm, figure, missing
from bench.yardstick.names import may_serve, name_server
from bench.yardstick.plotting import Curve, plot

SIZES = (1_000, 10_000, 100_000)
LIST = re.compile(r"^environments\?- .* ([\d.]+) ms_cpu,", re.MULTILINE)
OVERVIEW = re.compile(r"^overview ([\d.]+) ms_cpu", re.MULTILINE)


def main() -> None:
    if sentence := missing("nginx", "cc", "taskset", "unshare"):
        print(sentence)
        return
    if not may_serve():
        print("Not measured: the sweep needs a name server of its own on port 53. Run it as root.")
        return
    with farm(), name_server() as asking:
        sweeps = [swept(asking, count, sqlite()) for count in SIZES]
    curves = (
        Curve("Probing an endpoint", "ms CPU", [one["sweep"] * 1000 for one in sweeps]),
        Curve("Memory of a worker", "MB", [one["memory"] / 1000 for one in sweeps]),
        Curve("List of environments", "ms CPU", [told("bench.pages", count, "environments", LIST) for count in SIZES]),
        Curve("Overview", "ms CPU", [told("bench.overview", count, "", OVERVIEW) for count in SIZES]),
    )
    for curve in curves:
        for count, value in zip(SIZES, curve.values, strict=True):
            figure(curve.title.lower().replace(" ", "_"), value, curve.unit, f"at {count:,} endpoints")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(plot(SIZES, curves))


def told(program: str, count: int, part: str, line: re.Pattern[str]) -> float:
    """What another benchmark prints of a fleet of this size, on a database of its own."""
    with sqlite() as url, tempfile.TemporaryDirectory(prefix="certdash-var-") as folder:
        environment = os.environ | {"DATABASE_URL": url, "CERTDASH_VAR": folder}
        command = [sys.executable, "-m", program, str(count), *([part] if part else [])]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
    found = line.search(done.stdout)
    if found is None:
        sys.exit(f"{program} printed no line like {line.pattern}.")
    return float(found[1])


if __name__ == "__main__":
    main()
