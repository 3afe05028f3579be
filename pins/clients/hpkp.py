"""The Public-Key-Pins header of RFC 7469: no browser obeys it any more, so it decides nothing."""

from dataclasses import dataclass

from pins.decision import Outcome, Reason
from pins.device import Device
from pins.encounter import Encounter
from pins.hosts import SuffixList
from pins.pinset import Pin, PinSet
from pins.rules.answer import Answer, Policy

_IGNORED = Reason(
    "header_ignored",
    "Browsers removed the Public-Key-Pins header (Chrome 72, Firefox 72) and apps never read it, so it pins nothing "
    "and blocks nothing.",
)


@dataclass(frozen=True, slots=True)
class _Ignored:
    """The same answer for every connection: whether it comes about is not up to this header."""

    def answer(self, encounter: Encounter) -> Answer:
        return Answer(Outcome.NOT_PINNED, _IGNORED)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return ()


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    return _Ignored()
