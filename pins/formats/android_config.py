"""A Network Security Config as Android's parser takes it: what it refuses, what it skips, the effective rules.

Source: AOSP XmlConfigSource.java and NetworkSecurityConfig.java; what follows on a device is decided in `clients`.
Where the app has TrustKit, its own reading of the same file stands beside Android's, in rules of its own scope.
"""

from enum import StrEnum
from typing import NamedTuple

from pins.formats.android_problems import Problems, trimmed
from pins.formats.android_values import FoundPins, read_anchors, read_domain, read_pin_set
from pins.formats.layout import PinList
from pins.formats.trustkit_config import TRUSTKIT, TrustKitReader
from pins.pinset import AnchorSource, Expiration, Pin, PinRule, Problem
from pins.reading import MAXIMUM_PINS, Element, Text

MAXIMUM_EFFECTIVE = 3 * MAXIMUM_PINS  # domains, and the pins of each with those that it shares or inherits
ROOT = "network-security-config"
PARTS = frozenset({"domain-config", "base-config", "debug-overrides", "pin-set", "trust-anchors"})
_KNOWN = PARTS | {"domain", "pin", "certificates"}
_OTHERS = frozenset({TRUSTKIT, "certificateTransparency", "domainEncryption", "localNetworkAccess"})


class _Config(StrEnum):
    BASE = "base-config"
    DOMAIN = "domain-config"
    DEBUG = "debug-overrides"


class _Scope(NamedTuple):
    """What a config hands down to the configs inside it."""

    anchors: tuple[AnchorSource, ...] | None = None
    list_index: int | None = None
    expiration: Expiration | None = None
    pins: tuple[Pin, ...] | None = None


class ReadConfig(NamedTuple):
    """The rules in the order of the file, each with the index of its list; `has_trustkit`: some are TrustKit's only."""

    rules: tuple[tuple[PinRule, int | None], ...]
    lists: tuple[PinList, ...]
    problems: tuple[Problem, ...]
    default_anchors: tuple[AnchorSource, ...] | None
    debug_anchors: tuple[AnchorSource, ...]
    has_trustkit: bool


def read_config(text: Text, root: Element, seen: set[str] | None = None) -> ReadConfig:
    """`seen` are the domains of other pieces of the same configuration; those of this one are added to it."""
    return _Reader(text, set() if seen is None else seen).read(root)


