"""From a resource to its values: an alias leads on to another resource, at most ten times."""

from collections.abc import Callable, Iterable, Iterator

from pins.artefacts.tree import Configured, Reference

MAXIMUM_ALIASES = 10
MAXIMUM_VALUES = 200

Lookup = Callable[[Reference], Iterable[Configured]]


def configured(reference: Reference, direct: Lookup) -> tuple[Configured, ...]:
    """In the order of the table; an alias's own condition is kept where that of its target is weaker."""
    found: list[Configured] = []
    for one in _followed(Configured(reference), direct, MAXIMUM_ALIASES):
        if len(found) == MAXIMUM_VALUES:
            break
        if one not in found:
            found.append(one)
    return tuple(found)


def _followed(one: Configured, direct: Lookup, left: int) -> Iterator[Configured]:
    if not isinstance(one.value, Reference):
        yield one
        return
    if not left:
        return
    for target in direct(one.value):
        condition = target.has_other_conditions or one.has_other_conditions
        yield from _followed(Configured(target.value, max(one.since, target.since), condition), direct, left - 1)
