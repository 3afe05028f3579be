"""Ordinary TLS validation as clients meet it: the path they settle on, and whether the leaf covers the host."""

from dataclasses import dataclass

from pins.certificate import Certificate
from pins.decision import Outcome, Reason
from pins.encounter import Encounter
from pins.paths import PathOrder
from pins.pinset import Pin
from pins.rules.answer import Answer, Path

_UNTRUSTED = Reason(
    "untrusted_root", "No path leads from the served chain to a trusted root, so no connection comes about."
)
CUT_SHORT = Reason(
    "path_search_cut_short",
    "The search for a path to a trusted root was cut short, so whether devices trust this chain is open.",
)


_BY_PINS = frozenset({Outcome.CONNECTS, Outcome.BLOCKED_BY_PIN})
MAY_BE_FETCHED = Reason(
    "intermediate_may_be_fetched",
    "The server does not send the intermediate. Apple's systems usually fetch it from the address that the certificate "
    "names, so whether the app connects is open. Add the intermediate to the served chain.",
)


def may_fetch_issuer(encounter: Encounter, problem: Reason | None, order: PathOrder) -> bool:
    """Apple loads a missing intermediate; Android, OkHttp and OpenSSL never do."""
    # Apple SecTrustServer.c SecPathBuilderInit: peer, keychain, then the network
    if order is not PathOrder.APPLE or problem is None or problem.code != "missing_intermediate":
        return False
    leaf = encounter.served[0] if encounter.served else None
    return isinstance(leaf, Certificate) and leaf.has_issuer_address


def first_path(encounter: Encounter, order: PathOrder) -> Path | Answer:
    """The path that the client settles on, or the answer that none is there; host names are not looked at."""
    found = encounter.paths[order]
    if found.paths:
        return found.paths[0]
    if not found.is_exhausted:
        return Answer(Outcome.INDETERMINATE, CUT_SHORT)
    if may_fetch_issuer(encounter, found.problem, order):
        return Answer(Outcome.INDETERMINATE, MAY_BE_FETCHED)
    return Answer(Outcome.BLOCKED_BY_CHAIN, found.problem or _UNTRUSTED)


def uncovered(encounter: Encounter, path: Path, order: PathOrder) -> Answer | None:
    """The answer for a leaf that is not valid for the host."""
    if encounter.is_covered_for(order):
        return None
    reason = Reason(
        "host_not_covered",
        f"The served certificate is not valid for {encounter.host}, so no connection comes about.",
    )
    return Answer(Outcome.BLOCKED_BY_CHAIN, reason, path=path)


def ordinary_path(encounter: Encounter, order: PathOrder) -> Path | Answer:
    """Path and host name, for clients that look at pins only after both."""
    path = first_path(encounter, order)
    return path if isinstance(path, Answer) else uncovered(encounter, path, order) or path


def settled(answer: Answer, encounter: Encounter) -> Answer:
    """For clients that look at the one path that Apple chooses: which it is, is certain only where all were found."""
    if encounter.paths[PathOrder.APPLE].is_exhausted or answer.outcome not in _BY_PINS:
        return answer
    reason = Reason(
        CUT_SHORT.code,
        f"The search for paths from what {encounter.host} serves was cut short, so which of them the pins are compared "
        "with is open.",
    )
    return Answer(Outcome.INDETERMINATE, reason, path=answer.path)


@dataclass(frozen=True, slots=True)
class Unpinned:
    """A configuration that its client does not look at: ordinary validation alone decides.

    The outcome is `fails_open` where it should have been looked at.
    """

    reason: Reason
    order: PathOrder
    outcome: Outcome = Outcome.NOT_PINNED

    def answer(self, encounter: Encounter) -> Answer:
        path = ordinary_path(encounter, self.order)
        return path if isinstance(path, Answer) else Answer(self.outcome, self.reason, path=path)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return ()
