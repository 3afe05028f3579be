"""Code in which pins may stand and which is not read; saying so keeps "not pinned" from being more than is known."""

from collections.abc import Iterable

from pins.artefacts.archive import shown
from pins.artefacts.gathering import Gathering
from pins.artefacts.layout import UnreadCode


def note_unread_code(gathering: Gathering, kinds: Iterable[UnreadCode], root: str) -> None:
    for kind in kinds:
        names = gathering.archive.members
        found = next((name for name in names if name.startswith(root) and kind.pattern.fullmatch(name, len(root))), "")
        if found:
            message = f"{shown(found)}: certdash does not read {kind.name}, so pins in it are not known."
            gathering.note("code_not_read", f"{message} Give the source that holds them, if there are any.", found)
