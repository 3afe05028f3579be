"""A pin file as values: rules, pins and what is wrong with them; what a client makes of them is decided elsewhere."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pins.errors import Place


class PinKind(StrEnum):
    """Over what the digest of a pin is computed."""

    SPKI_SHA256 = "spki_sha256"
    SPKI_SHA1 = "spki_sha1"
    CERTIFICATE_SHA256 = "certificate_sha256"
    CERTIFICATE_SHA1 = "certificate_sha1"
    RAW_KEY = "raw_key"


class Position(StrEnum):
    """Which certificates of a path a pin may match."""

    ANY = "any"
    LEAF = "leaf"
    CA = "ca"


@dataclass(frozen=True, slots=True)
class Pin:
    """One pin as the file writes it.

    `text` is the literal text of the file. `digest` holds the bytes the dialect's client decodes, None where it
    decodes nothing; any length is kept: a dead pin is a fact, not an error. `problem` is a finding code.
    """

    text: str
    kind: PinKind
    digest: bytes | None
    place: Place
    problem: str | None = None
    position: Position = Position.ANY


@dataclass(frozen=True, slots=True)
class Expiration:
    """The end of a rule: the text of the file, and the date its client reads from it (None: the client reads none)."""

    text: str
    day: date | None


@dataclass(frozen=True, slots=True)
class AnchorSource:
    """One `<certificates>` of Android's `<trust-anchors>`: `src` is `system`, `user` or a resource name."""

    src: str
    overrides_pins: bool
    debug_only: bool = False


@dataclass(frozen=True, slots=True)
class PinRule:
    """One host pattern with its effective pins and policy: inheritance and nesting are resolved by the reader.

    `pattern` is the literal text of the file. `pins` is None where the rule has no pin list at all and empty where an
    empty list is present: clients tell these apart. `anchors` None means the platform's own trust anchors.
    Rules of one `group` are enforced by one object of the app (source code can build several); `is_conditional`: the
    code around the rule decides at run time whether it is there at all.
    """

    pattern: str
    place: Place
    pins: tuple[Pin, ...] | None = None
    include_subdomains: bool = False
    expiration: Expiration | None = None
    is_enforced: bool = True
    is_excluded: bool = False
    anchors: tuple[AnchorSource, ...] | None = None
    group: int = 0
    is_conditional: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding in the file. `is_refused`: the format's own client refuses the whole configuration because of it."""

    code: str
    message: str
    place: Place
    is_refused: bool = False


@dataclass(frozen=True, slots=True, weakref_slot=True)
class PinSet:
    """One artefact, read. `source` keeps its bytes, so that writing an unchanged pin set gives them back.

    `default_anchors` are those of hosts without a rule (Android's base-config); None means the platform's own.
    `is_complete` False: the source has rules that only running it would tell (the problems say where), so that a host
    without a rule may be pinned all the same. A pin that only running tells has the problem `unresolved_code`.
    """

    format: str
    source: bytes
    rules: tuple[PinRule, ...]
    problems: tuple[Problem, ...] = ()
    default_anchors: tuple[AnchorSource, ...] | None = None
    debug_anchors: tuple[AnchorSource, ...] = ()
    is_complete: bool = True
