"""Each pin of a file that is not saved yet: whose key it is, and what becomes of it at the next rotation."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, Q, QuerySet

from certdash.models import Observation
from certdash.queries.access import Access
from certdash.queries.formatting import HashText, base64_of, counted, key_of_certificate
from certdash.queries.judging.known_keys import known_keys
from pins.certificate import ChainCertificate
from pins.findings import CATALOGUE
from pins.habits import PUBLISHED_KEYS
from pins.identify import Identifier, Identity, KnownKeys, PinRole, identify
from pins.notations import DEAD
from pins.pinset import Pin, PinKind, PinSet, Position
from pins.scenarios import Likelihood
from pins.verdict import Judged, Value, Verdict

ATTRIBUTES = {
    PinKind.SPKI_SHA256: "spki_sha256",
    PinKind.SPKI_SHA1: "spki_sha1",
    PinKind.CERTIFICATE_SHA256: "sha256",
    PinKind.CERTIFICATE_SHA1: "sha1",
    PinKind.RAW_KEY: "raw_key",
}
# What was hashed instead of the key, by what the digest turned out to be of.
MISTAKES = {
    Identifier.CERTIFICATE_SHA256: "certificate_hash_pin",
    Identifier.CERTIFICATE_SHA1: "certificate_hash_pin",
    Identifier.PEM_SHA256: "pem_hash_pin",
}


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a pin; `code` tells the cases apart, `value` gives shape and colour to `word`."""

    code: str
    value: Value
    word: str


NEVER = Fate("never", Value.FAILING, "never matches")
GONE = Fate("gone", Value.WILL_FAIL, "gone")
COVERED = Fate("covered", Value.READY, "leaves, covered")
MAY_GO = Fate("may_go", Value.AT_RISK, "may leave")
NEITHER = Fate("neither", Value.UNKNOWN, "not in the chain")
OPEN = Fate("open", Value.UNKNOWN, "cannot tell")
STAYS = Fate("stays", Value.READY, "stays")
COMES = Fate("comes", Value.READY, "comes next")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Names of keys, and at how many endpoints that the reader sees each key is served now."""

    known: KnownKeys
    served: Mapping[str, int]
    platform: Collection[str]


@dataclass(frozen=True, slots=True)
class PinView:
    """`title` says which key it is, `note` how we know; `mistake` is a finding code where no key was hashed.

    `is_certificate`: a whole certificate is pinned, and that is meant.
    """

    hash: HashText | None
    short: str
    title: str
    note: str
    fate: Fate
    line: int | None
    is_platform_key: bool = False
    mistake: str = ""
    is_certificate: bool = False


def knowledge(pin_set: PinSet, access: Access, customer_id: int) -> Knowledge:
    digests = {pin.digest.hex() for rule in pin_set.rules for pin in rule.pins or () if pin.digest}
    watched = Q(ended_at=None, endpoint__schedule__isnull=False)
    visible = watched & access.rows("endpoint__environment__customer_id")
    rows = Observation.objects.filter(visible)
    found = {
        digest: (served, platform)
        for name in ("spki_sha256", "sha256", "sha1")
        for digest, served, platform in _counts(rows, f"chain__links__certificate__{name}", digests)
    }
    return Knowledge(
        known_keys(pin_set, customer_id=customer_id),
        {digest: served for digest, (served, _) in found.items()},
        {digest for digest, (_, platform) in found.items() if platform},
    )


def _counts(rows: QuerySet[Observation], column: str, digests: Collection[str]) -> Iterable[tuple[str, int, int]]:
    """Of each digest: the endpoints that serve it, and how many of them are the platform's."""
    on_platform = Q(endpoint__platform_domain__isnull=False)
    return (
        rows.filter(**{f"{column}__in": list(digests)[:5000]})
        .values_list(column)
        .annotate(
            served=Count("endpoint", distinct=True), platform=Count("endpoint", distinct=True, filter=on_platform)
        )
    )


def pin_view(pin: Pin, knows: Knowledge, verdicts: Sequence[Verdict], position: Position = Position.ANY) -> PinView:
    identity = _with_published(pin, identify(pin, knows.known))
    mistake = "" if identity.is_intended else MISTAKES.get(identity.identifier or Identifier.RAW_KEY, "")
    digest = (pin.digest or b"").hex()
    fate = NEVER if pin.problem in DEAD or mistake else fate_of(pin, identity, verdicts, position)
    title, note = _words(pin, identity, mistake, knows.served.get(digest, 0), is_coming=fate is COMES)
    is_platform_key = identity.role is PinRole.LEAF and digest in knows.platform
    is_key = pin.kind is PinKind.SPKI_SHA256 and len(pin.digest or b"") == 32
    named = key_of_certificate(digest, title, identity.certificate) if is_key else None
    short = named.short if named else pin.text.removeprefix("sha256/")[:8]
    is_certificate = pin.kind.is_of_certificate
    return PinView(named, short, title, note, fate, pin.place.line, is_platform_key, mistake, is_certificate)


