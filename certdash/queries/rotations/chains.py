"""What a rotation changes: the chain served now beside the next one, key by key, and how the next one is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from certdash.models import Certificate, Chain, Rotation, RotationState, Successor, SuccessorKind
from certdash.queries.environments.chains import links_of
from certdash.queries.environments.words import EVIDENCE
from certdash.queries.formatting import HashText, certificate_hash, counted, day, full_day, key_hash, span
from certdash.queries.loading import chain_values, trust_stores
from pins.lifetimes import lifetime_days
from pins.paths import PathOrder, validated_paths

ROLES = ("Leaf", "Intermediate", "Root")
CALLED_OFF = "It did not come to this: what had been announced was withdrawn when the rotation was called off."
CHANGED = (RotationState.UNDER_WAY, RotationState.DONE)


@dataclass(frozen=True, slots=True)
class Key:
    """One certificate of a chain, as far as it is known: its key's hash and a few words."""

    spki_sha256: str
    hash: HashText
    words: str


@dataclass(frozen=True, slots=True)
class ChainChange:
    """`value` is the shape beside the word: a new key asks for a pin, an unknown one for a successor."""

    role: str
    now: Key | None
    next: Key | None
    value: str
    word: str


@dataclass(frozen=True, slots=True)
class Evidence:
    title: str
    text: str
    url: str = ""
    note: str = ""
    withdraw_pk: int = 0


@dataclass(frozen=True, slots=True)
class ChainView:
    caption: str
    summary: str
    changes: tuple[ChainChange, ...]


def chain_view(rotation: Rotation, now: datetime) -> ChainView:
    """`rotation` comes with leaf, successor and its chain, and actual chain."""
    served = _by_role(_served_chain(rotation), now)
    after = _next(rotation, now)
    changes = tuple(_change(role, served.get(role), after.get(role)) for role in ROLES)
    if rotation.state == RotationState.CANCELLED:
        return ChainView(_caption(rotation), CALLED_OFF, changes)
    return ChainView(_caption(rotation), _summary(changes, bool(after)), changes)


def _served_chain(rotation: Rotation) -> int | None:
    """A chain with the leaf that is leaving; without its intermediates the leaf would stand alone."""
    rows = Chain.objects.filter(leaf=rotation.leaf_id, observations__isnull=False).order_by("-first_seen_at")
    return rows.values_list("pk", flat=True).first()


def _next(rotation: Rotation, now: datetime) -> dict[str, Key]:
    if rotation.state in CHANGED and rotation.actual_chain_id:
        return _by_role(rotation.actual_chain_id, now)
    successor = rotation.successor
    if successor is None:
        return {}
    if successor.chain_id:
        return _by_role(successor.chain_id, now)
    if successor.spki_sha256:
        words = SuccessorKind(successor.kind).label
        return {"Leaf": Key(successor.spki_sha256, key_hash(successor.spki_sha256, "registered leaf key"), words)}
    return {}


def _by_role(chain_id: int | None, now: datetime) -> dict[str, Key]:
    """Leaf, first intermediate, and the root that a store in scope leads to even where nobody sends it."""
    if chain_id is None:
        return {}
    certificates = links_of([chain_id]).get(chain_id, ())
    found = {}
    if certificates:
        leaf = certificates[0]
        days = lifetime_days(leaf.not_before, leaf.not_after)
        found["Leaf"] = _key(leaf, "leaf", f"{days:,} days, until {full_day(leaf.not_after)}")
    issuers = [one for one in certificates[1:] if one.is_ca and one.subject != one.issuer]
    if issuers:
        found["Intermediate"] = _key(issuers[0], "intermediate", issuers[0].common_name)
    root = _root(chain_id, certificates, now)
    if root is not None:
        found["Root"] = root
    return found


def _key(certificate: Certificate, role: str, words: str) -> Key:
    return Key(certificate.spki_sha256, certificate_hash(certificate, role), words)


