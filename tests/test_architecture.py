"""The page on the architecture says what the tree and its contracts are."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "architecture.md").read_text()
TABLES, CONTRACTS = PAGE.split("## Who may import whom")


def modules_of(package: str) -> set[str]:
    """Packages end with a slash."""
    folder = ROOT / package
    return {
        *(path.stem for path in folder.glob("*.py") if path.stem != "__init__"),
        *(f"{path.parent.name}/" for path in folder.glob("*/__init__.py")),
    }


def told_in(table: str) -> set[str]:
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return set(re.findall(r"`([a-z_]+/?)`", " ".join(rows)))


def test_every_module_of_pins_is_told_and_no_other() -> None:
    table = TABLES.split("| in `certdash/`")[0]

    assert told_in(table) == modules_of("pins")


def test_every_shelf_of_certdash_is_told_and_no_other() -> None:
    table = TABLES.split("| in `certdash/`")[1]

    wiring = {"apps", "celery", "settings", "urls", "variables", "wsgi"}
    assert told_in(table) == modules_of("certdash") - wiring


def test_the_layers_are_those_of_the_contract() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one.get("containers") == ["certdash"])

    told = CONTRACTS.split("```")[1].strip().split("\n──")[0].splitlines()

    assert told == [re.sub(r"\(\w+\) \| ", "", layer) for layer in layers]
