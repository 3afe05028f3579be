"""TrustKit's configuration for Apple's systems as a tree of values, from a property list or from code: its rules.

What TrustKit makes of values of another type, and what crashes the app at launch: parse_configuration.m.
"""

import re
from collections.abc import Iterator
from datetime import date

from pins.encodings import decode_nsdata
from pins.formats.bare_pins import Notation, bare_pin, list_layout
from pins.formats.drafting import Draft
from pins.formats.layout import ExpiryLayout, PinList, Slot
from pins.formats.properties import Member, Property
from pins.formats.trustkit_settings import Settings
from pins.pinset import Expiration, Pin, PinRule
from pins.reading import Span
from pins.reading.binary_plist import PlistKind

DOMAINS = "TSKPinnedDomains"
SWIZZLE = "TSKSwizzleNetworkDelegates"
HASHES = "TSKPublicKeyHashes"
SUBDOMAINS = "TSKIncludeSubdomains"
ENFORCE = "TSKEnforcePinning"
EXCLUDE = "kSKExcludeSubdomainFromParentPolicy"  # TSKTrustKitConfig.m, all versions up to 3.0.7
EXCLUDE_DOCUMENTED = "TSKExcludeSubdomainFromParentPolicy"
EXPIRATION = "TSKExpirationDate"
REPORT_URIS = "TSKReportUris"
NO_DEFAULT_REPORT = "TSKDisableDefaultReportUri"
ALGORITHMS = "TSKPublicKeyAlgorithms"
USER_ANCHORS = "TSKIgnorePinningForUserDefinedTrustAnchors"

_OF_CONFIGURATION = frozenset({DOMAINS, SWIZZLE, USER_ANCHORS})
_OF_DOMAIN = frozenset(
    {HASHES, SUBDOMAINS, ENFORCE, EXCLUDE, EXCLUDE_DOCUMENTED, EXPIRATION, REPORT_URIS, NO_DEFAULT_REPORT, ALGORITHMS}
)
_CRASH = "TrustKit throws an exception because of it and the app crashes at launch."
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NO_URL = re.compile(r"[^!-~]|[\"<>\\^`{|}]")