def _root(chain_id: int, certificates: Sequence[Certificate], now: datetime) -> Key | None:
    if certificates and certificates[-1].subject == certificates[-1].issuer and len(certificates) > 1:
        return _key(certificates[-1], "root", certificates[-1].common_name)
    chain = chain_values([chain_id]).get(chain_id, ())
    if not chain:
        return None
    instant = min(max(now, chain[0].not_before), chain[0].not_after)
    for store in trust_stores():
        paths = validated_paths(chain, store, instant, PathOrder.CONSCRYPT).paths
        anchor = paths[0][-1] if paths else None
        if anchor is not None and anchor.spki_sha256 is not None:
            digest = anchor.spki_sha256.hex()
            name = getattr(anchor, "common_name", "") or store.name
            return Key(digest, key_hash(digest, f"root {name}, in {store.name}"), name)
    return None


def _change(role: str, now: Key | None, after: Key | None) -> ChainChange:
    if now is None or after is None:
        return ChainChange(role, now, after, "unknown", "not known")
    if now.spki_sha256 == after.spki_sha256:
        return ChainChange(role, now, after, "ready", "same key")
    return ChainChange(role, now, after, "will_fail", "new key")


def _caption(rotation: Rotation) -> str:
    if rotation.state == RotationState.DONE:
        return "as it is served now"
    if rotation.state == RotationState.CANCELLED:
        return "called off"
    if rotation.state == RotationState.UNDER_WAY:
        return "seen rolling out"
    if rotation.successor is None:
        return "not registered yet"
    return "seen in a public log" if rotation.successor.is_logged else "registered"


def _summary(changes: Sequence[ChainChange], is_known: bool) -> str:
    if not is_known:
        return (
            "Nobody has said what comes next, so every plausible renewal counts: an app is ready only if it survives "
            "all of them. Register the successor to know."
        )
    same = [one.role.lower() for one in changes if one.value == "ready"]
    new = [one.role.lower() for one in changes if one.value == "will_fail"]
    parts = []
    if new:
        parts.append(f"Pins on the {' or '.join(new)} key stop matching")
    if same:
        parts.append(f"pins on the {' or '.join(same)} key keep matching")
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else "What is registered does not tell which pins keep matching."


def evidence(rotation: Rotation, changed: int, total: int, now: datetime) -> tuple[Evidence, ...]:
    """How the next chain and its window are known, the strongest first."""
    found = []
    if rotation.first_changed_at:
        text = f"{day(rotation.first_changed_at, now)} · {changed:,} of {counted(total, 'endpoint')}"
        found.append(Evidence("rolling out" if rotation.state != RotationState.DONE else "rolled out", text))
    if rotation.successor:
        found.append(_registered(rotation.successor, now))
    if rotation.announced_start or rotation.announced_end or rotation.source_url or rotation.note:
        found.append(_announced(rotation, now))
    basis = EVIDENCE.get(rotation.window_evidence, "")
    if rotation.window_end and not (rotation.successor and rotation.successor.window_start):
        found.append(Evidence("window", f"{span(rotation.window_start, rotation.window_end, now)} · {basis}"))
    if not rotation.successor and not rotation.first_changed_at:
        found.append(Evidence("assumed", "the next chain follows from how authorities renew; nothing is registered"))
    return tuple(found)


def _announced(rotation: Rotation, now: datetime) -> Evidence:
    """What people entered beside any successor."""
    when = _days(rotation.announced_start, rotation.announced_end, now) or "no day given"
    return Evidence("announced", when, rotation.source_url, rotation.note)


def _days(start: datetime | None, end: datetime | None, now: datetime) -> str:
    if start and end:
        return span(start, end, now)
    return f"from {day(start, now)} on" if start else f"until {day(end, now)}" if end else ""


def _registered(row: Successor, now: datetime) -> Evidence:
    who = f", {row.registered_by}" if row.registered_by else ""
    announced = _days(row.window_start, row.window_end, now)
    when = f", announced {announced}" if announced else ""
    text = f"{day(row.registered_at, now)} · {SuccessorKind(row.kind).label}{who}{when}"
    return Evidence(
        "logged" if row.is_logged else "registered", text, row.source_url, row.note, 0 if row.withdrawn_at else row.pk
    )
