"""The move of an app from a platform's host to an own domain: which steps are done, judged by observed facts alone."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from pins.certificate import Certificate
from pins.chains import ChainFinding, chain_findings
from pins.names import covers
from pins.pin_story import label
from pins.trust import TrustStore
from pins.validity import rsa_bits

# TrustKit and Ktor hash no other curves and no longer RSA keys (TSKSPKIHashCache.m, CertificatesInfo.kt).
MOST_RSA = 4096
CURVES = frozenset({"EC-P-256", "EC-P-384"})
OF_CHAIN = frozenset(
    {"chain_incomplete", "chain_misordered", "chain_invalid", "self_signed", "untrusted_root", "path_search_cut_short"}
)
NOBODY_HOLDS_BOTH = "No release in use holds both pins."
OF_KEY = frozenset({"weak_key", "weak_signature", "lifetime_too_long", "expired", "not_yet_valid"})


class State(StrEnum):
    DONE = "done"
    TO_DO = "to_do"
    UNTOLD = "untold"


class Source(StrEnum):
    """Which observations a step rests on, so that its age can be told."""

    HOSTS = "hosts"
    RELEASES = "releases"


@dataclass(frozen=True, slots=True)
class Step:
    """`observed` is what is on record, `remedy` what to do; for an untold step it is what would tell."""

    code: str
    state: State
    observed: str
    remedy: str
    source: Source = Source.HOSTS


@dataclass(frozen=True, slots=True)
class Host:
    """What was observed of a host. `addresses` are those of the last reading, without ports.

    `is_fixed`: it is read at addresses that were typed in, so DNS was not asked. `failure` says why nothing is served.
    """

    name: str
    addresses: frozenset[str] = frozenset()
    chains: tuple[tuple[Certificate, ...], ...] = ()
    is_fixed: bool = False
    failure: str = ""
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class Build:
    """A release in use: its share of users in per cent, and what its pin file does with the two hosts.

    `pins_old` and `pins_own`: a rule with a pin that fits speaks for the host; `names_old` and `names_own`: any rule
    does. `is_known` is false while no pin file of it is on record.
    """

    name: str
    share: float
    pins_old: bool = False
    pins_own: bool = False
    names_old: bool = False
    names_own: bool = False
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Move:
    """`own` is None while no own host is watched. `platform_leaves` are what the platform serves."""

    old: Host
    own: Host | None
    builds: tuple[Build, ...]
    target_share: int
    stores: tuple[TrustStore, ...]
    now: datetime
    platform_leaves: frozenset[bytes] = frozenset()


def steps(move: Move) -> tuple[Step, ...]:
    """In the order in which they are taken; each is judged by itself, so a later one can be done before an earlier.

    What was read too long ago settles nothing: it may have changed since.
    """
    own = move.own
    is_stale = own is not None and (own.is_stale or move.old.is_stale)
    return tuple(_aged(step) if is_stale and step.source is Source.HOSTS else step for step in _steps(move, own))


def _aged(step: Step) -> Step:
    if step.state is not State.DONE:
        return step
    return replace(step, state=State.UNTOLD, remedy="This was read too long ago to rely on. Check the host again.")


def _steps(move: Move, own: Host | None) -> tuple[Step, ...]:
    return (
        _watched(own),
        _dns(move.old, own),
        _names(move, own),
        _chain(move, own),
        _key(move, own),
        _pins(move),
        _switch(move),
        _old_pin(move),
    )


def _watched(own: Host | None) -> Step:
    if own is None:
        return Step(
            "watched", State.TO_DO, "No host of your own domain is watched.", "Choose its name and have it watched."
        )
    if own.chains:
        read = f"{own.name} was read at {_counted(len(own.addresses), 'address', 'addresses')}."
        return Step("watched", State.DONE, read, "")
    if own.failure:
        return Step(
            "watched", State.TO_DO, f"{own.name} cannot be read: {own.failure.rstrip('.')}.",
            "Create its DNS record and let the environment answer for it; then check it again.",
        )  # fmt: skip
    return _untold("watched", f"{own.name} is watched and was not read yet.", "The first check is on its way.")


def _dns(old: Host, own: Host | None) -> Step:
    remedy = f"Point the DNS record of your domain at the environment, as {old.name} does."
    if own is None or not own.chains:
        return _not_read("dns", own, remedy)
    if own.is_fixed or old.is_fixed:
        fixed = own.name if own.is_fixed else old.name
        return _untold(
            "dns",
            f"{fixed} is read at addresses that were typed in, so its DNS was not asked.",
            "Take the fixed addresses out of the endpoint; the next check then shows where DNS leads.",
        )
    if not old.addresses:
        return _untold("dns", f"The addresses of {old.name} are not on record.", "It is known after the next check.")
    shared, strays = own.addresses & old.addresses, sorted(own.addresses - old.addresses)
    if not strays:
        return Step("dns", State.DONE, f"{own.name} leads to the addresses of {old.name}: {_named(shared)}.", "")
    if shared:
        return Step(
            "dns", State.TO_DO, f"{own.name} also leads to {_named(strays)}, where {old.name} does not.",
            "Take these addresses out of its DNS record, or find out what answers there.",
        )  # fmt: skip
    return _untold(
        "dns",
        f"{own.name} leads to {_named(strays)}, {old.name} to {_named(old.addresses)}.",
        f"{remedy} Where a proxy of yours or another entrance of the platform answers, compare the records by hand.",
    )


def _names(move: Move, own: Host | None) -> Step:
    remedy = "Have a certificate issued that names the own host, and install it for the environment."
    if own is None or not own.chains:
        return _not_read("names", own, remedy)
    for leaf in (chain[0] for chain in own.chains):
        if leaf.sha256 in move.platform_leaves:
            served = f"{own.name} serves the platform's certificate {label(leaf)}, which rotates with the platform."
            return Step("names", State.TO_DO, served, remedy)
        if not covers(leaf, own.name):
            names = ", ".join(leaf.dns_names[:3]) or "no host at all"
            return Step("names", State.TO_DO, f"{own.name} serves a certificate for {names}.", remedy)
    leaf = own.chains[0][0]
    return Step("names", State.DONE, f"{label(leaf)} covers {own.name} and is not the platform's.", "")


def _chain(move: Move, own: Host | None) -> Step:
    remedy = "Upload the certificate with its intermediates: leaf first, each followed by its issuer."
    if own is None or not own.chains:
        return _not_read("chain", own, remedy)
    if wrong := _wrong(move, own, OF_CHAIN):
        return Step("chain", State.TO_DO, wrong.text, remedy)
    count = _counted(len(own.chains[0]), "certificate")
    where = "the trust store" if len(move.stores) == 1 else f"all {len(move.stores)} trust stores"
    return Step("chain", State.DONE, f"{own.name} sends {count}, and {where} in scope can build a path from it.", "")


def _key(move: Move, own: Host | None) -> Step:
    remedy = "Have it issued again with P-256 or RSA-2048, for no longer than the policy of the day allows."
    if own is None or not own.chains:
        return _not_read("key", own, remedy)
    if wrong := _wrong(move, own, OF_KEY):
        return Step("key", State.TO_DO, wrong.text, remedy)
    for leaf in (chain[0] for chain in own.chains):
        bits = rsa_bits(leaf)
        if (bits is None and leaf.key_kind not in CURVES) or (bits or 0) > MOST_RSA:
            kind = f"The key of {label(leaf)} is {leaf.key_kind}, which some pinning libraries cannot hash."
            return Step("key", State.TO_DO, kind, remedy)
    leaf = own.chains[0][0]
    ends = f"{leaf.not_after.day} {leaf.not_after:%b %Y}"
    return Step("key", State.DONE, f"{leaf.key_kind}, valid until {ends}, within what devices accept.", "")


def _pins(move: Move) -> Step:
    remedy = f"Ship a release that pins both hosts, until {move.target_share} % of your users have it."
    if unknown := _nothing_to_tell(move, "pins"):
        return unknown
    if move.own is None:
        return Step("pins", State.TO_DO, "No own host is chosen, so no release can pin it.", remedy, Source.RELEASES)
    if not any(one.names_old for one in move.builds):
        told = f"No release in use pins {move.old.name}, so none stops when your app calls another host."
        return Step("pins", State.DONE, told, "", Source.RELEASES)
    fit = [one for one in move.builds if one.pins_own and (one.pins_old or not one.names_old)]
    told = f"{_who(fit)}, {_share(fit)} % of your users, hold pins that fit today." if fit else NOBODY_HOLDS_BOTH
    is_done = _share(fit) >= move.target_share
    return Step("pins", State.DONE if is_done else State.TO_DO, told, "" if is_done else remedy, Source.RELEASES)


def _switch(move: Move) -> Step:
    remedy = "Ship a release that calls the own host."
    if unknown := _nothing_to_tell(move, "switch"):
        return unknown
    moved = [one for one in move.builds if one.names_own and not one.names_old]
    if _share(moved) >= move.target_share:
        told = f"{_who(moved)}, {_share(moved)} % of your users, know the own host alone."
        return Step("switch", State.DONE, told, "", Source.RELEASES)
    both = [one for one in move.builds if one.names_own and one.names_old]
    if both:
        told = (
            f"{_who(both)}, {_share(both)} % of your users, name both hosts: which one they call is not in a pin file."
        )
        return _untold("switch", told, f"{remedy} A release that names it alone shows that it moved.", Source.RELEASES)
    old = [one for one in move.builds if one.names_old]
    if not old:
        told = "The releases in use pin neither host, so which one they call is in no pin file."
        return _untold("switch", told, f"{remedy} Whether it does can only be told in its code.", Source.RELEASES)
    told = f"{_who(old)}, {_share(old)} % of your users, name {move.old.name} and not the own host."
    return Step("switch", State.TO_DO, told, remedy, Source.RELEASES)


def _old_pin(move: Move) -> Step:
    if unknown := _nothing_to_tell(move, "old_pin"):
        return unknown
    keep = [one for one in move.builds if one.names_old]
    if not keep:
        return Step("old_pin", State.DONE, f"No release in use names {move.old.name}.", "", Source.RELEASES)
    told = f"{_who(keep)}, {_share(keep)} % of your users, still name {move.old.name}."
    remedy = "Last of all: drop the old host from the file once your users have moved. Until then it is what connects."
    return Step("old_pin", State.TO_DO, told, remedy, Source.RELEASES)


def _nothing_to_tell(move: Move, code: str) -> Step | None:
    unread = [one for one in move.builds if not one.is_known]
    if not move.builds:
        return _untold(code, "No release is in use.", "Register the releases that your users have.", Source.RELEASES)
    if _share(unread) > 100 - move.target_share:
        told = f"There is no pin file of {_who(unread)}, {_share(unread)} % of your users."
        return _untold(code, told, "Upload the pin file of each release.", Source.RELEASES)
    return None


def _wrong(move: Move, own: Host, codes: Collection[str]) -> ChainFinding | None:
    """The first of these findings in any served chain on any store."""
    pairs = [(chain, store) for chain in own.chains for store in move.stores]
    found = (one for chain, store in pairs for one in chain_findings(chain, store, host=None, instant=move.now))
    return next((one for one in found if one.code in codes), None)


def _not_read(code: str, own: Host | None, remedy: str) -> Step:
    told = "It is known once the own host is watched." if own is None else f"{own.name} was not read yet."
    return _untold(code, told, remedy)


def _untold(code: str, observed: str, remedy: str, source: Source = Source.HOSTS) -> Step:
    return Step(code, State.UNTOLD, observed, remedy, source)


def _share(builds: Iterable[Build]) -> int:
    return round(sum(one.share for one in builds))


def _who(builds: Sequence[Build]) -> str:
    return _named([one.name for one in builds])


def _named(names: Iterable[str]) -> str:
    found = sorted(names) if isinstance(names, frozenset | set) else list(names)
    return ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")


def _counted(count: int, noun: str, plural: str = "") -> str:
    return f"{count} {noun if count == 1 else plural or noun + 's'}"
