"""The sentences of a verdict: what is the case, what follows for the app, and what to do or what would settle it."""

from collections.abc import Iterable, Sequence
from datetime import date

from pins.case import Case, ServedChain
from pins.conclusion import Judged
from pins.decision import Outcome, Reason
from pins.pin_story import label, pins_story
from pins.pinset import Pin
from pins.remedy import ship_by
from pins.scenarios import Evidence, Scenario
from pins.subject import Subject

SUPPOSITIONS = {
    Scenario.ROLLING_OUT: "When the new chain reaches every address",
    Scenario.REGISTERED: "When the registered certificate takes over",
    Scenario.LOGGED: "When the certificate seen in the public log takes over",
    Scenario.SAME_KEY: "If the next certificate keeps the key",
    Scenario.NEW_KEY_SAME_INTERMEDIATE: "If the next certificate has a new key",
    Scenario.SIBLING_INTERMEDIATE: "If the next certificate comes from another intermediate",
    Scenario.OTHER_KEY_TYPE: "If the next certificate has another type of key",
    Scenario.NEW_ROOT: "If the next certificate leads to a new root",
    Scenario.CROSS_SIGNED_ROOT: "If the next chain leads through a cross-signed root",
    Scenario.OTHER_CA: "If the next certificate comes from another CA",
    Scenario.REISSUED_INTERMEDIATE: "If the intermediate is issued anew",
}


def failing(subject: Subject, served: ServedChain, judged: Judged) -> Reason:
    where = _where(subject.case, served)
    if judged.decision.outcome is not Outcome.BLOCKED_BY_PIN:
        return Reason(judged.decision.reason.code, f"{where}{judged.decision.reason.text}")
    story = pins_story(subject, judged)
    leaf = label(served.chain[0]) if served.chain else subject.case.host
    no_fit = f"No pin fits the chain of {leaf} that is served now, so the app cannot connect to {subject.case.host}."
    text = f"{where}{story} {_own_words(judged) or no_fit} Ship a release with a pin that fits it today."
    return Reason(judged.decision.reason.code, text)


def will_fail(subject: Subject, judged: Judged) -> Reason:
    text = f"{_next_text(subject, judged)} {_fix(subject, judged)}"
    return Reason(judged.decision.reason.code, text)


def plausible(subject: Subject, judged: Judged) -> Reason:
    settles = "Register the next certificate, its request or its key to settle it."
    if subject.pins_certificates:
        settles = "Register the next certificate to settle it."
    return Reason("plausible_successor_blocked", f"{_next_text(subject, judged)} {settles}")


def on_some_stores(subject: Subject, blocked: Sequence[Judged], group: Sequence[Judged]) -> Reason:
    refusing = [judged.decision.trust_store for judged in blocked]
    others = [judged.decision.trust_store for judged in group if judged.decision.trust_store not in refusing]
    judged = blocked[0]
    why = _next_text(subject, judged) if judged.when == "next" else judged.decision.reason.text
    text = (
        f"On devices with the trust store {_listed(refusing)} the app cannot connect to {subject.case.host}, with "
        f"{_listed(others)} it can. {why} Which stores your users' devices have settles it."
    )
    return Reason("depends_on_trust_store", text)


def backup_unregistered(subject: Subject, judged: Judged, pin: Pin) -> Reason:
    pins = subject.pins()
    text = (
        f"{pins_story(subject, judged)} {SUPPOSITIONS[judged.scenario]}, the app stays connected to "
        f"{subject.case.host} only if pin {pins.index(pin) + 1} is the next key. Register that key, its request or the "
        "next certificate to settle it."
    )
    return Reason("backup_key_unregistered", text)


def backup_registered(subject: Subject, judged: Judged, pin: Pin) -> Reason:
    number = subject.pins().index(pin) + 1
    text = (
        f"Pin {number} is the registered backup key {subject.case.backup_keys[pin.digest or b'']}. "
        f"{SUPPOSITIONS[judged.scenario]}, the app stays connected to {subject.case.host} if that is the key. "
        "Have the next certificate issued for it."
    )
    return Reason("backup_key_registered", text)