class _Reader:
    def __init__(self, text: Text, seen: set[str]) -> None:
        self.text = text
        self.problems = Problems(text)
        self._lists: list[PinList] = []
        self._rules: list[tuple[PinRule, int | None, int]] = []
        self._pin_sets: dict[int, tuple[int, FoundPins]] = {}
        self._seen = seen
        self._pin_count = self._effective_count = 0

    def read(self, root: Element) -> ReadConfig:
        base = self._only(root, _Config.BASE)
        default = self._read_config(base, _Config.BASE, _Scope()) if base else _Scope()
        debug = self._debug(self._only(root, _Config.DEBUG))
        for child in root.children:
            if child.name == _Config.DOMAIN:
                self._read_config(child, _Config.DOMAIN, default)
            elif child.name not in (_Config.BASE, _Config.DEBUG):
                self._skip(child)
        own = TrustKitReader(self.problems, self._pin_sets)
        ordered = sorted((*self._rules, *own.read(root)), key=lambda one: one[2])
        return ReadConfig(
            rules=tuple((rule, index) for rule, index, _ in ordered),
            lists=tuple(self._lists),
            problems=self.problems.in_order(),
            default_anchors=default.anchors,
            debug_anchors=debug,
            has_trustkit=own.is_used,
        )

    def _only(self, root: Element, name: _Config) -> Element | None:
        found = [child for child in root.children if child.name == name]
        for extra in found[1:]:
            code = "several_base_configs" if name is _Config.BASE else "several_debug_overrides"
            self.problems.refuse(code, f"<{name}> stands in the file more than once.", extra)
        return found[0] if found else None

    def _debug(self, element: Element | None) -> tuple[AnchorSource, ...]:
        """A released build skips this part unread, so an error in it stops debuggable builds only."""
        if element is None:
            return ()
        with self.problems.in_debug_part():
            return self._read_config(element, _Config.DEBUG, _Scope()).anchors or ()

    def _read_config(self, config: Element, kind: _Config, parent: _Scope) -> _Scope:
        scope = self._scope(config, kind, parent)
        domains = [child for child in config.children if child.name == "domain"]
        for child in config.children:
            match child.name:
                case "domain":
                    self._domain(child, kind, scope)
                case _Config.DOMAIN if kind is _Config.DOMAIN:
                    self._read_config(child, kind, scope)
                case _Config.DOMAIN:
                    message = f"<domain-config> stands inside <{kind}>, where Android does not allow it."
                    self.problems.refuse("misplaced_domain_config", message, child)
                case "pin-set" | "trust-anchors":
                    pass
                case _:
                    self._skip(child)
        if kind is _Config.DOMAIN and not domains:
            self.problems.refuse("domain_missing", "This <domain-config> names no <domain>.", config)
        return scope

    def _scope(self, config: Element, kind: _Config, parent: _Scope) -> _Scope:
        """Anchors and pins of the config itself; what it does not have it inherits, each as a whole."""
        anchors = self._single(config, "trust-anchors", "several_trust_anchors")
        own_anchors = (
            read_anchors(self.problems, anchors, is_debug=kind is _Config.DEBUG) if anchors else parent.anchors
        )
        pin_set = self._single(config, "pin-set", "several_pin_sets")
        if pin_set and kind is not _Config.DOMAIN:
            message = f"<pin-set> stands inside <{kind}>; Android can pin single domains only."
            self.problems.refuse("misplaced_pin_set", message, pin_set)
            pin_set = None
        if pin_set is None:
            return _Scope(own_anchors, parent.list_index, parent.expiration, parent.pins)
        found = read_pin_set(self.problems, pin_set, config)
        self._pin_count += len(found.pins)
        if self._pin_count > MAXIMUM_PINS:
            raise self.problems.too_many_pins(pin_set)
        self._lists.append(found.layout)
        self._pin_sets[pin_set.whole.start] = (len(self._lists) - 1, found)
        return _Scope(own_anchors, len(self._lists) - 1, found.expiration, found.pins)

    def _single(self, config: Element, name: str, code: str) -> Element | None:
        found = [child for child in config.children if child.name == name]
        for extra in found[1:]:
            self.problems.refuse(code, f"<{name}> stands more than once in one <{config.name}>.", extra)
        return found[0] if found else None

    def _domain(self, element: Element, kind: _Config, scope: _Scope) -> None:
        if kind is not _Config.DOMAIN:
            self.problems.refuse("misplaced_domain", f"<domain> stands inside <{kind}>.", element)
            return
        self._effective_count += 1 + len(scope.pins or ())
        if self._effective_count > MAXIMUM_EFFECTIVE:
            raise self.problems.too_many_domains(element)
        domain = read_domain(self.problems, element)
        name = trimmed(element.text).lower()
        if name and name in self._seen:
            message = f"{domain.pattern} stands in the file more than once; Android allows each domain once."
            self.problems.refuse("duplicate_domain", message, element)
        self._seen.add(name)
        rule = PinRule(
            pattern=domain.pattern,
            place=domain.place,
            pins=scope.pins,
            include_subdomains=domain.include_subdomains,
            expiration=scope.expiration,
            anchors=scope.anchors,
        )
        self._rules.append((rule, scope.list_index, element.whole.start))

    def _skip(self, element: Element) -> None:
        """Android skips what it does not expect, with everything inside."""
        if element.name == "pin":
            message = "This <pin> stands outside <pin-set>, so Android skips it and it protects nothing."
            self.problems.note("pin_outside_pin_set", message, element)
        elif element.name in _KNOWN:
            self.problems.note("misplaced_element", f"Android skips <{element.name}> in this place.", element)
        elif element.name not in _OTHERS:
            self.problems.note("unknown_element", f"Android does not know <{element.name}> and skips it.", element)
