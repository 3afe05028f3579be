"""Pins and pin files for tests of the readers and of write-back."""

from pins.pinset import PinSet, Problem

H = "r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E="
G = "i7WTqTvh0OioIruIfFR4kMPnBqrS2rdiVPl/s2uC/CY="
N = "C5+lpZ7tcVwmwQIMcRtPbsQtWLABXhQzejna0wHFr8M="
A, B, C = (f"sha256/{one}" for one in (H, G, N))


def nsc(body: str) -> bytes:
    return f"<network-security-config>\n{body}\n</network-security-config>\n".encode()


def rule(pins: str, *, attributes: str = "", domain: str = "<domain>api.example.com</domain>") -> bytes:
    return nsc(f"<domain-config>{domain}<pin-set{attributes}>{pins}</pin-set></domain-config>")


def pin(text: str) -> str:
    return f'<pin digest="SHA-256">{text}</pin>'


def found(problems: tuple[Problem, ...]) -> list[tuple[str, bool, int | None]]:
    """Code, whether it is refused, and line of each problem."""
    return [(one.code, one.is_refused, one.place.line) for one in problems]


def texts(pin_set: PinSet) -> list[tuple[str, list[str] | None]]:
    """Pattern and pins of each rule."""
    return [(one.pattern, None if one.pins is None else [two.text for two in one.pins]) for one in pin_set.rules]


def changed_lines(before: bytes, after: bytes, encoding: str = "utf-8") -> tuple[list[str], list[str]]:
    """The lines that went and the lines that came, in their order."""
    old, new = before.decode(encoding).splitlines(True), after.decode(encoding).splitlines(True)
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return old[head : len(old) - tail], new[head : len(new) - tail]
