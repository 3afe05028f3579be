"""From rows to the values of `pins`: trust stores, chains, pin sets and the names of known keys."""

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

import certifi
from django.db.models import Q

from certdash.models import BackupKey, ChainLink, Pin
from certdash.models import Certificate as CertificateRow
from certdash.models import PinSet as PinSetRow
from certdash.models import TrustStore as TrustStoreRow
from certdash.queries.keys import among
from pins import formats
from pins.certificate import Certificate, parse_certificate
from pins.decision import Client
from pins.identify import Identifier, KnownKey, KnownKeys, know
from pins.pinset import PinSet
from pins.trust import TrustStore, parse_store

Chain = tuple[Certificate, ...]
Key = TypeVar("Key")

# SQLite takes no more than 32,766 parameters in a statement.
IN_LIST = 5000

certificate_value = lru_cache(maxsize=16_384)(parse_certificate)


def chunks(keys: Iterable[Key], size: int = IN_LIST) -> Iterator[list[Key]]:
    iterator = iter(keys)
    while chunk := list(itertools.islice(iterator, size)):
        yield chunk


def trust_stores() -> tuple[TrustStore, ...]:
    """The stores in scope; the built-in one where nobody has said anything about stores."""
    rows = list(TrustStoreRow.objects.filter(is_in_scope=True, archived_at=None))
    if not rows and not TrustStoreRow.objects.exists():
        rows = [TrustStoreRow(name="certifi")]
    return tuple(_store(row.name, row.version, row.is_public, row.pem) for row in rows)


@lru_cache(maxsize=32)
def _store(name: str, version: str, is_public: bool, pem: str) -> TrustStore:
    source = pem.encode() if pem else certifi.contents().encode()
    return parse_store(name, source, is_public=is_public, version=version)


def chain_values(chain_ids: Collection[int]) -> dict[int, Chain]:
    links: dict[int, list[Certificate]] = defaultdict(list)
    for chunk in chunks(set(chain_ids)):
        rows = ChainLink.objects.filter(chain__in=among(chunk)).order_by("chain_id", "position")
        for chain_id, der in rows.values_list("chain_id", "certificate__der"):
            links[chain_id].append(certificate_value(bytes(der)))
    return {chain_id: tuple(found) for chain_id, found in links.items()}


def leaf_values(certificate_ids: Collection[int]) -> dict[int, Certificate]:
    found = {}
    for chunk in chunks(set(certificate_ids)):
        for pk, der in CertificateRow.objects.filter(pk__in=among(chunk)).values_list("pk", "der"):
            found[pk] = certificate_value(bytes(der))
    return found


@lru_cache(maxsize=32_768)
def _read(source: bytes, kind: str) -> PinSet:
    return formats.read(source, format=kind)


def pin_set_value(row: PinSetRow) -> PinSet:
    """The row's bytes, read once per process: they never change, and releases often share them."""
    return _read(bytes(row.source), row.format)


def clients_for(platform: str, clients: Iterable[str]) -> tuple[Client, ...]:
    """Those that can run on this platform; a file for both platforms is decided on each release's own."""
    return _clients_for(platform, tuple(clients))


@lru_cache(maxsize=256)
def _clients_for(platform: str, clients: tuple[str, ...]) -> tuple[Client, ...]:
    known = tuple(Client(client) for client in clients)
    return tuple(client for client in known if client.platform in {"", platform}) or known


def known_keys(*pin_sets: PinSet, customer_id: int | None = None) -> KnownKeys:
    """What is known about the pins of these: certificates ever seen or registered, the stores in scope, and the backup
    keys of this customer; those of others are nobody else's business.
    """
    digests = {digest.hex() for digest in digests_of(pin_sets)}
    keys = [] if customer_id is None else _backup_keys(digests, customer_id)
    return know(_certificates_with(digests), keys=keys, stores=trust_stores())


def _backup_keys(digests: Collection[str], customer_id: int) -> list[KnownKey]:
    rows = BackupKey.objects.filter(customer=customer_id, archived_at=None)
    return [
        KnownKey(name, spki_sha256=bytes.fromhex(sha256), spki_sha1=bytes.fromhex(sha1))
        for name, sha256, sha1 in rows.values_list("name", "spki_sha256", "spki_sha1")
        if sha256 in digests or sha1 in digests
    ]


def digests_of(pin_sets: Iterable[PinSet]) -> set[bytes]:
    return {pin.digest for one in pin_sets for rule in one.rules for pin in rule.pins or () if pin.digest}


def identified(pin_set_ids: Collection[int], stores: Iterable[TrustStore]) -> Mapping[bytes, str]:
    """Names for the pinned digests that belong to a certificate ever seen, registered or trusted."""
    digests = (
        digest
        for chunk in chunks(pin_set_ids)
        for digest in Pin.objects.filter(rule__pin_set__in=among(chunk)).values_list("digest", flat=True).distinct()
    )
    return _names(know(_certificates_with(digests), stores=stores))


def named_keys(pin_set: PinSet) -> Mapping[bytes, str]:
    """Such names for the digests of a pin set that is not stored."""
    return _names(known_keys(pin_set))


def _names(known: KnownKeys) -> Mapping[bytes, str]:
    return {
        digest: f"the {found.role} {_what(found.identifier)} of {found.label}"
        for digest, found in known.by_identifier.items()
    }


def _what(identifier: Identifier | None) -> str:
    """A digest of a whole certificate is none of its key."""
    is_whole = identifier in (Identifier.CERTIFICATE_SHA256, Identifier.CERTIFICATE_SHA1)
    return "certificate" if is_whole else "key"


def _certificates_with(digests: Iterable[str]) -> list[Certificate]:
    found: dict[int, bytes] = {}
    for chunk in chunks({digest for digest in digests if digest}):
        matches = Q()
        for column in ("spki_sha256", "spki_sha1", "sha256", "sha1"):
            matches |= Q(**{f"{column}__in": among(chunk)})
        for pk, der in CertificateRow.objects.filter(matches).values_list("pk", "der"):
            found[pk] = bytes(der)
    return [certificate_value(found[pk]) for pk in sorted(found)]
