"""The device and the library version on which a client decides."""

from dataclasses import dataclass
from datetime import timedelta

from pins.certificate import Certificate


@dataclass(frozen=True, slots=True)
class Device:
    """`os_version` is the Android API level or the iOS major version; None means any version in use today.

    `utc_offset` None means anywhere on earth: a rule that depends on local midnight is then `indeterminate` for the
    26 hours in which some devices are past it and others are not.
    """

    os_version: int | None = None
    client_version: str | None = None
    utc_offset: timedelta | None = None
    is_debuggable: bool = False
    cached_intermediates: tuple[Certificate, ...] = ()
