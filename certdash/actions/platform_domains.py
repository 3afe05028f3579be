"""Platform domains: registering one makes every host below it a default host."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from certdash.actions import records
from certdash.models import Endpoint, PlatformDomain, ProbeSchedule, User
from certdash.queries.keys import among

FIELDS = ("domain", "name")


@transaction.atomic
def save_platform_domain(domain: PlatformDomain, *, actor: User | None, now: datetime) -> PlatformDomain:
    records.save(domain, FIELDS, actor=actor, now=now)
    _settle(now)
    return domain


@transaction.atomic
def archive_platform_domain(domain: PlatformDomain, *, actor: User | None, now: datetime) -> None:
    if records.archive(domain, actor=actor, now=now):
        _settle(now)


@transaction.atomic
def restore_platform_domain(domain: PlatformDomain, *, actor: User | None, now: datetime) -> None:
    if records.restore(domain, actor=actor, now=now):
        _settle(now)


def _settle(now: datetime) -> None:
    """Rotations and what apps have at stake are kept by domain: the beat has them evaluated for what changed sides."""
    changed = ProbeSchedule.objects.filter(pk__in=among(derive_domain_kinds()), unevaluated_since=None)
    changed.update(unevaluated_since=now)


def derive_domain_kinds() -> list[int]:
    """Set every endpoint's platform domain anew, the most specific one; gives the keys of those that changed."""
    domains = sorted(PlatformDomain.objects.filter(archived_at=None), key=lambda row: len(row.domain))
    below_any, changed = Q(), []
    for domain in domains:
        changed += _move(
            Endpoint.objects.filter(host__endswith=f".{domain.domain}").exclude(_nearer(domain, domains)), domain
        )
        below_any |= Q(host__endswith=f".{domain.domain}")
    strangers = Endpoint.objects.exclude(below_any) if domains else Endpoint.objects.all()
    return changed + _move(strangers, None)


def platform_domain_of(host: str) -> PlatformDomain | None:
    """The registered domain that this host lies below; the domain itself is not below itself."""
    parents = [host.split(".", count)[-1] for count in range(1, host.count(".") + 1)]
    found = PlatformDomain.objects.filter(archived_at=None, domain__in=parents)
    return max(found, key=lambda row: len(row.domain), default=None)


def _nearer(domain: PlatformDomain, domains: list[PlatformDomain]) -> Q:
    nearer = Q(pk__in=[])
    for other in domains:
        if other.domain.endswith(f".{domain.domain}"):
            nearer |= Q(host__endswith=f".{other.domain}")
    return nearer


def _move(endpoints: QuerySet[Endpoint], domain: PlatformDomain | None) -> list[int]:
    keys = list(endpoints.exclude(platform_domain=domain).values_list("pk", flat=True))
    Endpoint.objects.filter(pk__in=keys).update(platform_domain=domain)
    return keys
