"""What an operator reads and sets: the settings, their table in the manual, and what the containers get of them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# For developers, for the image alone, and the beat's own pace.
UNTOLD = {"DEBUG", "STATIC_ROOT", "PROBE_TICK"}
# What a server with PostgreSQL has no use for.
EMBEDDED = {"CERTDASH_VAR", "SQLITE_TIMEOUT"}


WRONG = {
    "PROBE_INTERVAL=often": "PROBE_INTERVAL is 'often'. It is a whole number above 0; leave it out for 900.",
    "PROBE_CONCURRENCY=0": "PROBE_CONCURRENCY is '0'. It is a whole number above 0; leave it out for 200.",
    "PROBE_BATCH=5000": "PROBE_BATCH is 5000. A batch holds 1 to 2000 endpoints; 300 suits most fleets.",
    "BEHIND_TLS=maybe": "BEHIND_TLS is 'maybe'. Write 1 or 0.",
    "PROBE_ALLOWED_NETWORKS=10.0.0.0/8,lan": "PROBE_ALLOWED_NETWORKS: 'lan' does not appear to be an IPv4 or IPv6 "
    "network. Write networks like 10.0.0.0/8,192.168.7.0/24.",
    "DATABASE_URL=here": "DATABASE_URL names no database that certdash knows. Write "
    "postgres://user:password@host/name, or leave it out for a file in the folder of the data.",
    "ACME_DIRECTORIES=https://acme.example/directory": "ACME_DIRECTORIES: 'https://acme.example/directory' is no "
    "authority. Write Let's Encrypt=https://acme-v02.api.letsencrypt.org/directory.",
    "ACME_CA_FILE=/nowhere.pem": "ACME_CA_FILE is /nowhere.pem, and there is no such file.",
    "BROKER_URL=here": "BROKER_URL is 'here'. Write redis://host/0; leave it out for files in the data's folder.",
}


def read_settings() -> set[str]:
    source = "".join((ROOT / "certdash" / name).read_text() for name in ("settings.py", "variables.py"))
    return set(re.findall(r'\b(?:env\.\w+|whole|switch|networks|directories|existing)\("([A-Z_]+)"', source))


def test_the_manual_tells_every_setting_and_no_other() -> None:
    manual = (ROOT / "docs" / "operating.md").read_text()
    assert set(re.findall(r"^\| `([A-Z_]+)`", manual, re.MULTILINE)) == read_settings() - UNTOLD


def test_the_containers_can_be_given_every_setting() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    block = compose.partition("  environment:\n")[2].partition("  depends_on:\n")[0]
    assert set(re.findall(r"^    ([A-Z_]+):", block, re.MULTILINE)) == read_settings() - UNTOLD - EMBEDDED


@pytest.mark.parametrize("setting", WRONG)
def test_an_impossible_setting_stops_the_start_with_a_sentence(setting: str, tmp_path: Path) -> None:
    name, _, value = setting.partition("=")
    done = subprocess.run(
        [sys.executable, "-c", "import certdash.settings"],
        cwd=ROOT,
        env=os.environ | {"CERTDASH_VAR": str(tmp_path), name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.splitlines()[-1] == f"django.core.exceptions.ImproperlyConfigured: {WRONG[setting]}"
