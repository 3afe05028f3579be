"""Which of two releases is newer: by the numbers in its version and build, not by when it was registered."""

import re
from typing import Protocol


class Numbered(Protocol):
    """A release, or as much of it as is asked here."""

    @property
    def pk(self) -> int: ...
    @property
    def version(self) -> str: ...
    @property
    def build(self) -> str: ...


def version_key(release: Numbered) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """`4.10` is newer than `4.9`; equal versions are told apart by build, then by registration."""
    return _numbers(release.version), _numbers(release.build), release.pk


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"[0-9]+", text)[:8])
