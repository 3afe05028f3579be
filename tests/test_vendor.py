"""Vendored files are what their lock says, and nothing else lies beside them."""

from hashlib import sha256
from pathlib import Path

VENDOR = Path(__file__).parent.parent / "static" / "vendor"
BESIDE = {"vendor.lock", "LICENSES.txt"}


def locked() -> dict[str, str]:
    lines = (VENDOR / "vendor.lock").read_text().splitlines()[1:]
    return {name: digest for _, _, name, digest in (line.split() for line in lines)}


def test_every_file_has_the_hash_of_its_lock() -> None:
    files = [path for path in VENDOR.rglob("*") if path.is_file() and path.name not in BESIDE]

    found = {str(path.relative_to(VENDOR)): sha256(path.read_bytes()).hexdigest() for path in files}

    assert found == locked()
