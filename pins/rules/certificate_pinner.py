"""OkHttp's CertificatePinner, built: every matching pattern counts, after TLS and host name."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from pins.decision import Match, Outcome, Reason
from pins.encounter import Encounter
from pins.hosts import canonical_host
from pins.paths import PathOrder
from pins.pinset import Pin
from pins.rules.answer import Answer, Path
from pins.rules.compare import KeyPins, merged
from pins.rules.ordinary import ordinary_path
from pins.rules.reasons import conditional, matched, mismatched, no_rule, so, unresolved

_OPEN = "whether the app connects is open"


@dataclass(frozen=True, slots=True)
class Added:
    """The pins of one pattern; `is_conditional`: whether they are there is decided when the app runs."""

    pins: KeyPins
    is_conditional: bool = False


class Selecting(Protocol):
    """One pinner."""

    def select(self, host: str) -> tuple[Added, ...]:
        """What it compares for a host; nothing where it does not pin it."""
        ...


@dataclass(frozen=True, slots=True)
class Pinners:
    """The pinners of one app, each with its patterns; `is_complete` False: there may be more than could be read."""

    pinners: tuple[Selecting, ...]
    is_complete: bool = True

    def answer(self, encounter: Encounter) -> Answer:
        path = ordinary_path(encounter, PathOrder.CONSCRYPT)  # RealConnection: TLS, host name, then the pinner
        if isinstance(path, Answer):
            return path
        return self.on_path(canonical_host(encounter.host) or "", encounter.host, path, path)

    def on_path(self, name: str, host: str, path: Path, compared: Path) -> Answer:
        """What follows for a path that validation accepts; `name` is the host as the patterns are asked for it.

        `compared` are the certificates of the path whose keys this pinner can hash.
        """
        answers = [self._checked(found, host, path, compared) for found in self.found(name)]
        if not answers:
            return self._unpinned(host, path)
        if any(answer.outcome is not answers[0].outcome for answer in answers):
            return Answer(Outcome.INDETERMINATE, _several_pinners(host), path=path)
        return answers[0]

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return pins_of(self.found(canonical_host(host) or ""))

    def found(self, name: str) -> Iterator[tuple[Added, ...]]:
        """What each pinner that pins the host compares; others say nothing about it."""
        return filter(None, (pinner.select(name) for pinner in self.pinners))

    def _unpinned(self, host: str, path: Path) -> Answer:
        if self.is_complete:
            return Answer(Outcome.NOT_PINNED, no_rule(host), path=path)
        return Answer(Outcome.INDETERMINATE, unresolved(host), path=path)

    def _checked(self, found: tuple[Added, ...], host: str, path: Path, compared: Path) -> Answer:
        """CertificatePinner.kt check: any pin of any matching pattern."""
        certain = [added for added in found if not added.is_conditional]
        match = _match(certain, compared) if certain else _match_of_every(found, compared)
        if match:
            return Answer(Outcome.CONNECTS, matched(match, path, host), match, path)
        if not self.is_complete or any(added.pins.has_unknown for added in found):
            return Answer(Outcome.INDETERMINATE, unresolved(host), path=path)
        if not certain or _match(found, compared):
            return Answer(Outcome.INDETERMINATE, conditional(host), path=path)
        return Answer(Outcome.BLOCKED_BY_PIN, mismatched(_count(certain), path, host), path=path)


def pins_of(found: Iterable[tuple[Added, ...]]) -> tuple[Pin, ...]:
    return tuple(pin for added in found for one in added for pin in one.pins.pins)


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
