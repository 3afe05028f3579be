"""The switches of a TrustKit dictionary as Objective-C reads them: Booleans, and texts and numbers in their place."""

import re
from collections.abc import Set

from pins.formats.drafting import Draft
from pins.formats.properties import Property
from pins.reading.binary_plist import PlistKind

_YES = re.compile(r"[ \t\u00a0]*[+-]?0*[YyTt1-9]")  # NSString boolValue


class Settings:
    """The entries of one dictionary; `is_open`: one of them is known only when the app runs."""

    def __init__(self, draft: Draft, dictionary: Property, known: Set[str]) -> None:
        self.draft, self.dictionary = draft, dictionary
        self.is_open = False
        for member in draft.told(dictionary):
            if member.why_open:
                self.leave_open("A key", Property(PlistKind.STRING, member.place, why_open=member.why_open))
            elif member.name not in known:
                what = f"TrustKit does not read the key {member.name[:100]} here. Correct its name, or remove it."
                draft.note("unknown_key", what, member.place)

    def boolean(self, name: str, *, default: bool, if_open: bool | None = None) -> bool:
        value = self.dictionary.get(name)
        if value is None:
            return default
        if value.why_open:
            self.leave_open(name, value)
            return default if if_open is None else if_open
        if value.kind is PlistKind.BOOLEAN:
            return value.text == "true"
        if value.kind in (PlistKind.STRING, PlistKind.NUMBER):
            is_yes = _is_nonzero(value.text) if value.kind is PlistKind.NUMBER else bool(_YES.match(value.text))
            what = f"TrustKit reads {name} “{value.text[:100]}” as {'yes' if is_yes else 'no'}."
            self.draft.note("loose_boolean", f"{what} Write a real Boolean.", value.place)
            return is_yes
        what = f"{name} must be a Boolean, and here stands a value of the type {value.kind}."
        crash = "TrustKit throws an exception because of it and the app crashes at launch."
        self.draft.refuse("plist_wrong_type", f"{what} {crash}", value.place)
        return default

    def leave_open(self, name: str, value: Property) -> None:
        self.is_open = True
        what = f"{name} is not known, because {value.why_open}. Write it out as a literal or as a constant."
        self.draft.note("unresolved_code", what, value.place)


def _is_nonzero(text: str) -> bool:
    try:
        return float(int(text, 16) if text.lower().lstrip("+-").startswith("0x") else float(text)) != 0
    except (ValueError, OverflowError):
        return True
