"""A pin file as values: rules, pins and what is wrong with them; what a client makes of them is decided elsewhere."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from pins.certificate import Certificate
from pins.errors import Place

EVERY_HOST = "*"
"""The pattern of rules that their file ties to no host: a bare list of hashes, a bundled certificate."""


class PinKind(StrEnum):
    """Over what the digest of a pin is computed."""

    SPKI_SHA256 = "spki_sha256"
    SPKI_SHA1 = "spki_sha1"
    CERTIFICATE_SHA256 = "certificate_sha256"
    CERTIFICATE_SHA1 = "certificate_sha1"
    RAW_KEY = "raw_key"

    @property
    def is_of_certificate(self) -> bool:
        """Over a whole certificate: a renewal changes it even where the key stays."""
        return self in (PinKind.CERTIFICATE_SHA256, PinKind.CERTIFICATE_SHA1)


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
    `certificate` is there where the file holds a whole certificate; `digest` is then the SHA-256 of its DER.
    `base64` is there in files that belong to no client: the hash as clients write it behind their own prefixes.
    """

    text: str
    kind: PinKind
    digest: bytes | None
    place: Place
    problem: str | None = None
    certificate: Certificate | None = None
    base64: str | None = None


@dataclass(frozen=True, slots=True)
class Expiration:
    """The end of a rule: the text of the file, and the date its client reads from it (None: the client reads none).

    `instant` (aware) is there where the dialect writes seconds instead of days.
    """

    text: str
    day: date | None
    instant: datetime | None = None


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
    code around the rule decides at run time whether it is there at all. `position`: which certificates of a path its
    pins may match, where the file says so; a domain with a list for leaves and one for authorities has two rules.
    `scope` names the only client kind that reads the rule, in files that feed several; empty: all of the format.
    A rule with `is_for_every_host` (pattern `EVERY_HOST`) stands for whatever host is asked for.
    `ignores_chain`: the app takes any chain and any host name, and looks at the pins alone.
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
    position: Position = Position.ANY
    scope: str = ""
    is_for_every_host: bool = False
    ignores_chain: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding in the file. `is_refused`: the format's own client refuses the whole configuration because of it.

    `scope` names the only client kind that it concerns; empty: all of the format.
    """

    code: str
    message: str
    place: Place
    is_refused: bool = False
    scope: str = ""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class PinSet:
    """One artefact, read. `source` keeps its bytes, so that writing an unchanged pin set gives them back.

    `default_anchors` are those of hosts without a rule (Android's base-config); None means the platform's own.
    `is_complete` False: the source has rules that only running it would tell (the problems say where), so that a host
    without a rule may be pinned all the same. A pin that only running tells has the problem `unresolved_code`.
    `client_kinds`: whom this very file addresses, of all that its format can feed; empty: all of them.
    """

    format: str
    source: bytes
    rules: tuple[PinRule, ...]
    problems: tuple[Problem, ...] = ()
    default_anchors: tuple[AnchorSource, ...] | None = None
    debug_anchors: tuple[AnchorSource, ...] = ()
    is_complete: bool = True
    client_kinds: frozenset[str] = frozenset()

    def for_client(self, kind: str) -> "PinSet":
        """The part that this client kind reads; itself where that is all of it."""
        scopes = {rule.scope for rule in self.rules} | {problem.scope for problem in self.problems}
        if scopes <= {"", kind}:
            return self
        return replace(
            self,
            rules=tuple(rule for rule in self.rules if rule.scope in ("", kind)),
            problems=tuple(problem for problem in self.problems if problem.scope in ("", kind)),
        )

    def for_host(self, host: str) -> "PinSet":
        """With `host` in the place of "every host"; itself where every rule names its own."""
        if not self.is_for_every_host:
            return self
        return replace(
            self, rules=tuple(replace(rule, pattern=host) if rule.is_for_every_host else rule for rule in self.rules)
        )

    @property
    def is_for_every_host(self) -> bool:
        return any(rule.is_for_every_host for rule in self.rules)
