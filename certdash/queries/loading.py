"""From rows to the values of `pins`: trust stores, chains, pin sets and the names of known keys."""

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import TypeVar

import certifi
from django.db.models import Q

from certdash.models import Certificate as CertificateRow
from certdash.models import ChainLink, Pin
from certdash.models import PinSet as PinSetRow
from certdash.models import TrustStore as TrustStoreRow
from certdash.queries.keys import among
from pins import formats
from pins.certificate import Certificate, parse_certificate
from pins.decision import Client
from pins.identify import Identifier, KnownKeys, know
from pins.keys import spki_of_raw_key
from pins.notations import normalise_token
from pins.pinset import PinKind, PinSet
from pins.trust import TrustStore, parse_store

Chain = tuple[Certificate, ...]
Key = TypeVar("Key")

# SQLite takes no more than 32,766 parameters in a statement.
IN_LIST = 5000
# The name of the store that counts where nobody has said anything about stores.
BUILT_IN = "certifi"

certificate_value = lru_cache(maxsize=16_384)(parse_certificate)


def chunks(keys: Iterable[Key], size: int = IN_LIST) -> Iterator[list[Key]]:
    iterator = iter(keys)
    while chunk := list(itertools.islice(iterator, size)):
        yield chunk


def trust_stores() -> tuple[TrustStore, ...]:
    """The stores in scope; the built-in one where nobody has said anything about stores."""
    rows = list(TrustStoreRow.objects.filter(is_in_scope=True, archived_at=None))
    if not rows and not TrustStoreRow.objects.exists():
        rows = [TrustStoreRow(name=BUILT_IN)]
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


def digests_of(pin_sets: Iterable[PinSet]) -> set[bytes]:
    return {pin.digest for one in pin_sets for rule in one.rules for pin in rule.pins or () if pin.digest}


def identified(pin_set_ids: Collection[int], stores: Iterable[TrustStore]) -> Mapping[bytes, str]:
    """Names for the pinned digests that belong to a certificate ever seen, registered or trusted."""
    digests: set[str] = set()
    for chunk in chunks(pin_set_ids):
        rows = Pin.objects.filter(rule__pin_set__in=among(chunk)).order_by()
        digests.update(rows.values_list("digest", flat=True).distinct())
        raw = rows.filter(kind=PinKind.RAW_KEY.value)  # longer than the column
        digests.update(_raw_key(text) for text in raw.values_list("text", flat=True).distinct())
    return _names(know(certificates_with(digests), stores=stores))


def _raw_key(text: str) -> str:
    return next((one.digest.hex() for one in normalise_token(text) if one.kind is PinKind.RAW_KEY), "")


def named_keys(*pin_sets: PinSet) -> Mapping[bytes, str]:
    """Such names for the digests of pin sets that are not stored."""
    return _names(know(certificates_with(digest.hex() for digest in digests_of(pin_sets)), stores=trust_stores()))


def _names(known: KnownKeys) -> Mapping[bytes, str]:
    return {
        digest: f"the {found.role} {_what(found.identifier)} of {found.label}"
        for digest, found in known.by_identifier.items()
    }


def _what(identifier: Identifier | None) -> str:
    """A digest of a whole certificate is none of its key."""
    is_whole = identifier in (Identifier.CERTIFICATE_SHA256, Identifier.CERTIFICATE_SHA1)
    return "certificate" if is_whole else "key"


def certificates_with(digests: Iterable[str]) -> list[Certificate]:
    """With one of these (lower-case hex) among their six identifiers."""
    found: dict[int, bytes] = {}
    for chunk in chunks(_searchable(digests)):
        matches = Q()
        for column in ("spki_sha256", "spki_sha1", "sha256", "sha1", "spki_pem_sha256"):
            matches |= Q(**{f"{column}__in": among(chunk)})
        for pk, der in CertificateRow.objects.filter(matches).values_list("pk", "der"):
            found[pk] = bytes(der)
    return [certificate_value(found[pk]) for pk in sorted(found)]


def _searchable(digests: Iterable[str]) -> set[str]:
    """A raw key is found by the hash of what is put around it; longer texts are no digest that a column holds."""
    found = set()
    for digest in digests:
        spki = spki_of_raw_key(bytes.fromhex(digest)) if len(digest) > 64 else None
        found.add(digest if spki is None else sha256(spki).hexdigest())
    return found - {""}
