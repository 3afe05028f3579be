"""Writes docs/findings.md from the catalogue: `.venv/bin/python tools/findings_page.py`; a test says when to."""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/findings.md"
WORDS = {"error": "error", "warning": "warning", "info": "note"}
HEAD = """# Findings

Every finding that certdash raises: what it is, why it matters, how to fix it. An error stops an app or protects
nothing, a warning does so on some day or for some users, a note is worth knowing. The codes are stable: programs may
rely on them. This page is written from the catalogue in `pins/findings/` by `tools/findings_page.py`.
"""


def page() -> str:
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    from pins.findings import GROUPS

    yield HEAD
    for title, kinds in GROUPS.items():
        yield f"## {title}\n"
        for kind in kinds:
            yield f"### {kind.code}\n"
            yield f"**{_escaped(kind.title)}** ({WORDS[kind.severity]}). {_escaped(kind.why)}\n"
            yield f"**How to fix.** {_escaped(kind.remedy)}\n"


def _escaped(text: str) -> str:
    """Elements and stars of a sentence are no markup."""
    parts = text.split("`")
    plain = (part.replace("<", "\\<").replace("*", "\\*") for part in parts[::2])
    code = iter(parts[1::2])
    return "".join(part + (f"`{inner}`" if (inner := next(code, None)) is not None else "") for part in plain)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    PAGE.write_text(page())
