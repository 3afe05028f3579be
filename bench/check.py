"""What one `certdash check` costs a build pipeline (P9), against importing the certificate library.

Prints one line per figure, `name value unit ratio-to what`, medians of interleaved rounds.
"""

import resource
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.pins.cases import HOST, android, pin
from tests.pki import Authority, pem

ROUNDS = 15
YARDSTICK = [sys.executable, "-c", "from cryptography import x509"]


def cpu_seconds(command: list[str], folder: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def write_files(folder: Path) -> None:
    root = Authority.root("Root")
    issuing = root.authority("Issuing")
    leaf = issuing.leaf("*.cloud.example")
    (folder / "chain.pem").write_bytes(pem(leaf, issuing))
    (folder / "roots.pem").write_bytes(root.pem)
    (folder / "pins.xml").write_bytes(android(pin(leaf), pin(root)).source)


def main() -> None:
    check = [sys.executable, "-m", "certdash.cli", "check", "pins.xml", "--host", HOST, "--served", "chain.pem"]
    commands = {
        "import": YARDSTICK,
        "check": [*check, "--trust-store", "roots.pem", "--format", "json"],
        "check_certifi": [*check, "--format", "json"],
    }
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder)
        rounds = [{key: cpu_seconds(command, folder) for key, command in commands.items()} for _ in range(ROUNDS)]
    for key in ("check", "check_certifi"):
        ratio = median(one[key] / one["import"] for one in rounds)
        print(f"{key} {median(one[key] for one in rounds) * 1000:.0f} ms {ratio:.2f}x import-of-x509")


if __name__ == "__main__":
    main()
