"""Trust stores as versioned values."""

from dataclasses import dataclass

from pins.certificate import Certificate


@dataclass(frozen=True, slots=True)
class TrustStore:
    """A named set of trust anchors. `is_public`: leaves under it obey the public lifetime limits."""

    name: str
    anchors: tuple[Certificate, ...]
    is_public: bool = True
    version: str = ""
