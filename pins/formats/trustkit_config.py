"""TrustKit's own reading of a Network Security Config: which policies it makes of the file that Android reads as well.

Source: TrustKit-Android TrustKitConfigurationParser.java and DomainPinningPolicy.java. What it has in common with
Android (base64, dates) is reported by Android's reader already; here is what only TrustKit stumbles over.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pins.decision import Client
from pins.formats.android_problems import Problems, trimmed
from pins.formats.android_values import FoundPins
from pins.pinset import Expiration, Pin, PinRule
from pins.reading import Element

TRUSTKIT = "trustkit-config"
SCOPE = Client.TRUSTKIT_ANDROID.value

Placed = tuple[PinRule, int | None, int]
"""A rule, the index of its list and where it stands."""


class _Policy(NamedTuple):
    """What a domain-config says or inherits, each setting by itself (DomainPinningPolicy.Builder build)."""

    include_subdomains: bool | None = None
    list_index: int | None = None
    pins: tuple[Pin, ...] | None = None
    expiration: Expiration | None = None
    is_enforced: bool | None = None


class TrustKitReader:
    """`pin_sets` are the lists that Android's reader has found, by where their element stands."""

    def __init__(self, problems: Problems, pin_sets: Mapping[int, tuple[int, FoundPins]]) -> None:
        self.problems, self._pin_sets = problems, pin_sets
        self.is_used = False

    def read(self, root: Element) -> list[Placed]:
        """Nothing where no part of the file addresses TrustKit."""
        self.is_used = _mentions(root)
        if not self.is_used:
            return []
        configs = [child for child in root.children if child.name == "domain-config"]
        return [rule for config in configs for rule in self._config(config, _Policy())]

    def _config(self, config: Element, parent: _Policy) -> Iterator[Placed]:
        domains = [child for child in config.children if child.name == "domain"]
        policy = self._policy(config, domains, parent)
        if domains and policy.pins is not None:
            self._check_domains(domains)
            yield self._rule(domains[-1], policy)
        for child in config.children:
            if child.name == "domain-config":
                yield from self._config(child, policy)

    def _policy(self, config: Element, domains: list[Element], parent: _Policy) -> _Policy:
        own = self._own_pins(config)
        included = _boolean(domains[-1], "includeSubdomains") if domains else None
        settings = [child for child in config.children if child.name == TRUSTKIT]
        # readTrustkitConfig: without the attribute a <trustkit-config> says false, whatever it is nested in
        enforced = bool(_boolean(settings[-1], "enforcePinning")) if settings else parent.is_enforced
        index, found = own or (parent.list_index, None)
        expiration = found.expiration if found else None
        return _Policy(
            parent.include_subdomains if included is None else included,
            index,
            found.pins if found else parent.pins,
            expiration or parent.expiration,
            enforced,
        )

    def _own_pins(self, config: Element) -> tuple[int, FoundPins] | None:
        element = next((child for child in reversed(config.children) if child.name == "pin-set"), None)
        if element is None:
            return None
        for pin in element.children:
            digest = pin.value("digest") if pin.name == "pin" else None
            if digest is not None and digest != "SHA-256" and digest.upper() == "SHA-256":
                self._refuse(
                    "trustkit_digest",
                    f'TrustKit takes digest="SHA-256" in capitals only and refuses “{digest}”, so the app stops when '
                    "it starts TrustKit. Write it in capitals.",
                    pin,
                )
        return self._pin_sets.get(element.whole.start)

    def _check_domains(self, domains: list[Element]) -> None:
        for domain in domains[:-1]:
            message = (
                f"TrustKit keeps only the last <domain> of a <domain-config>, so {trimmed(domain.text)} has no policy "
                "of its own: Android blocks what its pins do not match, even where TrustKit should only report. Give "
                "every domain its own <domain-config>."
            )
            self.problems.note("trustkit_domain_dropped", message, domain, scope=SCOPE)

    def _rule(self, domain: Element, policy: _Policy) -> Placed:
        pieces = domain.pieces(self.problems.text)
        offset = pieces[0].span.start if pieces else domain.whole.start
        rule = PinRule(
            pattern=trimmed(domain.text),
            place=self.problems.text.place(offset),
            pins=policy.pins,
            include_subdomains=bool(policy.include_subdomains),
            expiration=policy.expiration,
            is_enforced=bool(policy.is_enforced),
            scope=SCOPE,
        )
        return rule, policy.list_index, domain.whole.start

    def _refuse(self, code: str, message: str, element: Element) -> None:
        self.problems.note(code, message, element, scope=SCOPE, is_refused=True)


def _mentions(element: Element) -> bool:
    return element.name == TRUSTKIT or any(_mentions(child) for child in element.children)


def _boolean(element: Element, name: str) -> bool | None:
    """Java's `Boolean.parseBoolean`, None where the attribute is not there."""
    value = element.value(name)
    return None if value is None else value.lower() == "true"
