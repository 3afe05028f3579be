"""Bundled certificates, or their keys, compared with the path that Apple's own validation settles on."""

from dataclasses import dataclass

from pins.decision import Outcome
from pins.encounter import Encounter
from pins.paths import PathOrder
from pins.pinset import Pin
from pins.rules.answer import Answer
from pins.rules.compare import KeyPins, certificate_pins, key_pins
from pins.rules.ordinary import ordinary_path, settled
from pins.rules.reasons import matched, mismatched, none_bundled


@dataclass(frozen=True, slots=True)
class Compared:
    """Any certificate of the path may match; `passed_over` are files that the client does not read.

    `ignores_chain`: where no path is valid, what the server sends is compared as it is.
    """

    pins: KeyPins
    passed_over: tuple[Pin, ...] = ()
    ignores_chain: bool = False

    def answer(self, encounter: Encounter) -> Answer:
        return settled(self._on_first_path(encounter), encounter)

    def _on_first_path(self, encounter: Encounter) -> Answer:
        path = ordinary_path(encounter, PathOrder.APPLE)
        if isinstance(path, Answer) and self.ignores_chain and encounter.served:
            path = encounter.served
        if isinstance(path, Answer):
            return path
        match = self.pins.first_match(path)
        if match:
            return Answer(Outcome.CONNECTS, matched(match, path, encounter.host), match, path)
        reason = mismatched(len(self.pins.pins), path, encounter.host)
        return Answer(Outcome.BLOCKED_BY_PIN, reason if self.pins.pins else none_bundled(encounter.host), path=path)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return (*self.pins.pins, *self.passed_over)


def compared_certificates(
    pins: tuple[Pin, ...], passed_over: tuple[Pin, ...] = (), *, ignores_chain: bool = False
) -> Compared:
    return Compared(certificate_pins((pin, pin.kind, pin.digest or b"") for pin in pins), passed_over, ignores_chain)


def compared_keys(pins: tuple[Pin, ...], passed_over: tuple[Pin, ...] = (), *, ignores_chain: bool = False) -> Compared:
    """From pins as `bundled.as_keys` gives them."""
    return Compared(key_pins((pin, pin.kind, pin.digest or b"") for pin in pins), passed_over, ignores_chain)
