"""What is wrong with a pin set: by itself, and by what is known of the keys that it pins."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from certdash.models import Endpoint, Successor
from certdash.queries.loading import digests_of, known_keys
from pins.findings import CATALOGUE
from pins.identify import KnownKeys, PinRole, identify
from pins.lint import lint, live_pins
from pins.pinset import Pin, PinSet, Problem


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Known keys, and the platform domains that own some of them, by digest."""

    keys: KnownKeys
    owners: Mapping[bytes, str]


def knowledge_about(pin_sets: Sequence[PinSet]) -> Knowledge:
    """For many pin sets at the price of one."""
    return Knowledge(known_keys(*pin_sets), _platform_keys(digests_of(pin_sets)))


def pin_set_findings(
    pin_set: PinSet, knowledge: Knowledge | None = None, *, at: datetime | None = None
) -> tuple[Problem, ...]:
    """Those of the file, then those that only this installation can know."""
    return (*lint(pin_set, at), *_about_keys(pin_set, knowledge or knowledge_about([pin_set])))


def _about_keys(pin_set: PinSet, knowledge: Knowledge) -> Iterator[Problem]:
    for pin in dict.fromkeys(pin for rule in pin_set.rules for pin in live_pins(rule) if pin.digest):
        owner, identity = knowledge.owners.get(pin.digest or b""), identify(pin, knowledge.keys)
        if owner and identity.is_intended:
            what = "is the certificate" if pin.kind.is_of_certificate else "is the key of the certificate"
            yield _problem("platform_key_pinned", pin, f"{what} of {owner}")
        elif identity.role is PinRole.UNKNOWN:
            yield _problem("pin_never_seen", pin, "belongs to no certificate on record")


def _problem(code: str, pin: Pin, what: str) -> Problem:
    kind = CATALOGUE[code]
    return Problem(code, f"{pin.text[:100]} {what}. {kind.why} {kind.remedy}", pin.place)


def _platform_keys(digests: Collection[bytes]) -> dict[bytes, str]:
    """Keys and certificates that a platform domain serves or will serve, with the domain's name."""
    wanted = [digest.hex() for digest in digests]
    served = Endpoint.objects.filter(platform_domain__isnull=False, chain__leaf__spki_sha256__in=wanted).order_by()
    whole = Endpoint.objects.filter(platform_domain__isnull=False, chain__leaf__sha256__in=wanted).order_by()
    coming = Successor.objects.filter(platform_domain__isnull=False, withdrawn_at=None, spki_sha256__in=wanted)
    rows = [
        *served.values_list("chain__leaf__spki_sha256", "platform_domain__domain").distinct(),
        *whole.values_list("chain__leaf__sha256", "platform_domain__domain").distinct(),
        *coming.order_by().values_list("spki_sha256", "platform_domain__domain").distinct(),
    ]
    return {bytes.fromhex(digest): f"*.{domain}" for digest, domain in rows if digest and domain}
