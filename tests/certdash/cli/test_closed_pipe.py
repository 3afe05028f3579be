"""An answer whose reader has gone, as behind `| head`."""

import os
import subprocess
import sys
from pathlib import Path

from tests.pki import NOW, Authority, pem

ROOT = Authority.root("Root")
LEAF = ROOT.leaf("api.example.com")


def test_a_reader_that_stops_in_the_middle_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "pins.csv").write_text("host,pin\napi.example.com,sha256/" + "A" * 43 + "=\n")
    (tmp_path / "chain.pem").write_bytes(pem(LEAF))
    (tmp_path / "roots.pem").write_bytes(pem(ROOT))
    reading, writing = os.pipe()
    os.close(reading)
    program = "from certdash.cli import main; raise SystemExit(main())"
    given = "check pins.csv --host api.example.com --served chain.pem --trust-store roots.pem --at"

    found = subprocess.run(
        [sys.executable, "-c", program, *given.split(), NOW.isoformat()],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)

    assert (found.returncode, found.stderr) == (141, b"")
