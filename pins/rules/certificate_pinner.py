"""OkHttp's CertificatePinner, built: every matching pattern counts, after TLS and host name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pins.decision import Match, Outcome, Reason
from pins.encounter import Encounter
from pins.hosts import canonical_host
from pins.paths import PathOrder
from pins.pinset import Pin
from pins.rules.answer import Answer, Path
from pins.rules.compare import KeyPins, merged
from pins.rules.ordinary import ordinary_path
from pins.rules.reasons import conditional, matched, mismatched, no_rule, so, unresolved
from pins.rules.select import Union

_OPEN = "whether the app connects is open"


@dataclass(frozen=True, slots=True)
class Added:
    """The pins of one pattern; `is_conditional`: whether they are there is decided when the app runs."""

    pins: KeyPins
    is_conditional: bool = False


@dataclass(frozen=True, slots=True)
class Pinners:
    """The pinners of one app, each with its patterns; `is_complete` False: there may be more than could be read."""

    pinners: tuple[Union[Added], ...]
    is_complete: bool = True

    def answer(self, encounter: Encounter) -> Answer:
        path = ordinary_path(encounter, PathOrder.CONSCRYPT)  # RealConnection: TLS, host name, then the pinner
        if isinstance(path, Answer):
            return path
        answers = [self._checked(found, encounter.host, path) for found in self._found(encounter.host)]
        if not answers:
            return self._unpinned(encounter.host, path)
        if any(answer.outcome is not answers[0].outcome for answer in answers):
            return Answer(Outcome.INDETERMINATE, _several_pinners(encounter.host), path=path)
        return answers[0]

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return tuple(pin for found in self._found(host) for added in found for pin in added.pins.pins)

    def _found(self, host: str) -> Iterator[tuple[Added, ...]]:
        """What each pinner that pins the host compares; others say nothing about it."""
        name = canonical_host(host) or ""
        return filter(None, (pinner.select(name) for pinner in self.pinners))

    def _unpinned(self, host: str, path: Path) -> Answer:
        if self.is_complete:
            return Answer(Outcome.NOT_PINNED, no_rule(host), path=path)
        return Answer(Outcome.INDETERMINATE, unresolved(host), path=path)

    def _checked(self, found: tuple[Added, ...], host: str, path: Path) -> Answer:
        """CertificatePinner.kt check: any pin of any matching pattern."""
        certain = [added for added in found if not added.is_conditional]
        match = _match(certain, path) if certain else _match_of_every(found, path)
        if match:
            return Answer(Outcome.CONNECTS, matched(match, path, host), match, path)
        if not self.is_complete or any(added.pins.has_unknown for added in found):
            return Answer(Outcome.INDETERMINATE, unresolved(host), path=path)
        if not certain or _match(found, path):
            return Answer(Outcome.INDETERMINATE, conditional(host), path=path)
        return Answer(Outcome.BLOCKED_BY_PIN, mismatched(_count(certain), path, host), path=path)


def _match(found: Sequence[Added], path: Path) -> Match | None:
    return merged([added.pins for added in found]).first_match(path)


def _match_of_every(found: Sequence[Added], path: Path) -> Match | None:
    """A match whichever of them are there when the app runs; where none is, the host is not pinned."""
    matches = [_match([added], path) for added in found]
    return matches[0] if all(matches) else None


def _count(found: Sequence[Added]) -> int:
    return sum(len(added.pins.pins) for added in found)


def _several_pinners(host: str) -> Reason:
    what = f"The source builds several pinners for {host} that decide differently, and which one is used is not known"
    return so("several_pinners", what, _OPEN)
