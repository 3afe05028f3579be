"""Findings about Info.plist and TrustKit's configuration: what Apple's systems ignore, and what crashes the app."""

from pins.findings.kind import FindingKind

_CRASH = "TrustKit throws an exception because of it, and the app crashes at launch."
_BLOCKS = "iOS blocks every connection to the hosts of this domain."


def _crashes(code: str, title: str, remedy: str) -> FindingKind:
    return FindingKind(code, "error", title, _CRASH, remedy)


APPLE = (
    FindingKind(
        "plist_wrong_type",
        "error",
        "Value of the wrong type",
        "A property list knows types, and here stands another one than what is read. iOS ignores such a value, or "
        "blocks what a list of the wrong type should pin; TrustKit crashes.",
        "Give the value the type that the message names.",
    ),
    FindingKind(
        "loose_boolean",
        "warning",
        "Text or number where a Boolean belongs",
        "iOS takes nothing but a real Boolean for yes. TrustKit reads texts and numbers in its own way.",
        "Write <true/> or <false/>.",
    ),
    FindingKind(
        "malformed_identity",
        "error",
        "Identity that iOS does not read",
        "An identity is a dictionary with the text SPKI-SHA256-BASE64. iOS passes over anything else without a word, "
        "and a list that is left empty blocks every connection.",
        "Write each pin as a dictionary with the key SPKI-SHA256-BASE64.",
    ),
    FindingKind(
        "empty_identity_list",
        "error",
        "List without a usable pin",
        f"A list that is there must have a match. With no usable pin in it {_BLOCKS}",
        "Add pins, or remove the key of the list.",
    ),
    FindingKind(
        "domain_without_identities",
        "warning",
        "Domain without pins",
        "The domain has neither leaf nor CA identities, so it pins nothing.",
        "Add NSPinnedLeafIdentities or NSPinnedCAIdentities, or remove the domain.",
    ),
    FindingKind(
        "misplaced_key",
        "warning",
        "Key in the wrong place",
        "This key counts in one place of the property list only. Where it stands now nobody reads it.",
        "Move it to where it belongs.",
    ),
    FindingKind(
        "no_pins_in_property_list",
        "info",
        "No pins in the property list",
        "The file configures neither NSPinnedDomains nor TrustKit, so nothing is pinned by it.",
        "If the app pins in code, upload that file. If it does not pin, there is nothing to do.",
    ),
    FindingKind(
        "system_pinning_required",
        "error",
        "SecTrustPinningRequired is set",
        "With this key iOS drops the pins of NSPinnedDomains and blocks every host that it does not pin itself.",
        "Remove the key SecTrustPinningRequired.",
    ),
    FindingKind(
        "comment_in_value",
        "error",
        "Comment inside a text of a property list",
        "Apple's reader of property lists takes no comment inside a text and refuses the whole file.",
        "Move the comment out of the element.",
    ),
    _crashes("no_pinned_domains", "TrustKit without domains", "Add domains to TSKPinnedDomains, or remove TrustKit."),
    _crashes(
        "too_few_distinct_pins",
        "Too few different pins for TrustKit",
        "Add the pin of a backup key: two different pins, or one where TSKEnforcePinning is off.",
    ),
    _crashes(
        "exclusion_with_policy",
        "Excluded domain with settings of its own",
        "Leave only the exclusion in the domain, or remove it.",
    ),
    FindingKind(
        "exclusion_key_not_read",
        "error",
        "Exclusion that TrustKit does not read",
        "Documentation and code of TrustKit disagree: the constant kTSKExcludeSubdomainFromParentPolicy stands for the "
        "text kSKExcludeSubdomainFromParentPolicy, so the documented key does nothing. A domain with nothing else has "
        "no pins, and the app crashes at launch.",
        "Write kSKExcludeSubdomainFromParentPolicy, or the constant in code.",
    ),
    FindingKind(
        "expiration_not_read",
        "warning",
        "Date that is not read",
        "A text that is no date as year-month-day counts as no date at all, so the pins never expire.",
        "Write an existing date as year-month-day: 2027-01-31.",
    ),
    FindingKind(
        "ignored_setting",
        "info",
        "Setting without effect",
        "Current versions of TrustKit for iOS do not look at it.",
        "Remove it, unless another build needs it.",
    ),
    FindingKind(
        "invalid_report_uri",
        "warning",
        "Report address that is no URL",
        "Where the system takes it for no URL, TrustKit throws an exception and the app crashes at launch.",
        "Write a full URL without blanks and foreign letters.",
    ),
    FindingKind(
        "several_configurations",
        "warning",
        "Several configurations in one source",
        "TrustKit uses the first one that the app gives it. Which one that is only running the code tells.",
        "Upload the code of each variant by itself.",
    ),
)
