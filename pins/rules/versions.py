"""Version numbers of libraries, ordered."""

import re

Version = tuple[int, ...]

_NUMBERS = re.compile(r"\d+(?:\.\d+)*")


def version(text: str | None, default: Version) -> Version:
    """The first dotted number in `text` (`TrustKit 1.6.0-beta` is 1.6.0), else `default`."""
    found = _NUMBERS.search(text or "")
    return tuple(int(number) for number in found[0].split(".")) if found else default
