"""What is wrong with a served chain, as findings: completeness, order, dates, names, strength and trust."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pins import lifetimes, signatures
from pins.certificate import Certificate, ChainCertificate
from pins.decision import Reason
from pins.distrust import distrust_of
from pins.findings import CATALOGUE, Severity
from pins.issuing import is_self_signed, is_signed_by
from pins.names import covers
from pins.paths import PathOrder, ValidatedPaths, validated_paths
from pins.trust import TrustStore
from pins.validity import date_faults, day, name_of, rsa_bits

MAXIMUM_LINE = 12  # a hundred certificates of one name, all signing each other, must not cost ten thousand checks
SMALLEST_RSA = 2048  # CA/Browser Forum Baseline Requirements §6.1.5
ACCEPTED_KEYS = frozenset({"EC-P-256", "EC-P-384", "EC-P-521"})
STEPS: tuple[tuple[int, str, Severity], ...] = (
    (12, "twelfth", "error"),
    (6, "sixth", "warning"),
    (3, "third", "info"),
)  # as shares of the lifetime, so that a certificate of 47 days is not red from its first day
FINDING_OF_PROBLEM = {
    "missing_intermediate": "chain_incomplete",
    "self_signed": "self_signed",
    "untrusted_root": "untrusted_root",
}
REPORTED_BY_CERTIFICATE = frozenset({"expired", "not_yet_valid", "weak_key", "unsupported_key", "weak_signature"})


@dataclass(frozen=True, slots=True)
class ChainFinding:
    """`code` stands in the catalogue; no text changes from one day to the next while the chain stays."""

    code: str
    text: str
    severity: Severity


def chain_findings(
    chain: tuple[ChainCertificate, ...], store: TrustStore, *, host: str | None, instant: datetime
) -> tuple[ChainFinding, ...]:
    """Of one served chain on one store; `host` None leaves the name out. Worst first within each kind of question."""
    served = tuple(one for one in chain if isinstance(one, Certificate))
    if not served:
        return ()
    line = _line(served)
    return (
        *_name_findings(served[0], host),
        *_date_findings(line, instant),
        *_strength_findings(line),
        *_shape_findings(served, line),
        *_trust_findings(chain, store, instant),
    )


def _line(served: tuple[Certificate, ...]) -> tuple[Certificate, ...]:
    """The leaf and every served certificate above it, over whatever cross certificates there are."""
    found = [served[0]]
    for current in found:
        if len(found) > MAXIMUM_LINE:
            break
        found += [one for one in served if one not in found and _is_issuer(one, current)]
    return tuple(found)


def _is_issuer(issuer: Certificate, certificate: Certificate) -> bool:
    """A weak signature counts here: it is a finding of its own, and its issuer is not superfluous."""
    if issuer.subject != certificate.issuer:
        return False
    return signatures.is_weak(certificate.signature_algorithm) or is_signed_by(certificate, issuer)


def _name_findings(leaf: Certificate, host: str | None) -> Iterator[ChainFinding]:
    if host is not None and not covers(leaf, host):
        yield _finding(
            "name_mismatch",
            f"The certificate is for {_listed([*leaf.dns_names, *leaf.ip_addresses])} and does not cover {host}, so "
            "devices refuse the connection. Install one that names it.",
        )


def _date_findings(line: tuple[Certificate, ...], instant: datetime) -> Iterator[ChainFinding]:
    for certificate in line:
        faults = list(date_faults(certificate, instant))
        yield from (_finding(one.code, one.text) for one in faults)
        if faults or certificate.is_self_issued:
            continue
        if certificate is line[0]:
            yield from _ending(certificate, instant)
        elif certificate.not_after < line[0].not_after:
            yield _finding(
                "expires_soon",
                f"The intermediate {name_of(certificate)} ends on {day(certificate.not_after)}, before the certificate "
                "that it signed. Serve the renewed intermediate before that day.",
            )


def _ending(leaf: Certificate, instant: datetime) -> Iterator[ChainFinding]:
    lifetime, left = leaf.not_after - leaf.not_before + timedelta(seconds=1), leaf.not_after - instant
    for divisor, share, severity in STEPS:
        if left * divisor <= lifetime:
            text = (
                f"The certificate {name_of(leaf)} expires on {day(leaf.not_after)}; less than a {share} of its "
                "lifetime is left. Renew it, and check here first which pins the new one breaks."
            )
            yield ChainFinding("expires_soon", text, severity)
            return


def _strength_findings(line: tuple[Certificate, ...]) -> Iterator[ChainFinding]:
    for certificate in line:
        bits = rsa_bits(certificate)
        is_strong = certificate.key_kind in ACCEPTED_KEYS if bits is None else bits >= SMALLEST_RSA
        if not is_strong:
            kind = "an unusual kind" if certificate.key_kind == "other" else certificate.key_kind
            yield _finding(
                "weak_key",
                f"The key of {name_of(certificate)} is {kind}, which current devices refuse. "
                "Have it issued again with RSA-2048 or P-256.",
            )
        if signatures.is_weak(certificate.signature_algorithm) and not is_self_signed(certificate):
            yield _finding(
                "weak_signature",
                f"{name_of(certificate)} is signed with {certificate.signature_algorithm}, which current devices "
                "refuse. Have it issued again with SHA-256.",
            )


def _shape_findings(served: tuple[Certificate, ...], line: tuple[Certificate, ...]) -> Iterator[ChainFinding]:
    if _is_misordered(served, line):
        yield _finding(
            "chain_misordered",
            f"The server sends {_listed([name_of(one) for one in served])} in this order; some clients do not sort. "
            "Put the leaf first and each issuer behind what it signed.",
        )
    needed = [one for one in line if not (is_self_signed(one) and one is not line[0])]
    spare = [one for at, one in enumerate(served) if one not in needed or one in served[:at]]
    if spare:
        yield _finding(
            "chain_superfluous",
            f"The server sends {_listed([name_of(one) for one in spare])} without need; that slows every connection "
            "and satisfies no pin. Remove it from the served chain.",
        )


def _is_misordered(served: tuple[Certificate, ...], line: tuple[Certificate, ...]) -> bool:
    """An issuer stands before everything that it signed."""
    position = {one: at for at, one in reversed(list(enumerate(served)))}
    return any(
        all(position[issuer] < position[one] for one in line if one is not issuer and _is_issuer(issuer, one))
        for issuer in line[1:]
    )


def _trust_findings(
    chain: tuple[ChainCertificate, ...], store: TrustStore, instant: datetime
) -> Iterator[ChainFinding]:
    found = validated_paths(chain, store, instant, PathOrder.CONSCRYPT)
    if _is_cut_short(found) or _is_cut_short(validated_paths(chain, store, instant, PathOrder.APPLE)):
        yield _cut_short(chain, store)
    if found.problem is not None and not _is_cut_short(found):
        yield from _problem_findings(found.problem)
        return
    yield from _distrust_findings(found)
    if store.is_public and isinstance(chain[0], Certificate):
        yield from _lifetime_findings(chain[0])


def _is_cut_short(found: ValidatedPaths) -> bool:
    return not found.is_exhausted


def _cut_short(chain: tuple[ChainCertificate, ...], store: TrustStore) -> ChainFinding:
    return _finding(
        "path_search_cut_short",
        f"From the {len(chain)} certificates that the server sends lead more ways to roots of the trust store "
        f"{store.name} than are searched, so whether apps connect can stay open. Serve the leaf and the intermediates "
        "of one way.",
    )


def _distrust_findings(found: ValidatedPaths) -> Iterator[ChainFinding]:
    """A root with a day behind which nothing new of it counts; not where another path of the chain avoids it."""
    issuers = [[one for one in path[1:] if isinstance(one, Certificate)] for path in found.paths]
    facts = [next(((fact, one) for one in path if (fact := distrust_of(one))), None) for path in issuers]
    if facts and facts[0] is not None and all(facts):
        fact, authority = facts[0]
        yield _finding(
            "root_distrusted",
            f"The chain depends on {name_of(authority)}. {fact.text}, so the next certificate comes from another "
            "authority. Choose it now, and ship its pin before it is installed.",
        )


def _problem_findings(problem: Reason) -> Iterator[ChainFinding]:
    if problem.code not in REPORTED_BY_CERTIFICATE:
        yield _finding(FINDING_OF_PROBLEM.get(problem.code, "chain_invalid"), problem.text)


def _lifetime_findings(leaf: Certificate) -> Iterator[ChainFinding]:
    days = lifetimes.lifetime_days(leaf.not_before, leaf.not_after)
    limit = lifetimes.maximum_days(leaf.not_before)
    if limit is not None and days > limit:
        yield _finding(
            "lifetime_too_long",
            f"The certificate {name_of(leaf)} is valid for {days} days; issued on {day(leaf.not_before)} it may be "
            f"valid for {limit}, so browsers and Apple devices refuse it. Have it issued again for less.",
        )


def _finding(code: str, text: str) -> ChainFinding:
    return ChainFinding(code, text, CATALOGUE[code].severity)


def _listed(names: list[str]) -> str:
    if not names:
        return "no name at all"
    return ", ".join(names) if len(names) <= 4 else f"{', '.join(names[:3])} and {len(names) - 3} more"
