"""Who is judged: the pin sets in force of releases, how fast a fix reaches users, and their owner's backup keys."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from certdash.models import BackupKey, Release
from certdash.models import PinSet as PinSetRow
from certdash.queries.keys import among
from certdash.queries.loading import clients_for, pin_set_value
from pins.decision import Client
from pins.pinset import PinSet
from pins.remedy import Lead

LEAD = ("review_days", "adoption_days", "target_share", "buffer_days")


@dataclass(frozen=True, slots=True)
class Pinned:
    """One pin set with the clients that enforce it on its release's platform."""

    value: PinSet
    clients: tuple[Client, ...]
    client_version: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """All pin sets in force of one release, how fast a fix reaches its users, and the backup keys of its customer."""

    pin_sets: tuple[Pinned, ...]
    lead: Lead
    backup_keys: Mapping[bytes, str] = field(default_factory=dict, hash=False)


def subjects_of(release_ids: Collection[int]) -> tuple[dict[int, Subject], list[int]]:
    """By release, and the keys of all their pin sets."""
    columns = ("pk", "platform", "app__customer_id", *(f"app__{name}" for name in LEAD))
    releases = list(Release.objects.filter(pk__in=among(release_ids)).order_by().values_list(*columns))
    platforms = {row[0]: row[1] for row in releases}
    pin_sets: dict[int, list[Pinned]] = defaultdict(list)
    keys = []
    in_force = PinSetRow.objects.filter(release__in=among(platforms), replaced_at=None).order_by("pk")
    for row in in_force.only("release_id", "format", "clients", "client_version", "source"):
        keys.append(row.pk)
        pin_sets[row.release_id].append(pinned_of(row, platforms[row.release_id]))
    backups = backup_keys(row[2] for row in releases)
    return {pk: Subject(tuple(pin_sets[pk]), Lead(*lead), backups[owner]) for pk, _, owner, *lead in releases}, keys


def backup_keys(customer_ids: Iterable[int]) -> Mapping[int, Mapping[bytes, str]]:
    """By customer: the digests of their registered backup keys, with their names."""
    found: dict[int, dict[bytes, str]] = defaultdict(dict)
    rows = BackupKey.objects.filter(customer__in=set(customer_ids), archived_at=None)
    for customer_id, name, *digests in rows.values_list("customer_id", "name", "spki_sha256", "spki_sha1"):
        found[customer_id].update({bytes.fromhex(digest): name for digest in digests})
    return found


def pinned_of(row: PinSetRow, platform: str) -> Pinned:
    return Pinned(pin_set_value(row), clients_for(platform, row.clients), row.client_version)


def lead_of(release: Release) -> Lead:
    app = release.app
    return Lead(app.review_days, app.adoption_days, app.target_share, app.buffer_days)