class ConfigurationReader:
    """Reads one configuration into a draft; `group` and `is_conditional` become those of its rules."""

    def __init__(self, draft: Draft, notation: Notation, *, group: int = 0, is_conditional: bool = False) -> None:
        self.draft, self.notation = draft, notation
        self.group, self.is_conditional = group, is_conditional

    def read(self, configuration: Property) -> None:
        if configuration.why_open:
            self._leave_open("The configuration is", configuration)
            return
        if not configuration.is_dictionary:
            self._refuse_type("The configuration of TrustKit", "a dictionary", configuration)
            return
        settings = Settings(self.draft, configuration, _OF_CONFIGURATION)
        settings.boolean(SWIZZLE, default=False)
        settings.boolean(USER_ANCHORS, default=True)
        domains = configuration.get(DOMAINS)
        if domains is not None and domains.why_open:
            self._leave_open(f"{DOMAINS} is", domains)
        elif domains is not None and not domains.is_dictionary:
            self._refuse_type(DOMAINS, "a dictionary of domains", domains)
        elif domains is None or not domains.members:
            place = (domains or configuration).place
            self.draft.refuse("no_pinned_domains", f"There is no domain in {DOMAINS}. {_CRASH}", place)
        else:
            self._domains(domains)

    def _domains(self, domains: Property) -> None:
        for member in self.draft.told(domains):
            if member.why_open:
                what = f"The domain is not known, because {member.why_open}."
                self.draft.leave_open("unresolved_code", f"{what} Write it out.", member.place)
            elif member.value.why_open:
                self._leave_open(f"The policy of {member.name} is", member.value)
            elif not member.value.is_dictionary:
                self._refuse_type(f"The policy of {member.name}", "a dictionary", member.value)
            else:
                self._domain(member)

    def _domain(self, member: Member) -> None:
        self._check_name(member)
        settings = Settings(self.draft, member.value, _OF_DOMAIN)
        if settings.boolean(EXCLUDE, default=False):
            self._excluded(member, settings)
            return
        self._note_settings(member, settings)
        is_enforced = settings.boolean(ENFORCE, default=True)
        includes = settings.boolean(SUBDOMAINS, default=False, if_open=True)
        settings.boolean(NO_DEFAULT_REPORT, default=False)
        expiration, expiry = self._expiration(member.value, settings)
        pins, span, layout = self._pins(member, expiry, needed=2 if is_enforced else 1)
        rule = PinRule(
            pattern=member.name,
            place=member.place,
            pins=pins,
            include_subdomains=includes,
            expiration=expiration,
            is_enforced=is_enforced,
            group=self.group,
            is_conditional=self.is_conditional or settings.is_open,
            scope=self.draft.scope,
        )
        self.draft.add(rule, span, layout)

    def _excluded(self, member: Member, settings: Settings) -> None:
        names = {one.name for one in member.value.members}
        if len(names) > 1:
            what = f"{member.name} is excluded from its parent's policy and has settings of its own."
            self.draft.refuse("exclusion_with_policy", f"{what} {_CRASH} Leave only the exclusion.", member.place)
        rule = PinRule(
            pattern=member.name,
            place=member.place,
            is_excluded=True,
            group=self.group,
            is_conditional=self.is_conditional or settings.is_open,
            scope=self.draft.scope,
        )
        self.draft.add(rule)

    def _note_settings(self, member: Member, settings: Settings) -> None:
        """What does nothing, or something else than it says."""
        documented = member.value.get(EXCLUDE_DOCUMENTED)
        if documented is not None:
            what = f"TrustKit does not read {EXCLUDE_DOCUMENTED}, so {member.name} is not excluded from anything."
            advice = f"The key that it reads is {EXCLUDE}."
            self.draft.note("exclusion_key_not_read", f"{what} {advice}", documented.place)
        algorithms = member.value.get(ALGORITHMS)
        if algorithms is not None:
            what = f"TrustKit from 1.6.0 on does not look at {ALGORITHMS}. Remove it."
            self.draft.note("ignored_setting", what, algorithms.place)
        self._check_report_uris(member.value.get(REPORT_URIS))

    def _check_report_uris(self, uris: Property | None) -> None:
        if uris is None or uris.why_open:
            return
        if not uris.is_array:
            self._refuse_type(REPORT_URIS, "an array of texts", uris)
            return
        for uri in uris.items:
            if not uri.is_text and not uri.why_open:
                self._refuse_type("This report address", "a text", uri)
            elif not uri.why_open and _NO_URL.search(uri.text):
                what = f"“{uri.text[:100]}” is no URL. Before iOS 17 the app crashes at launch because of it."
                self.draft.note("invalid_report_uri", f"{what} Write a full URL without blanks.", uri.place)

    def _expiration(self, policy: Property, settings: Settings) -> tuple[Expiration | None, ExpiryLayout | None]:
        member = next((one for one in reversed(policy.members) if one.name == EXPIRATION), None)
        if member is None:
            return None, self._new_end(policy.get(HASHES))
        value = member.value
        if value.why_open:
            settings.leave_open(EXPIRATION, value)
            return None, None
        if value.kind is not PlistKind.STRING:
            self._refuse_type(EXPIRATION, "a text as year-month-day", value)
            return None, None
        day = read_day(value.text)
        if day is None:
            what = f"“{value.text[:100]}” is no existing date as year-month-day, so these pins never expire."
            self.draft.note("expiration_not_read", f"{what} Write it as 2027-01-31.", value.place)
        inner = value.parts[0].span if len(value.parts) == 1 else None
        return Expiration(value.text, day), ExpiryLayout(inner, None, value.whole.end) if inner else None

    def _new_end(self, array: Property | None) -> ExpiryLayout | None:
        """Where an end is written that is not there yet."""
        if array is None or not array.is_array or not self.notation.before_end:
            return None
        return ExpiryLayout(None, None, array.whole.end, self.notation.before_end, self.notation.after)

    def _pins(
        self, member: Member, expiry: ExpiryLayout | None, *, needed: int
    ) -> tuple[tuple[Pin, ...] | None, Span | None, PinList | None]:
        array = member.value.get(HASHES)
        if array is not None and array.why_open:
            what = f"The pins of {member.name} are not known, because {array.why_open}. Write them out."
            self.draft.note("unresolved_code", what, array.place)
            return (bare_pin(array, None),), None, None
        if array is not None and not array.is_array:
            self._refuse_type(HASHES, "an array of texts", array)
            return (), None, None
        found = [(self._pin(item), item) for item in self._texts(array)] if array else []
        pins = tuple(pin for pin, _ in found)
        self._check_count(member, pins, needed)
        if array is None:
            return None, None, None
        slots = (Slot(item.whole, item.parts, is_own=self._is_own(item)) for _, item in found)
        layout = list_layout(array, slots, self.notation, expiry)
        return pins, array.whole if layout else None, layout

    def _texts(self, array: Property) -> Iterator[Property]:
        for item in array.items:
            if item.is_text or item.why_open:
                yield item
            else:
                self._refuse_type("This pin", "a text", item)

    def _pin(self, item: Property) -> Pin:
        pin = bare_pin(item, decode_nsdata(item.text))
        if item.why_open:
            what = f"The pin is not known, because {item.why_open}. Write it as a literal or as a constant."
            self.draft.note("unresolved_code", what, item.place)
        elif pin.digest is None:
            self.draft.refuse("not_base64", f"The pin “{item.text[:100]}” is no base64. {_CRASH}", item.place)
        elif len(pin.digest) != 32:
            length = f"has {len(pin.digest)} bytes instead of 32"
            self.draft.refuse("wrong_length", f"The pin “{item.text[:100]}” {length}. {_CRASH}", item.place)
        return pin

    def _check_count(self, member: Member, pins: tuple[Pin, ...], needed: int) -> None:
        distinct = {pin.digest or pin.text for pin in pins}
        if len(distinct) < needed and all(pin.problem != "unresolved_code" for pin in pins):
            wanted = "two different pins" if needed == 2 else "a pin"
            has = ("none", "one")[len(distinct)]
            what = f"{member.name} needs {wanted} and has {has}. {_CRASH} Add the pin of a backup key."
            self.draft.refuse("too_few_distinct_pins", what, member.place)

    def _check_name(self, member: Member) -> None:
        name = member.name
        if not name.strip(".") or not name.isascii():
            what = f"“{name[:100]}” is no host name in ASCII. {_CRASH}"
            self.draft.refuse("not_a_host", f"{what} Write the ASCII form.", member.place)
        elif "*" in name:
            bare = name.removeprefix("*.")
            what = f"TrustKit takes the star in {name} literally, so this domain covers no host."
            self.draft.note("wildcard_ignored", f"{what} Write {bare} with {SUBDOMAINS}.", member.place)
        elif name.endswith("."):
            what = f"The full stop at the end of {name} keeps this domain from covering any host. Remove it."
            self.draft.note("trailing_dot", what, member.place)
        elif set(name) & set("/: ?#@"):
            what = f"“{name[:100]}” is more than a host name. Write the host name alone."
            self.draft.note("not_a_host", what, member.place)

    def _is_own(self, item: Property) -> bool:
        """Whether the pin stands in its list itself, in a form that a new one can take."""
        start, end = item.whole
        is_inside = all(start <= part.span.start and part.span.end <= end for part in item.parts)
        return is_inside and (len(item.parts) == 1 or self.notation.before == '"')

    def _leave_open(self, what: str, value: Property) -> None:
        message = f"{what} not known, because {value.why_open}. Write it out as a literal or as a constant."
        self.draft.leave_open("unresolved_code", message, value.place)

    def _refuse_type(self, what: str, wanted: str, value: Property) -> None:
        message = f"{what} must be {wanted}, and here stands a value of the type {value.kind}. {_CRASH}"
        self.draft.refuse("plist_wrong_type", message, value.place)


def read_day(text: str) -> date | None:
    """What `yyyy-MM-dd` surely reads; None where it reads nothing or perhaps another day."""
    found = _DAY.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
