"""NSPinnedDomains of App Transport Security as a tree of values: its rules, and what the system ignores in it.

What the system makes of values of another type: SecPolicy.c parseNSPinnedDomains.
"""

from collections.abc import Iterator

from pins.encodings import decode_security
from pins.formats.bare_pins import Notation, bare_pin, list_layout
from pins.formats.drafting import Draft
from pins.formats.layout import Slot
from pins.formats.properties import Member, Property
from pins.pinset import Pin, PinRule, Position
from pins.reading.binary_plist import PlistKind

DOMAINS = "NSPinnedDomains"
SUBDOMAINS = "NSIncludesSubdomains"
DIGEST = "SPKI-SHA256-BASE64"
LISTS = {"NSPinnedLeafIdentities": Position.LEAF, "NSPinnedCAIdentities": Position.CA}
NOTATION = Notation(f"<dict><key>{DIGEST}</key><string>", "</string></dict>", has_commas=False)


class DomainsReader:
    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    def read(self, domains: Property) -> None:
        if not domains.is_dictionary:
            self._note_type(DOMAINS, "a dictionary of domains", domains, "so iOS ignores it")
            return
        for member in self.draft.told(domains):
            if member.why_open:
                what = f"The domain is not known, because {member.why_open}. Write it out."
                self.draft.leave_open("unresolved_code", what, member.place)
            elif not member.value.is_dictionary:
                self._note_type(f"The entry of {member.name}", "a dictionary", member.value, "so iOS ignores it")
            else:
                self._domain(member)

    def _domain(self, member: Member) -> None:
        self._check_name(member)
        settings = list(self.draft.told(member.value))
        includes = self._includes_subdomains(member.value.get(SUBDOMAINS))
        lists = [one for one in settings if one.name in LISTS]
        for one in lists:
            self._list(member, one, includes=includes)
        for one in settings:
            if one.name not in LISTS and one.name != SUBDOMAINS:
                what = f"iOS does not read the key {one.name[:100]} here. Correct its name, or remove it."
                self.draft.note("unknown_key", what, one.place)
        if not lists:
            what = f"{member.name} has neither leaf nor CA identities, so it pins nothing. Add pins, or remove it."
            self.draft.note("domain_without_identities", what, member.place)
            self.draft.add(self._rule(member, None, Position.ANY, includes=includes))

    def _rule(self, member: Member, pins: tuple[Pin, ...] | None, position: Position, *, includes: bool) -> PinRule:
        return PinRule(
            pattern=member.name,
            place=member.place,
            pins=pins,
            include_subdomains=includes,
            position=position,
            scope=self.draft.scope,
        )

    def _list(self, member: Member, entry: Member, *, includes: bool) -> None:
        array, position = entry.value, LISTS[entry.name]
        if not array.is_array:
            self._note_type(entry.name, "an array", array, "so iOS takes it for an empty list")
        found = list(self._identities(array)) if array.is_array else []
        pins = tuple(pin for pin, _ in found)
        if all(pin.digest is None and pin.problem != "unresolved_code" for pin in pins):
            what = f"{entry.name} of {member.name} has no pin that iOS can read, so every connection is blocked."
            self.draft.note("empty_identity_list", f"{what} Add pins, or remove the key.", entry.place)
        layout = list_layout(array, (slot for _, slot in found), NOTATION)
        rule = self._rule(member, pins, position, includes=includes)
        self.draft.add(rule, array.whole if layout else None, layout)

    def _identities(self, array: Property) -> Iterator[tuple[Pin, Slot]]:
        for item in array.items:
            value = item.get(DIGEST) if item.is_dictionary else None
            if value is None or value.kind is not PlistKind.STRING:
                what = f"This identity is no dictionary with the text {DIGEST}, so iOS passes over it."
                self.draft.note("malformed_identity", f"{what} Write it as one.", item.place)
                continue
            if value.why_open:
                what = f"The pin is not known, because {value.why_open}. Write it out."
                self.draft.note("unresolved_code", what, value.place)
            is_own = len(item.members) == 1 and not item.has_comment
            yield bare_pin(value, decode_security(value.text)), Slot(item.whole, value.parts, is_own=is_own)

    def _includes_subdomains(self, value: Property | None) -> bool:
        if value is None or value.kind is PlistKind.BOOLEAN:
            return value is not None and value.text == "true"
        what = f"{SUBDOMAINS} is a value of the type {value.kind}; iOS takes a real Boolean only and reads no."
        self.draft.note("loose_boolean", f"{what} Write <true/> or <false/>.", value.place)
        return False

    def _check_name(self, member: Member) -> None:
        name = member.name
        if "*" in name:
            bare = name.removeprefix("*.")
            what = f"iOS takes the star in {name} literally, so this domain covers no host."
            self.draft.note("wildcard_ignored", f"{what} Write {bare} with {SUBDOMAINS}.", member.place)
        elif not name or set(name) & set("/: ?#@"):
            what = f"“{name[:100]}” is no host name, so this domain covers no host. Write the host name alone."
            self.draft.note("not_a_host", what, member.place)
        elif name.endswith("."):
            what = f"The full stop at the end of {name} keeps this domain from covering any host. Remove it."
            self.draft.note("trailing_dot", what, member.place)
        elif not name.isascii():
            what = f"Connections use the ASCII form of {name}, so this domain covers no host. Write the xn--… form."
            self.draft.note("unicode_domain", what, member.place)

    def _note_type(self, what: str, wanted: str, value: Property, effect: str) -> None:
        message = f"{what} must be {wanted}, and here stands a value of the type {value.kind}, {effect}. Repair it."
        self.draft.note("plist_wrong_type", message, value.place)
