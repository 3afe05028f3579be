"""Length of functions, files and templates: prints their spread and fails where one is over its limit."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("pins", "certdash", "tests", "bench", "tools")
MIGRATIONS = ROOT / "certdash" / "migrations"


@dataclass(frozen=True, slots=True)
class Length:
    place: str
    lines: int


@dataclass(frozen=True, slots=True)
class Measure:
    kind: str
    limit: int
    lengths: tuple[Length, ...]

    @property
    def summary(self) -> str:
        lines = sorted(length.lines for length in self.lengths) or [0]
        median, p90 = lines[len(lines) // 2], lines[len(lines) * 9 // 10]
        return f"{self.kind:<10} median {median:>3}  p90 {p90:>3}  max {lines[-1]:>3}"

    @property
    def too_long(self) -> Iterator[str]:
        for length in self.lengths:
            if length.lines > self.limit:
                yield f"{length.place}: {length.lines} lines; a {self.kind} has at most {self.limit}"


def measure() -> tuple[Measure, ...]:
    files = [
        path for folder in SOURCES for path in sorted((ROOT / folder).rglob("*.py")) if MIGRATIONS not in path.parents
    ]
    templates = sorted((ROOT / "templates").rglob("*.html"))
    return (
        Measure("function", 40, tuple(length for path in files for length in functions(path))),
        Measure("file", 300, tuple(map(whole, files))),
        Measure("template", 120, tuple(map(whole, templates))),
    )


def functions(path: Path) -> Iterator[Length]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Length(
                f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1
            )


def whole(path: Path) -> Length:
    return Length(str(path.relative_to(ROOT)), len(path.read_text().splitlines()))


def main() -> int:
    measures = measure()
    faults = [fault for one in measures for fault in one.too_long]
    print("\n".join([one.summary for one in measures] + faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
