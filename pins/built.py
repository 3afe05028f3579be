"""Verdicts on built apps: what may not be enforced settles nothing, and nothing good rests on what was not read."""

from collections.abc import Sequence
from dataclasses import replace

from pins.artefacts import Artefact, Confidence, Found
from pins.case import Case
from pins.conclusion import Judged, Value, Verdict
from pins.decision import Client, Outcome, Reason
from pins.pinset import Problem
from pins.verdict import GREEN, judge, worst

BAD = frozenset({Value.FAILING, Value.WILL_FAIL})
OF_PINS = frozenset({Outcome.BLOCKED_BY_PIN, Outcome.CONFIG_ERROR})


def judge_found(found: Found, clients: Sequence[Client], case: Case, *, is_chosen: bool = False) -> Verdict:
    """The verdict on one pin set of an app. `is_chosen`: a person says that these clients enforce it."""
    verdict = judge(found.pin_set, clients, case)
    if is_chosen or found.confidence is not Confidence.POSSIBLE:
        return verdict
    return _possible(found, verdict, case)


def judge_app(artefact: Artefact, verdicts: Sequence[Verdict], case: Case, *, is_chosen: bool = False) -> Verdict:
    """The worst of those on its pin sets; unknown where that would be good and part of the app was not read."""
    if not verdicts:
        return Verdict(Value.UNKNOWN, _nothing_found(case))
    found = worst(verdicts)
    if artefact.unread_file and found.value in GREEN:
        return _open(found, "app_not_read_whole", artefact.unread_file)
    if artefact.unread_code and found.value is Value.UNPROTECTED and not is_chosen:
        return _open(found, "code_not_read", artefact.unread_code)
    return found


def _possible(found: Found, verdict: Verdict, case: Case) -> Verdict:
    """Pins that the app may compare for other hosts, or for none: neither a failure nor safety rests on them."""
    example = verdict.counterexample
    is_bad = verdict.value in BAD and example is not None and example.decision.outcome in OF_PINS
    is_lucky = verdict.value is Value.READY and any(map(_rests_on_authority, verdict.decisions))
    if not is_bad and verdict.value is not Value.AT_RISK and not (is_lucky and not found.pin_set.is_complete):
        return verdict
    return replace(
        verdict,
        value=Value.AT_RISK,
        reason=_use_unknown(found, verdict, case),
        now=_capped(verdict.now),
        next=_capped(verdict.next),
    )


def _rests_on_authority(judged: Judged) -> bool:
    """A key of a leaf in the app can hardly be for another host; one of an authority can."""
    match, path = judged.decision.match, judged.decision.path
    return match is not None and bool(path) and match.certificate is not path[0]


def _capped(value: Value) -> Value:
    return Value.AT_RISK if value in BAD else value


def _use_unknown(found: Found, verdict: Verdict, case: Case) -> Reason:
    if not found.pin_set.is_complete:
        what = f"Which pins of {found.member} the app compares for {case.host} is known to its code alone."
        settles = "Give the source that builds them to settle it."
    else:
        what = f"Nothing says whether the app pins {case.host} to the certificates in {found.member}; if it does:"
        settles = "Say what enforces them, or give the source that does, to settle it."
    return Reason("pins_of_unknown_use", f"{what} {verdict.reason.text} {settles}")


def _nothing_found(case: Case) -> Reason:
    return Reason(
        "no_pins_found",
        f"No pins were found in the files of the app, so whether it pins {case.host} in its code is not known. "
        "Give the source that holds the pins, if there is any.",
    )


def _open(found: Verdict, code: str, problem: Problem) -> Verdict:
    reason = Reason(code, f"{found.reason.text} This is not all: {problem.message}")
    return replace(found, value=Value.UNKNOWN, reason=reason)
