"""What was found in a built app, as values; what its pin sets lead to is decided elsewhere."""

from dataclasses import dataclass
from enum import StrEnum

from pins.certificate import Certificate
from pins.device import Device
from pins.pinset import PinSet, Problem


class Kind(StrEnum):
    APK = "apk"
    AAB = "aab"
    IPA = "ipa"


class Confidence(StrEnum):
    """How well it is known that the app enforces what was found."""

    CERTAIN = "certain"
    """The system itself reads it."""
    LIKELY = "likely"
    """It stands where a library of the app looks for it."""
    POSSIBLE = "possible"
    """It looks like pins; nothing in the app says what they are for."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A `src` of the configuration's trust anchors that names a resource, and the certificates in its files."""

    src: str
    members: tuple[str, ...]
    certificates: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One pin set. `member` is its path in the archive, or the folder of the certificates that make it up together.

    `since` and `below` bound the versions of the system on which it counts: Android reads one configuration of a
    resource, and a file that only its build step reads counts nowhere (`below` 0). `is_idle`: it pins nothing and
    leaves the platform's own anchors as they are.
    """

    member: str
    confidence: Confidence
    pin_set: PinSet
    since: int = 0
    below: int | None = None
    anchors: tuple[Anchor, ...] = ()
    is_idle: bool = False

    def counts_on(self, device: Device) -> bool:
        """A device of no particular version is one in use today: Android 7 (API level 24) or later."""
        if device.os_version is None:
            return self.below is None or self.below > _IN_USE
        return self.since <= device.os_version and (self.below is None or device.os_version < self.below)


_IN_USE = 24


@dataclass(frozen=True, slots=True)
class Artefact:
    """A built app. What its files do not say is empty; `build` is Android's version code, Apple's bundle version.

    `problems` are about the app as a whole or about members that could not be read; those in the pin sets are theirs.
    """

    kind: Kind
    application_id: str
    version_name: str
    build: str
    is_debuggable: bool
    minimum_os: str
    found: tuple[Found, ...]
    problems: tuple[Problem, ...]

    @property
    def platform(self) -> str:
        return "ios" if self.kind is Kind.IPA else "android"

    def deciding(self, device: Device) -> tuple[Found, ...]:
        """Those that a verdict rests on: of idle ones only where nothing else is there that counts."""
        counted = tuple(one for one in self.found if one.counts_on(device))
        return tuple(one for one in counted if not one.is_idle) or counted

    @property
    def unread_file(self) -> Problem | None:
        """A member that could not be read and in which pins may stand: nothing good can be concluded."""
        return next((problem for problem in self.problems if problem.code in UNREAD_FILES), None)

    @property
    def unread_code(self) -> Problem | None:
        """Code that certdash does not read: that nothing is pinned cannot be concluded."""
        return next((problem for problem in self.problems if problem.code == "code_not_read"), None)


UNREAD_FILES = frozenset(
    {
        "unreadable_member",
        "unsupported_member",
        "oversized_member",
        "encrypted_member",
        "duplicate_member",
        "missing_member",
        "member_headers_differ",
    }
)
