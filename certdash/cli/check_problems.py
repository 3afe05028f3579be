"""What is wrong with a pin file: what its reader found, and the pins that cannot do what they should."""

from datetime import datetime

from pins.pinset import Pin, PinSet, Problem


def problems(pin_set: PinSet, at: datetime) -> tuple[Problem, ...]:
    """In the order of the file; a pin whose problem the reader tells already is not told twice.

    `at`: with the certificates that have expired by then.
    """
    told = {(problem.code, str(problem.place)) for problem in pin_set.problems}
    pins = [pin for rule in pin_set.rules for pin in rule.pins or () if pin.problem is not None]
    dead = {(pin.problem, str(pin.place)): pin for pin in pins}
    found = [*pin_set.problems, *(_problem(pin) for key, pin in dead.items() if key not in told)]
    if any(pin.certificate for rule in pin_set.rules for pin in rule.pins or ()):
        from pins.lint import expired_certificates

        found += [problem for rule in pin_set.rules for problem in expired_certificates(rule, at)]
    return tuple(sorted(found, key=lambda problem: (problem.place.line or 0, problem.place.column or 0)))


def _problem(pin: Pin) -> Problem:
    from pins.findings import CATALOGUE

    code = pin.problem or ""
    kind = CATALOGUE.get(code)
    message = f"{kind.title}: {pin.text}. {kind.remedy}" if kind else f"This pin cannot work: {pin.text}."
    return Problem(code, message, pin.place)
