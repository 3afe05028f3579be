"""What reading a built app of 200 MB costs (P10), against the standard library's reading of its list of members.

Prints one line per figure, `name value unit ratio-to what`, medians of rounds in processes of their own. Memory is the
peak above that of the same process before it reads.
"""

import json
import plistlib
import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from pins.artefacts import read_artefact
from tests.pins.artefacts.apps import ABOUT, PATH, TABLE, manifest, pinning
from tests.pins.artefacts.building import Entry, arsc, axml, dex
from tests.pins.formats.samples import A, B, G, H

ROUNDS = 5
MEGABYTE = 1024 * 1024
SMALL_FILES = 8_000
CODE_FILES = 8

Member = tuple[str, bytes, int]


def words(chance: random.Random, size: int) -> bytes:
    """Bytes that pack to about 40 %, as compiled code does."""
    return b"".join(chance.randbytes(16) + bytes(24) for _ in range(size // 40))


def android_members(chance: random.Random) -> Iterator[Member]:
    """Code that has to be searched, a large table, libraries that are stored, thousands of small files."""
    texts = [Entry("string", f"text_{number}", f"text {number} " * 8) for number in range(60_000)]
    yield "AndroidManifest.xml", axml(manifest()), zipfile.ZIP_DEFLATED
    yield "resources.arsc", arsc(*TABLE, *texts), zipfile.ZIP_STORED
    yield PATH, axml(pinning(H, G)), zipfile.ZIP_DEFLATED
    for number in range(1, CODE_FILES + 1):
        code = dex(A, B) + words(chance, 9 * MEGABYTE)
        yield f"classes{'' if number == 1 else number}.dex", code, zipfile.ZIP_DEFLATED
    for number in range(3):
        yield f"lib/arm64-v8a/lib{number}.so", chance.randbytes(45 * MEGABYTE), zipfile.ZIP_STORED
    for number in range(SMALL_FILES):
        yield f"res/drawable/{number}.png", chance.randbytes(2_000), zipfile.ZIP_STORED


def ios_members(chance: random.Random) -> Iterator[Member]:
    root = "Payload/Shop.app/"
    plist = plistlib.dumps({**ABOUT, "CFBundleExecutable": "Shop"}, fmt=plistlib.FMT_BINARY)
    pins = {"hosts": [{"host": "api.example.com", "hashes": [A, B]}]}
    yield root + "Info.plist", plist, zipfile.ZIP_DEFLATED
    yield root + "www/pinning/pins.json", json.dumps(pins).encode(), zipfile.ZIP_DEFLATED
    yield root + "Shop", words(chance, 100 * MEGABYTE), zipfile.ZIP_DEFLATED
    for number in range(3):
        yield f"{root}Frameworks/F{number}.framework/F{number}", chance.randbytes(48 * MEGABYTE), zipfile.ZIP_STORED
    for number in range(SMALL_FILES):
        yield f"{root}Assets/{number}.png", chance.randbytes(2_000), zipfile.ZIP_STORED


def write(path: Path, members: Iterator[Member]) -> None:
    with zipfile.ZipFile(path, "w", compresslevel=1) as file:
        for name, content, method in members:
            file.writestr(name, content, method)


def peak_megabytes() -> float:
    """Of this process alone: what `getrusage` gives is at least what the parent had."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def reading(path: str) -> None:
    """In a process of its own: seconds and megabytes of one reading."""
    with Path(path).open("rb") as stream:
        zipfile.ZipFile(stream).close()  # imports are no part of the figure
    idle = peak_megabytes()
    start = perf_counter()
    with Path(path).open("rb") as stream:
        artefact = read_artefact(stream)
    seconds, memory = perf_counter() - start, peak_megabytes() - idle
    assert artefact.found, "the pins of the app were not found"
    print(json.dumps([seconds, memory]))


def listing(path: str) -> None:
    start = perf_counter()
    with Path(path).open("rb") as stream:
        zipfile.ZipFile(stream).close()
    print(json.dumps([perf_counter() - start, 0]))


def measured(work: str, path: Path) -> tuple[float, float]:
    command = [sys.executable, __file__, work, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    seconds, memory = json.loads(done.stdout)
    return seconds, memory


def main() -> None:
    with TemporaryDirectory() as name:
        for kind, members in (("apk", android_members), ("ipa", ios_members)):
            path = Path(name) / f"app.{kind}"
            write(path, members(random.Random(1)))
            rounds = [(measured("reading", path), measured("listing", path)) for _ in range(ROUNDS)]
            seconds = median(read for (read, _), _ in rounds)
            ratio = median(read / listed for (read, _), (listed, _) in rounds)
            size = path.stat().st_size / MEGABYTE
            print(f"artefact_{kind}_{size:.0f}MB {seconds:.3f} s {ratio:.1f}x zipfile-list-of-members")
            print(f"artefact_{kind}_memory {median(memory for (_, memory), _ in rounds):.0f} MB above-idle")
            path.unlink()


if __name__ == "__main__":
    if len(sys.argv) == 3:
        {"reading": reading, "listing": listing}[sys.argv[1]](sys.argv[2])
    else:
        main()
