"""`tools/bootstrap` on machines that lack something: one sentence, no traceback."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of a checkout as the bootstrap reads."""
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "bootstrap", tmp_path / "tools")
    for name in ("pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def run(checkout: Path, python: Path, path: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": path, "PYTHON": str(python), "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(
        ["/bin/sh", "tools/bootstrap", "run"],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def python_that(folder: Path, script: str) -> Path:
    python = folder / "python-of-the-test"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    return python


def test_an_old_python_is_told_which_ones_suit(checkout: Path) -> None:
    python = python_that(checkout, '[ "$1" = -V ] && echo "Python 3.9.2" && exit 0; exit 1')
    outcome = run(checkout, python, os.environ["PATH"])
    assert outcome.returncode == 1
    assert outcome.stderr == (
        "certdash needs Python 3.11, 3.12 or 3.13; here is Python 3.9.2. Install one (Debian 12: apt install python3 "
        "python3-venv), or name yours: PYTHON=/path/to/python3.12 make demo\n"
    )


def test_a_python_that_is_not_there_is_named(checkout: Path, tmp_path: Path) -> None:
    outcome = run(checkout, tmp_path / "no python", os.environ["PATH"])
    assert outcome.returncode == 1
    assert outcome.stderr == (
        f"certdash needs Python 3.11, 3.12 or 3.13; here is no {tmp_path}/no python. Install one (Debian 12: apt "
        "install python3 python3-venv), or name yours: PYTHON=/path/to/python3.12 make demo\n"
    )


def test_a_missing_venv_module_names_its_package(checkout: Path) -> None:
    python = python_that(checkout, 'case "$2" in *ensurepip*) exit 1 ;; esac; exit 0')
    outcome = run(checkout, python, os.environ["PATH"])
    assert outcome.returncode == 1
    assert outcome.stderr == (
        f"{python} has no venv module, so certdash cannot install anything beside the system's packages. "
        "Install it: apt install python3-venv\n"
    )


def test_a_checkout_that_is_up_to_date_installs_nothing(checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    python = python_that(checkout / ".venv" / "bin", "exit 1")
    python.rename(checkout / ".venv" / "bin" / "python")
    lock = b"".join((checkout / name).read_bytes() for name in ("pyproject.toml", "uv.lock"))
    sum_of_lock = subprocess.run(["cksum"], input=lock, capture_output=True, check=True).stdout.decode()
    (checkout / ".venv" / ".run").write_text(f"{sum_of_lock}{checkout}\n")

    outcome = run(checkout, python, os.environ["PATH"])

    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, "", "")
