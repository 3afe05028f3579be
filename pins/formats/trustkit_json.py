"""A TrustKit configuration for Apple's systems that stands in JSON, with the keys that it has in an Info.plist."""

import re
from dataclasses import dataclass, field
from datetime import date

from pins.encodings import decode_nsdata
from pins.formats.json_lists import json_list
from pins.formats.layout import ExpiryLayout, PinList
from pins.notations import pin_problem
from pins.pinset import Expiration, Pin, PinKind, PinRule, Problem
from pins.reading import Span, Text
from pins.reading.json_text import Array, Node, Object, Scalar, String

DOMAINS = "TSKPinnedDomains"
_HASHES, _SUBDOMAINS, _ENFORCED = "TSKPublicKeyHashes", "TSKIncludeSubdomains", "TSKEnforcePinning"
_EXPIRATION = "TSKExpirationDate"
_EXCLUDED = "kSKExcludeSubdomainFromParentPolicy"  # TSKTrustKitConfig.m; the documented TSKExclude… is never read
_KNOWN = frozenset(
    {
        _HASHES,
        _SUBDOMAINS,
        _ENFORCED,
        _EXCLUDED,
        _EXPIRATION,
        "TSKDisableDefaultReportUri",
        "TSKReportUris",
        "TSKPublicKeyAlgorithms",
    }
)
_REFUSED = "TrustKit throws an exception because of it, so the app crashes at launch. Repair it."
_YES = re.compile(r"\s*[+-]?0*[YyTt1-9]")  # NSString boolValue
_USUAL = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(slots=True)
class ReadTrustKit:
    """The rules, each with the index of its list."""

    rules: list[tuple[PinRule, int | None]] = field(default_factory=list)
    lists: list[PinList] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class TrustKitJson:
    def __init__(self, text: Text) -> None:
        self.text = text
        self.found = ReadTrustKit()

    def read(self, configuration: Object, path: str) -> ReadTrustKit:
        domains = configuration.get(DOMAINS)
        if isinstance(domains, Object):
            for name, policy in domains.members:
                self._domain(name, policy, f"{path}.{DOMAINS}.{name.value}")
            for name in domains.repeated():
                what = f"{name.value} stands here more than once, and only the last one counts. Merge them."
                self._note("duplicate_key", what, name, f"{path}.{DOMAINS}")
        return self.found

    def _domain(self, name: String, policy: Node, path: str) -> None:
        if not isinstance(policy, Object):
            self._refuse("policy_missing", f"{name.value} has no policy.", policy, path)
            return
        self._check_keys(policy, path)
        hashes = policy.get(_HASHES)
        pins = self._pins(hashes, policy, path) if isinstance(hashes, Array) else None
        rule = PinRule(
            pattern=name.value,
            place=self.text.place(name.span.start + 1, path),
            pins=pins,
            include_subdomains=self._boolean(policy, _SUBDOMAINS, path, default=False),
            expiration=self._expiration(policy.get(_EXPIRATION), path),
            is_enforced=self._boolean(policy, _ENFORCED, path, default=True),
            is_excluded=self._boolean(policy, _EXCLUDED, path, default=False),
        )
        self.found.rules.append((rule, None if pins is None else len(self.found.lists) - 1))

    def _pins(self, hashes: Array, policy: Object, path: str) -> tuple[Pin, ...]:
        strings = [(at, one) for at, one in enumerate(hashes.items) if isinstance(one, String)]
        for at, one in enumerate(hashes.items):
            if not isinstance(one, String):
                self._refuse("not_a_text", "This hash is no text.", one, f"{path}.{_HASHES}[{at}]")
        expiry = _expiry_layout(hashes, policy.get(_EXPIRATION))
        self.found.lists.append(json_list(self.text, hashes, [one for _, one in strings], expiry=expiry))
        return tuple(self._pin(one, f"{path}.{_HASHES}[{at}]") for at, one in strings)

    def _pin(self, node: String, path: str) -> Pin:
        text, digest = node.value, decode_nsdata(node.value)
        is_prefixed = text.lower().startswith(("sha256/", "sha1/", "sha256:", "pin-sha256"))
        problem = "wrong_prefix" if is_prefixed else pin_problem(text, digest, PinKind.SPKI_SHA256)
        return Pin(text, PinKind.SPKI_SHA256, digest, self.text.place(node.span.start + 1, path), problem)

    def _expiration(self, node: Node | None, path: str) -> Expiration | None:
        if not isinstance(node, String):
            return None
        day = usual_date(node.value)
        if day is None:
            what = f"TrustKit reads no date from “{node.value}”, so these pins never end. Write it as 2027-01-31."
            self._note("expiration_not_read", what, node, f"{path}.{_EXPIRATION}")
        return Expiration(node.value, day)

    def _boolean(self, policy: Object, key: str, path: str, *, default: bool) -> bool:
        node = policy.get(key)
        if node is None:
            return default
        if isinstance(node, Scalar):
            return node.source not in ("false", "null", "0")
        what = f"{key} is a text and not true or false. Write it without quotes."
        self._note("not_a_boolean", what, node, f"{path}.{key}")
        return isinstance(node, String) and _YES.match(node.value) is not None

    def _check_keys(self, policy: Object, path: str) -> None:
        for name, _ in policy.members:
            if name.value not in _KNOWN:
                what = f"TrustKit does not read the key {name.value}. Correct its name, or remove it."
                self._note("unknown_key", what, name, path)

    def _note(self, code: str, what: str, node: Node, path: str) -> None:
        self.found.problems.append(Problem(code, what, self.text.place(node.span.start, path)))

    def _refuse(self, code: str, what: str, node: Node, path: str) -> None:
        place = self.text.place(node.span.start, path)
        self.found.problems.append(Problem(code, f"{what} {_REFUSED}", place, is_refused=True))


def usual_date(text: str) -> date | None:
    """The day of `yyyy-MM-dd`, None where it is written otherwise or does not exist."""
    try:
        return date.fromisoformat(text) if _USUAL.fullmatch(text) else None
    except ValueError:
        return None


def _expiry_layout(hashes: Array, node: Node | None) -> ExpiryLayout:
    inner = Span(node.span.start + 1, node.span.end - 1) if isinstance(node, String) else None
    return ExpiryLayout(inner, None, hashes.span.end, f', "{_EXPIRATION}": "', '"')
