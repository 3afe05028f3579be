"""Chains and certificates as rows, each stored once and parsed once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from certdash.models import Certificate, Chain, ChainLink
from certdash.probes.reading import ServedChain
from pins import certificate as facts
from pins.distinguished import read_name
from pins.errors import PinError
from pins.keys import pem_sha256


@dataclass(frozen=True, slots=True)
class Stored:
    """Primary keys by the chain's hash, and for chains that cannot be parsed the sentence that says why."""

    keys: dict[str, int]
    unreadable: dict[str, str]


@transaction.atomic
def store_chain(certificates: Sequence[facts.Certificate], *, now: datetime) -> Chain:
    """The row of a chain that was read from a file, leaf first."""
    digest = sha256(b"".join(certificate.sha256 for certificate in certificates)).hexdigest()
    _store({digest: tuple(certificates)}, now)
    return Chain.objects.get(sha256=digest)


@transaction.atomic
def store_served(chains: Iterable[ServedChain], *, now: datetime) -> Stored:
    """One query when all are known."""
    wanted = {chain.sha256: chain.certificates for chain in chains}
    keys = _keys(wanted)
    parsed: dict[str, tuple[facts.Certificate, ...]] = {}
    unreadable: dict[str, str] = {}
    # In one order everywhere: two workers that store the same chains would else wait for each other.
    for digest in sorted(wanted.keys() - keys.keys()):
        try:
            parsed[digest] = tuple(facts.parse_certificate(der) for der in wanted[digest])
        except PinError as error:
            unreadable[digest] = error.sentence
    _store(parsed, now)
    return Stored(keys | _keys(parsed), unreadable)


def _keys(digests: Iterable[str]) -> dict[str, int]:
    wanted = list(digests)
    return dict(Chain.objects.filter(sha256__in=wanted).values_list("sha256", "pk")) if wanted else {}


def _store(chains: dict[str, tuple[facts.Certificate, ...]], now: datetime) -> None:
    """Another worker may store the same chain at the same time: what is there already is left alone."""
    if not chains:
        return
    found = {certificate.sha256.hex(): certificate for chain in chains.values() for certificate in chain}
    Certificate.objects.bulk_create([_row(found[key], now) for key in sorted(found)], ignore_conflicts=True)
    keys = dict(Certificate.objects.filter(sha256__in=list(found)).values_list("sha256", "pk"))
    Chain.objects.bulk_create(
        [
            Chain(sha256=digest, leaf_id=keys[chain[0].sha256.hex()], first_seen_at=now)
            for digest, chain in chains.items()
        ],
        ignore_conflicts=True,
    )
    rows = _keys(chains)
    links = [
        ChainLink(chain_id=rows[digest], position=position, certificate_id=keys[certificate.sha256.hex()])
        for digest, chain in chains.items()
        for position, certificate in enumerate(chain)
    ]
    ChainLink.objects.bulk_create(links, ignore_conflicts=True)


def _row(certificate: facts.Certificate, now: datetime) -> Certificate:
    issuer = read_name(certificate.issuer)
    return Certificate(
        sha256=certificate.sha256.hex(),
        sha1=certificate.sha1.hex(),
        spki_sha256=certificate.spki_sha256.hex(),
        spki_sha1=certificate.spki_sha1.hex(),
        spki_pem_sha256=pem_sha256(certificate.spki).hex(),
        der=certificate.der,
        subject=certificate.subject_text,
        issuer=certificate.issuer_text,
        common_name=(certificate.common_name or "")[:255],
        issuer_name=(issuer.common_name or issuer.text)[:200],
        serial=f"{certificate.serial:x}"[:64],
        key_kind=certificate.key_kind[:24],
        is_ca=certificate.is_ca,
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        first_seen_at=now,
    )
