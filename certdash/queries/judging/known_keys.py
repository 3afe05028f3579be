"""Whose keys are pinned: certificates ever seen, registered successors, backup keys, trust stores, and their owners."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from certdash.models import BackupKey, Chain, ChainLink, Customer, Endpoint, Successor
from certdash.queries.keys import among
from certdash.queries.loading import certificates_with, chunks, digests_of, trust_stores
from pins.certificate import Certificate
from pins.csr import parse_public_key, parse_request
from pins.errors import PinError
from pins.identify import NOBODY, KnownKey, KnownKeys, Owner, OwnerKind, know
from pins.keys import PublicKey
from pins.pinset import PinSet


def known_keys(*pin_sets: PinSet, customer_id: int | None = None) -> KnownKeys:
    """What is known about the pins of these: certificates ever seen or registered, keys registered for the platform,
    the stores in scope, and this customer's own keys; those of others are nobody else's business.
    """
    certificates = certificates_with(digest.hex() for digest in digests_of(pin_sets))
    own = [] if customer_id is None else keys_of_customers([customer_id])[customer_id]
    owners = {**_owners(certificates, customer_id), **_platform_owners(certificates)}
    return know(certificates, keys=[*own, *_platform_keys()], stores=trust_stores(), owners=owners)


def keys_of_customers(customer_ids: Collection[int]) -> Mapping[int, Sequence[KnownKey]]:
    """By customer: backup keys, then keys registered for what their own endpoints serve next."""
    found: dict[int, list[KnownKey]] = defaultdict(list)
    names = dict(Customer.objects.filter(pk__in=customer_ids).values_list("pk", "name"))
    for key in BackupKey.objects.filter(customer__in=customer_ids, archived_at=None).order_by("pk"):
        owner = Owner(OwnerKind.CUSTOMER, names[key.customer_id])
        digests = (bytes.fromhex(key.spki_sha256), bytes.fromhex(key.spki_sha1))
        found[key.customer_id].append(_known(key.name, owner, key.material, *digests))
    rows = _in_force().filter(endpoint__environment__customer__in=customer_ids)
    for row in rows.select_related("endpoint__environment"):
        if row.endpoint is not None:
            customer = row.endpoint.environment.customer_id
            found[customer].append(_announced(row, Owner(OwnerKind.CUSTOMER, names[customer])))
    return found


def keys_in_use(digests: Iterable[bytes]) -> frozenset[bytes]:
    """Those of these key hashes whose certificate stands in a chain that some endpoint serves now."""
    found: set[bytes] = set()
    served = Exists(Endpoint.objects.filter(chain=OuterRef("chain")).order_by())
    for chunk in chunks({digest.hex() for digest in digests}):
        for column in ("spki_sha256", "spki_sha1"):
            rows = ChainLink.objects.filter(served, **{f"certificate__{column}__in": chunk}).order_by()
            found |= {bytes.fromhex(one) for one in rows.values_list(f"certificate__{column}", flat=True).distinct()}
    return frozenset(found)


def _platform_keys() -> list[KnownKey]:
    rows = _in_force().filter(platform_domain__isnull=False).select_related("platform_domain")
    return [_announced(row, Owner(OwnerKind.PLATFORM, str(row.platform_domain))) for row in rows]


def _in_force() -> QuerySet[Successor]:
    """Registered without a certificate; those with one are known by it."""
    return Successor.objects.filter(withdrawn_at=None, chain=None).order_by("pk")


def _announced(row: Successor, owner: Owner) -> KnownKey:
    label = str(row.platform_domain or row.endpoint)
    certificate = bytes.fromhex(row.certificate_sha256)
    return _known(label, owner, row.material, bytes.fromhex(row.spki_sha256), certificate_sha256=certificate)


def _known(
    label: str,
    owner: Owner,
    material: str,
    spki_sha256: bytes = b"",
    spki_sha1: bytes = b"",
    certificate_sha256: bytes = b"",
) -> KnownKey:
    key = _key_in(material) if "-----BEGIN " in material else None
    if key is None or key.spki_sha256 != spki_sha256:
        return KnownKey(label, owner, b"", b"", spki_sha256, spki_sha1, certificate_sha256)
    return KnownKey(label, owner, key.spki, key.raw_key, key.spki_sha256, key.spki_sha1, certificate_sha256)


@lru_cache(maxsize=4096)
def _key_in(material: str) -> PublicKey | None:
    """Of a request or a public key, as it was registered."""
    source = material.encode()
    try:
        return parse_request(source).public_key if "REQUEST-----" in material else parse_public_key(source)
    except PinError:
        return None


def _owners(certificates: Sequence[Certificate], customer_id: int | None) -> dict[bytes, Owner]:
    """Leaves that this customer serves on domains of their own."""
    if customer_id is None:
        return {}
    name = Customer.objects.filter(pk=customer_id).values_list("name", flat=True).first() or ""
    theirs = Q(platform_domain=None, environment__customer=customer_id)
    rows = _serving(certificates, theirs).values_list("chain__leaf__sha256", flat=True).distinct()
    return _by_key(certificates, dict.fromkeys(rows, Owner(OwnerKind.CUSTOMER, name)))


def _platform_owners(certificates: Sequence[Certificate]) -> dict[bytes, Owner]:
    """Leaves that a platform domain serves or will serve."""
    wanted = [one.sha256.hex() for one in certificates]
    coming = Successor.objects.filter(platform_domain__isnull=False, withdrawn_at=None, chain__leaf__sha256__in=wanted)
    rows = coming.order_by().values_list("chain__leaf__sha256", "platform_domain__domain").distinct()
    domains = {leaf: domain for leaf, domain in rows if leaf} | domains_serving(wanted)
    return _by_key(certificates, {leaf: Owner(OwnerKind.PLATFORM, f"*.{domain}") for leaf, domain in domains.items()})


def domains_serving(leaves: Collection[str]) -> dict[str, str]:
    """The platform domain below which a leaf is served, by the leaf's hash; one host is as good as all others."""
    below = Endpoint.objects.filter(chain=OuterRef("pk"), platform_domain__isnull=False).order_by()
    domain = Subquery(below.values("platform_domain__domain")[:1])
    rows = Chain.objects.filter(leaf__sha256__in=among(leaves)).order_by("pk")
    return {leaf: domain for leaf, domain in rows.values_list("leaf__sha256", domain) if domain}


def _serving(certificates: Sequence[Certificate], whose: Q) -> QuerySet[Endpoint]:
    wanted = [one.sha256.hex() for one in certificates if not one.is_ca]
    return Endpoint.objects.filter(whose, chain__leaf__sha256__in=wanted).order_by()


def _by_key(certificates: Sequence[Certificate], owners: Mapping[str, Owner]) -> dict[bytes, Owner]:
    """Also by the key, which an older certificate may have had before."""
    found: dict[bytes, Owner] = {}
    for certificate in certificates:
        owner = owners.get(certificate.sha256.hex(), NOBODY)
        if owner is not NOBODY:
            found |= {certificate.sha256: owner, certificate.spki_sha256: owner}
    return found
