"""What TrustKit refuses at launch, and the policies it keeps; which texts reach it is decided in `clients`."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from pins.decision import Reason
from pins.encodings import decode_nsdata
from pins.pinset import Pin, PinKind, PinRule
from pins.rules.alternatives import one_of
from pins.rules.answer import Policy, Refused
from pins.rules.compare import key_pins
from pins.rules.expiry import deadline
from pins.rules.reasons import shown, so
from pins.rules.trustkit import Domain, Edition, TrustKit, covering

CONSEQUENCE = "TrustKit refuses the configuration and the app crashes at launch"

Texts = tuple[tuple[Pin, str], ...]

_LONGEST_NAME = 255


def trust_kit(rules: Iterable[tuple[PinRule, Texts]], edition: Edition, *, is_complete: bool = True) -> Policy:
    """Loads policies with the base64 text of each pin; the first thing TrustKit refuses ends that.

    Rules of several groups are configurations of which the app uses one.
    """
    groups: dict[int, list[tuple[PinRule, Texts]]] = {}
    for rule, texts in rules:
        groups.setdefault(rule.group, []).append((rule, texts))
    loaded = tuple(_configuration(one, edition, is_complete=is_complete) for one in groups.values())
    return one_of(loaded) if loaded else _without_domains(edition, is_complete=is_complete)


def _without_domains(edition: Edition, *, is_complete: bool) -> Policy:
    if is_complete:
        return Refused(so("no_pinned_domains", "The configuration pins no domain", CONSEQUENCE))
    return TrustKit({}, edition, is_complete)


def _configuration(rules: Iterable[tuple[PinRule, Texts]], edition: Edition, *, is_complete: bool) -> Policy:
    domains: dict[str, Domain] = {}
    for rule, texts in rules:
        problem = _refusal(rule, texts, edition)
        if problem:
            return Refused(problem)
        domains[rule.pattern] = _domain(rule, texts)
    lonely = next((one.name for one in domains.values() if _is_lonely(one, domains, edition)), None)
    if lonely is not None and is_complete:
        what = f"The domain {lonely} is excluded from a parent's policy and no parent has one"
        return Refused(so("exclusion_without_parent", what, CONSEQUENCE))
    return TrustKit(domains, edition, is_complete)


def _domain(rule: PinRule, texts: Texts) -> Domain:
    ends = rule.expiration is not None and rule.expiration.day
    known = _known(texts)
    decoded = ((pin, PinKind.SPKI_SHA256, decode_nsdata(text) or b"") for pin, text in known)
    return Domain(
        name=rule.pattern,
        pins=key_pins(decoded, has_unknown=len(known) < len(texts)),
        include_subdomains=rule.include_subdomains,
        is_enforced=rule.is_enforced,
        is_excluded=rule.is_excluded,
        expiration=rule.expiration,
        deadline=deadline(ends, timedelta(0)) if ends else None,  # parse_configuration.m: UTC
        is_conditional=rule.is_conditional,
    )


def _known(texts: Texts) -> Texts:
    return tuple((pin, text) for pin, text in texts if pin.problem != "unresolved_code")


def _refusal(rule: PinRule, texts: Texts, edition: Edition) -> Reason | None:
    """parse_configuration.m: everything that raises."""
    return _bad_domain(rule, edition) or (_bad_exclusion(rule) if rule.is_excluded else _bad_pins(rule, texts))


def _bad_exclusion(rule: PinRule) -> Reason | None:
    if rule.pins is None and rule.expiration is None and not rule.include_subdomains:
        return None
    what = f"The domain {rule.pattern} is excluded from its parent's policy and has a policy of its own"
    return so("exclusion_with_policy", what, CONSEQUENCE)


def _bad_domain(rule: PinRule, edition: Edition) -> Reason | None:
    # registry_search.c IsValidHostname, for either edition
    if not rule.pattern.strip(".") or not rule.pattern.isascii() or len(rule.pattern) > _LONGEST_NAME:
        what = f"“{rule.pattern[:_LONGEST_NAME]}” is no host name in ASCII"
        return so("not_a_host", what, CONSEQUENCE)
    if edition.takes_unknown_suffixes and not rule.include_subdomains:
        return None
    registry = edition.suffixes.registry_length(rule.pattern.lstrip("."))
    if not registry and not edition.takes_unknown_suffixes:
        what = f"{rule.pattern} does not end in a public suffix"
        return so("unknown_public_suffix", what, CONSEQUENCE)
    if rule.include_subdomains and registry == len(rule.pattern):
        what = f"{rule.pattern} is a public suffix, whose subdomains belong to strangers"
        return so("subdomains_of_public_suffix", what, CONSEQUENCE)
    return None


def _bad_pins(rule: PinRule, texts: Texts) -> Reason | None:
    digests: set[bytes] = set()
    known = _known(texts)
    for pin, text in known:
        digest = decode_nsdata(text)
        if digest is None:
            return so("not_base64", f"The pin {shown(pin)} is not base64", CONSEQUENCE)
        if len(digest) != 32:
            return so("wrong_length", f"The pin {shown(pin)} has {len(digest)} bytes and not 32", CONSEQUENCE)
        digests.add(digest)
    needed = 2 if rule.is_enforced else 1
    if len(digests) >= needed or len(known) < len(texts):
        return None
    what = f"The domain {rule.pattern} needs {needed} different pins and has {len(digests)}"
    return so("too_few_distinct_pins", what, CONSEQUENCE)


def _is_lonely(domain: Domain, domains: Mapping[str, Domain], edition: Edition) -> bool:
    if not domain.is_excluded:
        return False
    tried = f"a{domain.name}"  # parse_configuration.m looks this name up in order not to find the domain itself
    return tried not in domains and not covering(domains, tried, edition.suffixes)
