"""The answer of `certdash check` for people: the verdict first, then what to do, then the evidence."""

import os
import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from certdash.cli.check_input import Inputs
from certdash.cli.check_pins import Part
from certdash.cli.check_problems import Refused, problems
from pins.case import Case
from pins.conclusion import Judged, Value, Verdict
from pins.correction import Addition, correct
from pins.decision import Outcome
from pins.formats import pin_text
from pins.judging import remote_decisions
from pins.notations import DEAD
from pins.reasons import day
from pins.remedy import runway_days
from pins.rules.reasons import shown

SHAPES = {
    Value.FAILING: ("✕", "31"),
    Value.WILL_FAIL: ("▲", "91"),
    Value.AT_RISK: ("◆", "33"),
    Value.UNKNOWN: ("?", "90"),
    Value.UNPROTECTED: ("○", "34"),
    Value.READY: ("●", "32"),
}
NEEDS_PINS = frozenset({Value.FAILING, Value.WILL_FAIL, Value.AT_RISK})
UNFIT = "fits nothing that is known"
UNREAD = "is in a form that this client does not read"
WIDTH = 100


class Checked(NamedTuple):
    """One host: the verdict on it, and those on each part of the app that it is made of."""

    case: Case
    verdict: Verdict
    parts: tuple[Verdict, ...]


def report(inputs: Inputs, checked: Sequence[Checked], verdict: Verdict, refusals: Sequence[Refused] = ()) -> str:
    lines = [f"{marked(verdict.value)}  {inputs.name} ({inputs.pins.format}{_app(inputs)})", ""]
    lines += _refused(refusals)
    for one in checked:
        lines += _host(one.case, one.verdict, is_alone=len(checked) == 1)
        for part, found in zip(inputs.pins.parts, one.parts, strict=True):
            lines += _pins_to_change(part, one.case, found)
    for one in checked:
        for part, found in zip(inputs.pins.parts, one.parts, strict=True):
            lines += _evidence(part, one.case, found)
    lines += _problems(inputs, [one.case for one in checked])
    return "\n".join(lines).rstrip()


def _refused(refusals: Sequence[Refused]) -> Iterator[str]:
    """The problems themselves stand at the end, with what to do."""
    if refusals:
        yield "Refused by policy, whatever the verdict"
        for refusal in refusals:
            yield f"  {refusal.problem.code}" + (f"  {printable(refusal.place)}" if refusal.place else "")
        yield ""


def _app(inputs: Inputs) -> str:
    artefact = inputs.pins.artefact
    if artefact is None:
        return ""
    build = f"({artefact.build})" if artefact.build else ""
    words = ("debuggable" if artefact.is_debuggable else "", artefact.application_id, artefact.version_name, build)
    return printable(": " + " ".join(filter(None, words)) if any(words) else "")


def printable(text: str) -> str:
    """What a built app says about itself comes from outside: no line end and no escape sequence gets out."""
    return "".join(one if one.isprintable() else "�" for one in text)


def marked(value: Value) -> str:
    """Shape, word and colour on a terminal, the word alone elsewhere."""
    word = value.value.replace("_", " ")
    if not sys.stdout.isatty():
        return word
    shape, colour = SHAPES[value]
    text = f"{shape} {word}"
    return text if os.environ.get("NO_COLOR") else f"\x1b[{colour}m{text}\x1b[0m"


def _host(case: Case, verdict: Verdict, *, is_alone: bool) -> Iterator[str]:
    lead = "" if is_alone else f"{case.host}: {marked(verdict.value)}. "
    yield from textwrap.wrap(f"{lead}{verdict.reason.text}", WIDTH, break_long_words=False, break_on_hyphens=False)
    if verdict.ship_by and case.window:
        left = runway_days(verdict.ship_by, case.now)
        runway = f"{left} days left" if left > 0 else f"{-left} days late" if left < 0 else "today"
        lead_time = case.lead
        yield from textwrap.wrap(
            f"Ship by {day(verdict.ship_by)} ({runway}): {lead_time.review_days} days of review, "
            f"{lead_time.adoption_days} until {lead_time.target_share} % of users have it and "
            f"{lead_time.buffer_days} in reserve before {day(case.window.earliest)}, the earliest day of the rotation.",
            WIDTH,
        )
    yield ""


def _pins_to_change(part: Part, case: Case, verdict: Verdict) -> Iterator[str]:
    example = verdict.counterexample
    if verdict.value not in NEEDS_PINS or not example or example.decision.outcome is not Outcome.BLOCKED_BY_PIN:
        return
    found = correct(part.pin_set, example.decision.client, case, verdict)
    if part.member and (found.add or found.drop):
        yield f"  in {part.member}"
    for addition in found.add:
        yield f"  add   {_added(part, addition)}"
    for pin in found.drop:
        yield f"  drop  {shown(pin)}  it {UNREAD if pin.problem == 'ignored_certificate' else UNFIT}"
    yield ""


def _added(part: Part, addition: Addition) -> str:
    """As the file writes it; of a bundled certificate the fingerprint, for it is a file of its own."""
    pins = [pin for rule in part.pin_set.rules for pin in rule.pins or ()]
    like = next((pin for pin in pins if pin.problem not in DEAD), pins[0])
    if addition.certificate is not None and any(pin.certificate for pin in pins):
        return f"{addition.certificate.sha256.hex()}  the certificate of {addition.label}"
    digest = addition.digest(like.kind) or addition.spki_sha256
    what = "certificate" if like.kind.is_of_certificate else "key"
    return f"{pin_text(part.pin_set.format, digest, like=like.text)}  the {what} of {addition.label}"


def _evidence(part: Part, case: Case, verdict: Verdict) -> Iterator[str]:
    counted = [_row(judged) for judged in verdict.decisions]
    remote = [_row(judged) for judged in remote_decisions(part.pin_set, part.clients, case)]
    if not counted:
        return
    yield f"{case.host}  {part.member}".rstrip()
    widths = [max(len(row[column]) for row in (*counted, *remote)) for column in range(5)]
    for row in counted:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, (*widths, 0), strict=True)).rstrip()
    if remote:
        yield "  too unlikely to count:"
    for row in remote:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, (*widths, 0), strict=True)).rstrip()
    yield ""


def _row(judged: Judged) -> tuple[str, ...]:
    decision = judged.decision
    scenario = judged.scenario.value.replace("_", " ")
    likelihood = f" ({judged.likelihood.value})" if judged.likelihood else ""
    pin = f"pin {shown(decision.match.pin)}" if decision.match else ""
    outcome = decision.outcome.value.replace("_", " ")
    return judged.when, scenario + likelihood, decision.client.value, decision.trust_store, outcome, pin


def _problems(inputs: Inputs, cases: Sequence[Case]) -> Iterator[str]:
    found = [(str(problem.place), problem) for problem in inputs.pins.problems]
    for part in inputs.pins.parts:
        found += [(part.located(one.place), one) for one in problems(part.pin_set, cases, inputs.policy.platform)]
    if found:
        yield f"Problems in the {'app' if inputs.pins.artefact else 'file'}"
    for place, problem in found:
        start = f"{place}: " if place and not problem.message.startswith(place) else ""
        yield from textwrap.wrap(f"{start}{problem.message}", WIDTH, initial_indent="  ", subsequent_indent="    ")
