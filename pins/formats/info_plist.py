"""Info.plist, XML or binary, or a part of it: the pins of App Transport Security and those of TrustKit.

Which of the two the file has is said in `client_kinds`; what each makes of its part is decided in `clients`.
"""

from pins.decision import Client
from pins.errors import PinError
from pins.formats.bare_pins import Notation
from pins.formats.drafting import Draft
from pins.formats.layout import Document
from pins.formats.pinned_domains import DOMAINS as PINNED_DOMAINS
from pins.formats.pinned_domains import DomainsReader
from pins.formats.properties import Property, comments_inside, from_element, from_plain
from pins.formats.trustkit_policy import DOMAINS as TRUSTKIT_DOMAINS
from pins.formats.trustkit_policy import ConfigurationReader
from pins.reading import Element, Text, read_text
from pins.reading.binary_plist import is_binary_plist, read_binary_plist
from pins.reading.xml_plist import read_xml_plist

FORMAT = "info_plist"
TRANSPORT, TRUSTKIT, REQUIRED = "NSAppTransportSecurity", "TSKConfiguration", "SecTrustPinningRequired"
NOTATION = Notation("<string>", "</string>", has_commas=False)
_KEYS = (PINNED_DOMAINS, TRUSTKIT_DOMAINS, TRANSPORT, TRUSTKIT)
_BINARY = (
    "A binary property list is read and not written. Change the Info.plist in the source of the app, or convert this "
    "one first: plutil -convert xml1 Info.plist."
)


def looks_like(text: Text) -> bool:
    content = text.content.lstrip()
    return content.startswith("<") and ("<plist" in content or any(f"<key>{key}</key>" in content for key in _KEYS))


def looks_like_bytes(source: bytes) -> bool:
    return is_binary_plist(source)


def read(source: bytes) -> Document:
    draft = Draft()
    if is_binary_plist(source):
        root = from_plain(read_binary_plist(source))
        kinds = _Reader(draft).read(root)
        return draft.document(read_text(b"-"), source, FORMAT, kinds=kinds, unwritable=_BINARY)
    text = read_text(source)
    element = _root(text)
    for place in comments_inside(text, element):
        what = "A comment stands inside a key or a value, and Apple's reader refuses the whole file because of it."
        draft.refuse("comment_in_value", f"{what} Move it out.", place)
    kinds = _Reader(draft).read(from_element(text, element))
    return draft.document(text, text.encode(text.content), FORMAT, kinds=kinds)


def _root(text: Text) -> Element:
    """The dictionary at the top."""
    if text.content.lstrip().startswith("<key>"):
        raise PinError(
            "This is a part of a property list without what surrounds it. Put it into <dict>…</dict> and try again.",
            text.place(0),
            code="wrong_format",
        )
    root = read_xml_plist(text)
    top = root.children[0] if root.name == "plist" and len(root.children) == 1 else root
    if top.name != "dict":
        raise PinError(
            f"The file begins with <{root.name}> and holds no dictionary, so it is no Info.plist.",
            text.place(root.whole.start),
            code="wrong_format",
        )
    return top


class _Reader:
    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    def read(self, root: Property) -> tuple[Client, ...]:
        """Reads the parts that pin; the clients that they configure, or the one that would be without any."""
        if not root.is_dictionary:
            raise PinError("The property list holds no dictionary, so it is no Info.plist.", code="wrong_format")
        has_domains = self._transport_security(self._part(root, TRANSPORT, PINNED_DOMAINS))
        has_trustkit = self._trustkit(self._part(root, TRUSTKIT, TRUSTKIT_DOMAINS))
        is_required = self._pinning_required(root)
        if not (has_domains or has_trustkit or is_required):
            what = "The file configures neither NSPinnedDomains nor TrustKit, so it pins nothing."
            self.draft.note("no_pins_in_property_list", f"{what} If the app pins in code, give that file.", root.place)
        if has_trustkit:
            return (Client.TRUSTKIT_IOS, *((Client.APPLE_ATS,) if has_domains or is_required else ()))
        return (Client.APPLE_ATS,)

    def _part(self, root: Property, name: str, inner: str) -> Property | None:
        """The part of that name; the root itself where the file is nothing but that part."""
        part = next((member.value for member in self.draft.told(root) if member.name == name), None)
        if part is not None:
            return part
        found = root.get(inner)
        if found is None:
            return None
        if not any(one.name in (TRANSPORT, TRUSTKIT) or one.name.startswith("CFBundle") for one in root.members):
            return root
        what = f"{inner} stands at the top of the file, where nobody reads it. Move it into {name}."
        self.draft.note("misplaced_key", what, found.place)
        return None

    def _transport_security(self, part: Property | None) -> bool:
        """Whether there is anything that pins."""
        if part is None:
            return False
        self.draft.scope = Client.APPLE_ATS.value
        if not part.is_dictionary:
            what = f"{TRANSPORT} must be a dictionary, and here stands a value of the type {part.kind}."
            self.draft.note("plist_wrong_type", f"{what} iOS ignores it. Repair it.", part.place)
        exceptions = part.get("NSExceptionDomains")
        misplaced = exceptions.get(PINNED_DOMAINS) if exceptions else None
        if misplaced is not None:
            what = f"{PINNED_DOMAINS} stands inside NSExceptionDomains, where nobody reads it."
            self.draft.note("misplaced_key", f"{what} Move it into {TRANSPORT} itself.", misplaced.place)
        domains = next((one.value for one in self.draft.told(part) if one.name == PINNED_DOMAINS), None)
        if domains is not None:
            DomainsReader(self.draft).read(domains)
        self.draft.scope = ""
        return domains is not None

    def _trustkit(self, part: Property | None) -> bool:
        """An empty configuration is none: TrustKit.m looks at one with entries only."""
        if part is None or (part.is_dictionary and not part.members):
            return False
        self.draft.scope = Client.TRUSTKIT_IOS.value
        ConfigurationReader(self.draft, NOTATION).read(part)
        self.draft.scope = ""
        return True

    def _pinning_required(self, root: Property) -> bool:
        """SecPolicy.c SecPolicyReconcilePinningRequiredIfInfoSpecified."""
        value = root.get(REQUIRED)
        if value is None or value.text != "true" or not value.is_boolean:
            return False
        self.draft.scope = Client.APPLE_ATS.value
        what = f"With {REQUIRED} iOS drops the pins of this file and blocks every host that it does not pin itself."
        self.draft.refuse("system_pinning_required", f"{what} Remove the key.", value.place)
        self.draft.scope = ""
        return True
