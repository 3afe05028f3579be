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


XML = f"""<?xml version='1.0' encoding="utf-8"?>
<!-- Pins of the shop -->
<network-security-config xmlns:tools="http://schemas.android.com/tools">
\t<domain-config>
\t\t<domain includeSubdomains="true" >example.com</domain>
\t\t<pin-set tools:ignore='x' expiration='2027-01-31' >
\t\t\t<!-- in use -->
\t\t\t<pin   digest='SHA-256' >{H}</pin > <!-- leaf -->
\t\t\t<pin digest="SHA-256">
\t\t\t\t{G}
\t\t\t</pin>
\t\t</pin-set>
\t\t<domain-config><domain>nested.example.com</domain></domain-config>
\t</domain-config>
\t<domain-config>
\t\t<domain>empty.example.com</domain>
\t\t<pin-set/>
\t</domain-config>
\t<domain-config><domain>one-line.com</domain><pin-set>{pin(H)}{pin(G)}</pin-set></domain-config>
</network-security-config>
"""
PRETTY = f"""{{
  "hosts" : [
    {{ "host": "a.com", "hashes": [
        "sha256/{H}",
        "sha256/{G}"
      ] }},
    {{ "host": "b.com", "hashes": [ "sha256/{H}" , "sha256/{G}" ] }},
    {{ "host": "c.com", "hashes": [] }}
  ]
}}"""
KOTLIN = f"""object Pins {{
    const val LEAF = "sha256/{H}" // until May
    const val HASH = "{G}"
    val BOTH = arrayOf(
        "sha256/{H}",
        "sha256/{G}", // backup
    )
}}

val pinner = CertificatePinner.Builder()
    .add("a.com", Pins.LEAF, "sha256/${{Pins.HASH}}")
    .add("b.com", Pins.LEAF)
    .add("c.com", *Pins.BOTH)
    .add("d.com", *Pins.BOTH)
    .add("e.com", "sha256/{H}", // leaf
        "sha256/{G}") /* backup */
    .add("f.com", "sha256/" + "{H}")
    .add("g.com", "sha256/{H[:20]}" +
        "{H[20:]}")
    .add("h.com")
    .build()
"""
