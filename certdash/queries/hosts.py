"""Which single host a pattern names, in the form in which endpoints are stored."""

from pins.hosts import canonical_host, without_last_dot
from pins.pinset import PinSet


def concrete_host(pattern: str) -> str:
    """Empty for a wildcard and for what can be no host."""
    name = pattern.strip()
    if "*" in name:
        return ""
    return without_last_dot(canonical_host(name) or "")


def named_hosts(pin_set: PinSet) -> set[tuple[str, bool]]:
    """The concrete hosts that the rules name, and whether each stands for its subdomains too."""
    named = {(concrete_host(rule.pattern), rule.include_subdomains) for rule in pin_set.rules}
    return {(host, includes) for host, includes in named if host}
