"""Builders of cases for verdicts: one host, what it serves, and the pins of a small Android app."""

import base64
from collections.abc import Sequence
from datetime import datetime

from pins import formats
from pins.case import Case, ServedChain
from pins.certificate import Certificate
from pins.conclusion import Verdict
from pins.decision import Client
from pins.forecast import window
from pins.pinset import PinSet
from pins.scenarios import Likelihood, Scenario
from pins.successors import Announced, successors
from pins.trust import TrustStore
from pins.verdict import judge
from tests.pki import NOW, Authority, Issued, facts

HOST = "acme.cloud.example"
PLACEHOLDER = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
HASH_OF_NOTHING = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
STRANGER = "c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBtb3JlIT0="


def pin(issued: Issued) -> str:
    return base64.b64encode(issued.facts.spki_sha256).decode()


def android(*pins: str, expiration: str = "") -> PinSet:
    until = f' expiration="{expiration}"' if expiration else ""
    listed = "".join(f'<pin digest="SHA-256">{text}</pin>' for text in pins)
    return formats.read(
        '<network-security-config><domain-config><domain includeSubdomains="true">cloud.example</domain>'
        f"<pin-set{until}>{listed}</pin-set></domain-config></network-security-config>".encode(),
        format="android_nsc",
    )


def store(*anchors: Issued, name: str = "devices") -> TrustStore:
    return TrustStore(name, facts(*anchors))


def chain(*certificates: Issued) -> ServedChain:
    return ServedChain(facts(*certificates))


def case(  # every wish of a test has its own name
    served: ServedChain | Sequence[ServedChain],
    stores: TrustStore | Sequence[TrustStore],
    *,
    known: Sequence[Announced] = (),
    history: Sequence[Certificate] = (),
    likelihoods: dict[Scenario, Likelihood] | None = None,
    now: datetime = NOW,
    is_platform_owned: bool = False,
    is_rolling_out: bool = False,
    is_stale: bool = False,
) -> Case:
    chains = (served,) if isinstance(served, ServedChain) else tuple(served)
    scope = (stores,) if isinstance(stores, TrustStore) else tuple(stores)
    found = successors(
        [entry.chain for entry in chains],
        scope,
        now=now,
        known=known,
        history=history,
        likelihoods=likelihoods,
        is_rolling_out=is_rolling_out,
    )
    leaf = min((entry.chain[0] for entry in chains), key=lambda one: one.not_after)
    when = window(leaf, now=now, successors=found, is_platform_owned=is_platform_owned)
    return Case(HOST, chains, scope, now, found, when, is_stale=is_stale)


def verdict(pin_set: PinSet, on: Case) -> Verdict:
    return judge(pin_set, (Client.ANDROID_NSC,), on)


def named_authority(name: str, organization: str) -> tuple[Authority, Authority]:
    """A root and an intermediate whose subjects carry an organisation, by which habits are recognised."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    def subject(common_name: str) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
                x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            ]
        )

    root = Authority.root(f"{organization} Root", subject=subject(f"{organization} Root"))
    return root, root.authority(name, subject=subject(name))