def _with_published(pin: Pin, identity: Identity) -> Identity:
    """The keys of well-known authorities have names, also where no store in scope has them."""
    name = PUBLISHED_KEYS.get(pin.digest or b"") if identity.role is PinRole.UNKNOWN else None
    return replace(identity, role=PinRole.ROOT, label=name.removeprefix("the key of ")) if name else identity


def fate_of(pin: Pin, identity: Identity, verdicts: Iterable[Verdict], position: Position = Position.ANY) -> Fate:
    """Over all hosts of the rule: what is served now, and each chain that is expected or plausible next."""
    judged = [one for verdict in verdicts for one in verdict.decisions if one.decision.path]
    now = any(_fits(pin, one, position) for one in judged if one.when == "now")
    coming = [one for one in judged if one.when == "next"]
    fits = [_fits(pin, one, position) for one in coming]
    if coming and all(fits):
        return STAYS if now else COMES
    if not coming or (identity.role is PinRole.UNKNOWN and not now and _is_open(pin, coming, position)):
        return OPEN
    if not now:
        return MAY_GO if any(fits) else NEITHER
    expected = [fit for fit, one in zip(fits, coming, strict=True) if one.likelihood is Likelihood.EXPECTED]
    return GONE if expected and not any(expected) else MAY_GO


def covered(pins: Sequence[PinView]) -> list[PinView]:
    """The pins of a rule that goes on connecting: a key that leaves is none of its troubles."""
    return [replace(pin, fate=COVERED) if pin.fate in (GONE, MAY_GO) else pin for pin in pins]


def _fits(pin: Pin, judged: Judged, position: Position) -> bool:
    return any(pin.digest == _digest(one, pin.kind) for one in _compared(judged, position))


def _is_open(pin: Pin, coming: Iterable[Judged], position: Position) -> bool:
    """Some certificate that may come is not known by what this pin would name it."""
    return any(_digest(one, pin.kind) is None for judged in coming for one in _compared(judged, position))


def _compared(judged: Judged, position: Position) -> tuple[ChainCertificate, ...]:
    """The part of the path that the client, or the list that the pin stands in, looks at."""
    path = judged.decision.path
    if judged.decision.client.compares_leaf_only or position is Position.LEAF:
        return path[:1]
    return path[1:] if position is Position.CA else path


def _digest(certificate: ChainCertificate, kind: PinKind) -> bytes | None:
    found: bytes | None = getattr(certificate, ATTRIBUTES[kind], None)
    return found


def next_leaf(verdicts: Iterable[Verdict]) -> str:
    """The base64 hash of the one key that the next leaf is known to have; empty where it is open."""
    leaves = {
        leaf.spki_sha256
        for verdict in verdicts
        for one in verdict.decisions
        if one.when == "next" and one.evidence and one.evidence.is_known
        for leaf in one.decision.path[:1]
    }
    known = leaves.pop() if len(leaves) == 1 else None
    return base64_of(known.hex()) if known else ""


def _words(pin: Pin, identity: Identity, mistake: str, served: int, *, is_coming: bool) -> tuple[str, str]:
    code = mistake or (pin.problem if pin.problem in DEAD else "")
    if pin.problem == "unresolved_code":
        return "Known only when the code runs", "certdash reads source and never runs it"
    if code and code in CATALOGUE:
        of = f", of {identity.label}" if mistake else ""
        return (
            f"{CATALOGUE[code].title}{of}",
            "no certificate has this key" if not mistake else "the key has another hash",
        )
    if identity.role is PinRole.BACKUP:
        return f"Registered key for {identity.label}", "announced as the next one"
    if identity.role is PinRole.UNKNOWN:
        what = "certificate" if pin.kind.is_of_certificate else "key"
        return f"Unknown {what}", "well formed, never served, not registered"
    of = " of" if identity.role is PinRole.LEAF else ""
    return f"{identity.role.capitalize()}{of} {identity.label}", _source(identity, served, is_coming=is_coming)


def _source(identity: Identity, served: int, *, is_coming: bool) -> str:
    if served:
        how = "served now by" if identity.role is PinRole.LEAF else "in the chain of"
        return f"{how} {counted(served, 'endpoint')}{'' if identity.role is PinRole.LEAF else ' now'}"
    if identity.role is not PinRole.ROOT:
        return "announced, not served yet" if is_coming else "not served now"
    return (
        "in a trust store, not sent by servers" if identity.certificate else "a public authority, in no store in scope"
    )
