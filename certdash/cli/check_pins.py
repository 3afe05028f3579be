"""The pin sets of a check: the one of a pin file, or every one of a built app."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from pins import formats
from pins.case import Case
from pins.conclusion import Verdict
from pins.decision import Client
from pins.device import Device
from pins.errors import Place
from pins.pinset import PinSet, Problem
from pins.verdict import judge

if TYPE_CHECKING:
    from pins.artefacts import Artefact, Found

SIGNATURE_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Part:
    """`member` is where it stands in the app, empty for a pin file."""

    member: str
    pin_set: PinSet
    clients: tuple[Client, ...]
    found: "Found | None" = None

    def located(self, place: Place) -> str:
        text = str(place)
        if not self.member or text.startswith(self.member):
            return text
        return f"{self.member}: {text}" if text else self.member


@dataclass(frozen=True, slots=True)
class Pins:
    """`is_chosen`: a person named the client that enforces them."""

    format: str
    parts: tuple[Part, ...]
    artefact: "Artefact | None" = None
    is_chosen: bool = False

    @property
    def clients(self) -> tuple[Client, ...]:
        return tuple(dict.fromkeys(client for part in self.parts for client in part.clients))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Those of the app; each pin set has its own."""
        return self.artefact.problems if self.artefact else ()

    def deciding(self, device: Device) -> tuple[Part, ...]:
        """The parts that the verdict rests on, where no client is chosen."""
        if self.artefact is None:
            return self.parts
        found = self.artefact.deciding(device)
        return tuple(part for part in self.parts if part.found in found)

    def judged(self, case: Case) -> tuple[Verdict, ...]:
        """One verdict for each part."""
        return tuple(self._judged(part, case) for part in self.parts)

    def concluded(self, verdicts: Sequence[Verdict], case: Case) -> Verdict:
        if self.artefact is None:
            return verdicts[0]
        from pins.built import judge_app

        return judge_app(self.artefact, verdicts, case, is_chosen=self.is_chosen)

    def _judged(self, part: Part, case: Case) -> Verdict:
        if part.found is None:
            return judge(part.pin_set, part.clients, case)
        from pins.built import judge_found

        return judge_found(part.found, part.clients, case, is_chosen=self.is_chosen)


def pins_of_file(source: bytes, name: str) -> Pins:
    pin_set = formats.read(source, name=name)
    return Pins(pin_set.format, (Part("", pin_set, formats.clients_in(pin_set)),))


def pins_of_app(stream: BinaryIO, name: str) -> Pins:
    from pins.artefacts import read_artefact

    artefact = read_artefact(stream, name=name)
    parts = (_part(found, artefact.platform) for found in artefact.found)
    return Pins(artefact.kind.value, tuple(part for part in parts if part.clients), artefact)


def _part(found: "Found", platform: str) -> Part:
    clients = formats.clients_in(found.pin_set)
    return Part(found.member, found.pin_set, tuple(one for one in clients if one.platform in ("", platform)), found)
