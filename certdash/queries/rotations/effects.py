"""What the rows of the rotation list say of apps: who stops, and what predictions were worth. One statement."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import DecimalField, QuerySet, Value

from certdash.models import Release, Rotation
from certdash.queries.access import Access
from certdash.queries.rotations.accuracy import FIGURES, Accuracy, accuracy, accuracy_rows
from certdash.queries.rotations.scope import STRUCK, Scope, Struck, leaving_cells, scope_of, struck_by, struck_cells
from certdash.queries.users import Use, shares, users

CELL, RELEASE, PREDICTED = 0, 1, 2
# Of a release the app, itself and the app's users; the rest makes its row as wide as the others.
USED = ("app", "pk", "app__active_users", Value(0), Value(0), Value(0), "share")
NO_SHARE = Value(0, output_field=DecimalField(max_digits=5, decimal_places=2))


@dataclass(frozen=True, slots=True)
class Effects:
    struck: dict[Scope, Struck] = field(default_factory=dict)
    accuracies: dict[int, Accuracy] = field(default_factory=dict)

    def hit(self, rotation: Rotation) -> Struck:
        return self.struck.get(scope_of(rotation), Struck())


def effects(stopping: Sequence[Rotation], changed: Sequence[Rotation], access: Access) -> Effects:
    """Of those that may stop an app, and of those whose new chain has been met."""
    parts: list[QuerySet[Any, Any]] = []
    if stopping:
        cells = struck_cells(stopping, access)
        releases = Release.objects.filter(app__in=cells.values("release__app"), retired_at=None).order_by()
        parts += releases.values_list(Value(RELEASE), *USED), cells.values_list(Value(CELL), *STRUCK, NO_SHARE)
    if changed:
        counted = accuracy_rows([one.pk for one in changed], access)
        parts.append(counted.values_list(Value(PREDICTED), *FIGURES, NO_SHARE))
    if not parts:
        return Effects()
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for kind, *row in parts[0].union(*parts[1:], all=True):
        found[kind].append(tuple(row))
    struck = leaving_cells(stopping, (row[:-1] for row in found[CELL]))
    told = {rotation: accuracy(*figures) for rotation, *figures, _ in found[PREDICTED]}
    return Effects(struck_by(struck, _users(found[RELEASE])), told)


def _users(rows: Sequence[tuple[Any, ...]]) -> dict[int, int]:
    """Users by release."""
    by_app: dict[tuple[int, int], list[Use]] = defaultdict(list)
    for app, release, active_users, _, _, _, share in rows:
        by_app[app, active_users].append(Use(release, share, None))
    return {
        release: users(active_users, share)
        for (_, active_users), releases in by_app.items()
        for release, share in shares(releases).items()
    }
