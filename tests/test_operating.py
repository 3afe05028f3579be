"""What an operator reads and sets: the settings, their table in the manual, and what the containers get of them."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
# For developers, for the image alone, and the beat's own pace.
UNTOLD = {"DEBUG", "STATIC_ROOT", "PROBE_TICK"}
# What a server with PostgreSQL has no use for.
EMBEDDED = {"CERTDASH_VAR", "SQLITE_TIMEOUT"}


def read_settings() -> set[str]:
    return set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', (ROOT / "certdash" / "settings.py").read_text()))


def test_the_manual_tells_every_setting_and_no_other() -> None:
    manual = (ROOT / "docs" / "operating.md").read_text()
    assert set(re.findall(r"^\| `([A-Z_]+)`", manual, re.MULTILINE)) == read_settings() - UNTOLD


def test_the_containers_can_be_given_every_setting() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    block = compose.partition("  environment:\n")[2].partition("  depends_on:\n")[0]
    assert set(re.findall(r"^    ([A-Z_]+):", block, re.MULTILINE)) == read_settings() - UNTOLD - EMBEDDED
