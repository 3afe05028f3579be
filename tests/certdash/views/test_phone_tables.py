"""On a phone a row shows the cells that have a place there; a table without any would be empty."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[3] / "templates"
TABLE = re.compile(r'<table class="rows(?P<kinds>[^"]*)">(?P<body>.*?)</table>', re.DOTALL)


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_table_that_is_folded_on_a_phone_says_where_its_cells_go(path: Path) -> None:
    tables = [found for found in TABLE.finditer(path.read_text()) if " keep" not in found["kinds"]]

    lost = [found[0][:80] for found in tables if "<td" in found["body"] and "ph-" not in found["body"]]

    assert lost == []