def of_decision(subject: Subject, judged: Judged) -> Reason:
    reason = judged.decision.reason
    lead = "" if judged.when == "now" else "After the next rotation: "
    return Reason(reason.code, f"{lead}{reason.text}{_other_end(judged)}")


def ready(subject: Subject, judged: Judged) -> Reason:
    reason = judged.decision.reason
    if judged.when == "now":
        return reason
    known = judged.evidence is not None and judged.evidence.is_known
    scope = "under the known successor" if known else "under every successor that counts as plausible"
    return Reason(reason.code, f"{reason.text} This holds now and {scope}.")


def unobserved(case: Case) -> Reason:
    if case.failure:
        return Reason("unreachable", case.failure)
    return Reason("never_observed", f"Nothing has been read from {case.host} yet, so nothing is known.")


def unforeseen(case: Case) -> Reason:
    return Reason("no_successor", f"What {case.host} serves next is not known.")


def stale(reason: Reason) -> Reason:
    return Reason("stale", f"{reason.text} But the last look is too long ago to rely on. Check the host again.")


def _next_text(subject: Subject, judged: Judged) -> str:
    lead = SUPPOSITIONS.get(judged.scenario, "After the next rotation")
    decision = judged.decision
    if decision.outcome is not Outcome.BLOCKED_BY_PIN:
        return f"{lead}, the app cannot connect to {decision.host}: {decision.reason.text}{_other_end(judged)}"
    story = pins_story(subject, judged)
    own = _own_words(judged)
    no_fit = f"{lead}: {own}" if own else f"{lead}, no pin fits and the app cannot connect to {decision.host}."
    return f"{story} {no_fit}{_other_end(judged)}"


def _own_words(judged: Judged) -> str:
    """What the client says itself where a pin may fit and not be enough: a second list, a key it cannot hash."""
    reason = judged.decision.reason
    return "" if reason.code == "no_pin_matches" else reason.text


def _other_end(judged: Judged) -> str:
    if judged.other_instant is None:
        return ""
    return f" That is so on {day(judged.instant)}; on {day(judged.other_instant)} it is otherwise."


def _fix(subject: Subject, judged: Judged) -> str:
    case = subject.case
    if judged.decision.outcome is not Outcome.BLOCKED_BY_PIN:
        return "Have the owner of the certificate repair the chain before it is served."
    if subject.pins_certificates:
        return f"{_next_certificate(subject)} and {_release(case)}."
    if judged.evidence is Evidence.ASSUMED:
        return f"Get the next key from the owner of the certificate, add its pin and {_release(case)}."
    return f"Add a pin that fits it and {_release(case)}."


def _next_certificate(subject: Subject) -> str:
    """A fingerprint is written into the file; a client that compares the leaf alone is helped by no authority."""
    whose = "" if subject.client.compares_leaf_only else ", or that of its authority,"
    is_bundled = any(pin.certificate for pin in subject.pins())
    return f"Get the next certificate{whose} from its owner, {'bundle it' if is_bundled else 'add its fingerprint'}"


def _release(case: Case) -> str:
    if not case.window:
        return "ship a release before that"
    latest = ship_by(case.window.earliest, case.lead)
    if latest < case.now.date():
        return f"ship a release at once: the last safe day was {day(latest)}"
    return f"ship a release by {day(latest)}"


def _where(case: Case, served: ServedChain) -> str:
    """Empty where everything that is served is this one chain."""
    if len(case.served) < 2:
        return ""
    everywhere = {address for one in case.served for address in one.addresses}
    if not served.addresses or set(served.addresses) == everywhere:
        return "To some clients: " if served.profile else "On some addresses: "
    return f"On {len(set(served.addresses))} of {len(everywhere)} addresses: "


def _listed(names: Iterable[str]) -> str:
    *most, last = dict.fromkeys(names)
    return f"{', '.join(most)} and {last}" if most else last


def day(instant: date) -> str:
    return f"{instant.day} {instant:%B %Y}"
