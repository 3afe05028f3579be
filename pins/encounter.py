"""What one client meets on one connection: the only thing, beside its configuration, that a decision may depend on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pins.certificate import ChainCertificate
from pins.device import Device
from pins.paths import PathOrder, ValidatedPaths


@dataclass(frozen=True, slots=True)
class Encounter:
    """A host, what it serves, and the paths that one trust store gives for it at `instant` (aware), by path builder.

    `does_cover_host` says whether the leaf is valid for the host name; for a placeholder leaf it is true.
    `does_cover_on_android` says so for Android and OkHttp where they differ, None where they do not.
    """

    host: str
    served: tuple[ChainCertificate, ...]
    trust_store: str
    paths: Mapping[PathOrder, ValidatedPaths]
    instant: datetime
    does_cover_host: bool = True
    device: Device = field(default_factory=Device)
    does_cover_on_android: bool | None = None

    def is_covered_for(self, order: PathOrder) -> bool:
        """Who builds paths like Conscrypt verifies names like Android."""
        if order is PathOrder.CONSCRYPT and self.does_cover_on_android is not None:
            return self.does_cover_on_android
        return self.does_cover_host
