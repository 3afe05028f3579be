"""Pin sets: keep an uploaded file with its rules and pins, replace the file before it, withdraw one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from certdash.actions.audit import record
from certdash.models import Pin, PinRule, PinSet, Release, User
from certdash.queries.hosts import concrete_host
from pins import formats
from pins.decision import Client
from pins.pem import refuse_private_key
from pins.pinset import Pin as PinValue
from pins.pinset import PinRule as RuleValue
from pins.pinset import PinSet as PinSetValue

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Upload:
    """A pin file as it came in. Without `format` the reader detects it; without `clients` all that the format feeds."""

    source: bytes
    file_name: str = ""
    format: str | None = None
    clients: tuple[Client, ...] = ()
    client_version: str = ""

    def read(self) -> PinSetValue:
        """Raises PinError when nothing fits, and for a file with a private key in it."""
        refuse_private_key(self.source)
        return formats.read(self.source, name=self.file_name, format=self.format)


def save_pin_set(release: Release, upload: Upload, *, actor: User | None, now: datetime) -> PinSet:
    """Store a readable upload; it takes the place of the release's pin sets of the same format.

    Raises PinError, and stores nothing, when the file cannot be read.
    """
    (row,) = save_pin_sets(release, [upload], actor=actor, now=now)
    return row


@transaction.atomic
def save_pin_sets(release: Release, uploads: Sequence[Upload], *, actor: User | None, now: datetime) -> list[PinSet]:
    """Likewise for files that came together: they replace what was there before, and not one another."""
    values = [upload.read() for upload in uploads]
    older = {
        kind: list(release.pin_sets.filter(format=kind, replaced_at=None).values_list("pk", flat=True))
        for kind in {value.format for value in values}
    }
    release.pin_sets.filter(pk__in=[pk for keys in older.values() for pk in keys]).update(replaced_at=now)
    rows = []
    for upload, value in zip(uploads, values, strict=True):
        row = _row(release, upload, value, actor, now)
        row.save()
        _store_rules(row, value.rules)
        after = {"release": str(release), "format": row.format, "file_name": row.file_name}
        was = {"replaced": before} if (before := older.pop(row.format, [])) else None
        record(actor, "uploaded", row, at=now, before=was, after=after, customer=release.app.customer)
        rows.append(row)
    return rows


@transaction.atomic
def withdraw_pin_set(pin_set: PinSet, *, actor: User | None, now: datetime) -> bool:
    """Take a pin set out of force without another in its place; False when it is out already."""
    if not PinSet.objects.filter(pk=pin_set.pk, replaced_at=None).update(replaced_at=now):
        return False
    record(actor, "withdrew", pin_set, at=now, customer=pin_set.release.app.customer)
    return True


def _row(release: Release, upload: Upload, value: PinSetValue, actor: User | None, now: datetime) -> PinSet:
    clients = upload.clients or formats.clients_in(value)
    return PinSet(
        release=release,
        format=value.format,
        clients=[str(client) for client in clients],
        client_version=upload.client_version,
        file_name=upload.file_name[:200],
        source=upload.source,
        uploaded_by=actor,
        uploaded_at=now,
    )


def _store_rules(pin_set: PinSet, rules: Sequence[RuleValue]) -> None:
    """Rows make pins findable and are cut to their columns; decisions are made from the bytes."""
    rows = PinRule.objects.bulk_create(
        [_rule_row(pin_set, position, rule) for position, rule in enumerate(rules)], batch_size=BATCH
    )
    pins = [
        _pin_row(row, position, pin)
        for row, rule in zip(rows, rules, strict=True)
        for position, pin in enumerate(rule.pins or ())
    ]
    Pin.objects.bulk_create(pins, batch_size=BATCH)


def _rule_row(pin_set: PinSet, position: int, rule: RuleValue) -> PinRule:
    return PinRule(
        pin_set=pin_set,
        position=position,
        pattern=rule.pattern[:300],
        host=concrete_host(rule.pattern),
        include_subdomains=rule.include_subdomains,
        expires_on=rule.expiration.day if rule.expiration else None,
    )


def _pin_row(rule: PinRule, position: int, pin: PinValue) -> Pin:
    return Pin(
        rule=rule,
        position=position,
        text=pin.text[:2048],
        kind=pin.kind,
        digest=(pin.digest or b"").hex()[:128],
        problem=pin.problem or "",
        line=pin.place.line,
    )
