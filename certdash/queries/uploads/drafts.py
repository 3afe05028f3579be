"""What an upload consists of before it is saved: pin files with the app they came out of, and what was refused."""

from collections.abc import Iterable
from dataclasses import dataclass

from pins import formats
from pins.decision import Client
from pins.pinset import PinSet


@dataclass(frozen=True, slots=True)
class Draft:
    """A pin file: its bytes as they came, the dialect that they were read as.

    `app` is the file name of the built app that it was found in; `clients` are those that its place there speaks to.
    `is_corrected`: certdash wrote it, and it took the place of the file that was given.
    """

    source: bytes
    file_name: str
    format: str
    app: str = ""
    clients: tuple[str, ...] = ()
    is_corrected: bool = False

    @property
    def name(self) -> str:
        """As the file is listed later; an app's file is named with its app."""
        return f"{self.app}: {self.file_name}" if self.app else self.file_name

    def read(self) -> PinSet:
        """Raises PinError."""
        return formats.read(self.source, name=self.file_name, format=self.format)


@dataclass(frozen=True, slots=True)
class About:
    """A built app of the upload: what it says about itself, and its size."""

    file_name: str
    kind: str
    platform: str
    application_id: str
    version: str
    build: str
    size: int


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about a file that is not saved, or about a place in a built app; `code` is that of a finding."""

    file_name: str
    text: str
    code: str = ""
    app: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything of one upload. `refused` are whole files, `left_out` and `problems` places in built apps."""

    drafts: tuple[Draft, ...] = ()
    apps: tuple[About, ...] = ()
    refused: tuple[Remark, ...] = ()
    left_out: tuple[Remark, ...] = ()
    problems: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A draft that is read, with the clients that it addresses and the platforms that they run on."""

    draft: Draft
    pin_set: PinSet
    clients: tuple[Client, ...]
    platforms: tuple[str, ...]


PLATFORMS = ("android", "ios")
CERTIFICATES = "certificates"


def part_of(draft: Draft, pin_set: PinSet) -> Part:
    addressed = tuple(Client(name) for name in draft.clients) or formats.clients_in(pin_set)
    named = {client.platform for client in addressed}
    return Part(
        draft, pin_set, addressed, PLATFORMS if "" in named else tuple(one for one in PLATFORMS if one in named)
    )


def platforms_of(parts: Iterable[Part]) -> tuple[str, ...]:
    """One release takes all files where one platform can; else there is one for each platform."""
    found = list(parts)
    shared = [one for one in PLATFORMS if all(one in part.platforms for part in found)]
    return () if shared else tuple(one for one in PLATFORMS if any(one in part.platforms for part in found))


def possible_clients(draft: Draft, platform: str = "") -> tuple[Client, ...]:
    """Those to choose from: in a built app the platform is known, and where a certificate stands tells who reads it."""
    named = tuple(Client(name) for name in draft.clients)
    own = {one.platform for one in named} if draft.app else {"", *PLATFORMS}
    possible = named if draft.app and draft.format == CERTIFICATES else formats.clients_of(draft.format)
    return tuple(
        one for one in possible if one.platform in own | {""} and one.platform in ("", platform or one.platform)
    )
