"""Notices about what has just happened; each is written in the transaction of its cause."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from certdash.actions.outbox import put
from certdash.models import App, Event, Prediction, Rotation, Successor, Verdict
from certdash.queries.judging.changes import Change
from certdash.queries.judging.pairs import watched_endpoints
from certdash.queries.keys import among
from certdash.queries.loading import chunks
from certdash.queries.notices import words as notice_words
from certdash.queries.notices.drafts import Draft, Words
from certdash.queries.notices.words import MOST_NAMED
from certdash.queries.risk.predictions import GOES_ON, STOPS
from certdash.queries.rotations.list import name_of
from certdash.queries.standing import in_use
from pins.thresholds import Foreseen, is_alarm, surprise
from pins.verdict import Value

VALUES = tuple(Value)
TO_STOP, TO_GO_ON = Q(predicted__in=STOPS), Q(predicted__in=GOES_ON)
STOPPED, WENT_ON = Q(actual__in=STOPS), Q(actual__in=GOES_ON)
WRONG = TO_STOP & WENT_ON | TO_GO_ON & STOPPED
RIGHT = TO_STOP & STOPPED | TO_GO_ON & WENT_ON


def standing_of(app_ids: Iterable[int]) -> dict[int, int]:
    """The place of each app in the order of badness, to be held against what it is afterwards."""
    found: dict[int, int] = {}
    for chunk in chunks(app_ids):
        found.update(App.objects.filter(pk__in=chunk).values_list("pk", "badness"))
    return found


class _Worse(NamedTuple):
    pk: int
    badness: int
    name: str
    customer_id: int
    customer: str
    users: int
    ship_by: date | None


def tell_worse_apps(before: Mapping[int, int], *, now: datetime) -> None:
    """One notice an app, verdict and day, whatever goes to and fro within it.

    Thousands at once where a wildcard rotates: hence values instead of models, and the address made once.
    """
    path = reverse("app", args=(0,))
    for chunk in chunks(before):
        rows = App.objects.filter(pk__in=chunk, archived_at=None, customer__archived_at=None).order_by("pk")
        columns = ("pk", "badness", "name", "customer_id", "customer__name", "users_at_risk", "ship_by")
        found = [_Worse(*row) for row in rows.values_list(*columns)]
        worse = [app for app in found if is_alarm(VALUES[before[app.pk]], VALUES[app.badness])]
        reasons = _reasons([app.pk for app in worse])
        put((_worse(app, reasons.get(app.pk, ""), path.replace("/0/", f"/{app.pk}/"), now) for app in worse), now=now)


def _reasons(app_ids: list[int]) -> dict[int, str]:
    """Why the worst cell of each app is so bad."""
    rows = Verdict.objects.filter(in_use(), release__app__in=app_ids, badness=F("release__app__badness"))
    found: dict[int, str] = {}
    for app_id, host, reason in rows.order_by("pk").values_list("release__app_id", "host", "reason"):
        if app_id not in found:
            found[app_id] = f"{host}: {reason}"
    return found


def _worse(app: _Worse, reason: str, path: str, now: datetime) -> Draft:
    value = VALUES[app.badness]
    return Draft(
        Event.APP_WORSE,
        f"{app.pk}:{value.value}:{now.date()}",
        app.customer_id,
        notice_words.app_worse(app.name, app.customer, value, app.users, reason, app.ship_by),
        path,
        is_urgent=value is Value.FAILING,
        app_id=app.pk,
        facts={"app": app.name, "verdict": value.value, "ship_by": app.ship_by.isoformat() if app.ship_by else None},
    )


def tell_successor_announced(successor: Successor, *, now: datetime) -> None:
    target, window = _target(successor), (successor.window_start, successor.window_end)
    words = (
        notice_words.successor_logged(target)
        if successor.is_logged
        else notice_words.successor_announced(target, *window, successor.source_url, now)
    )
    put(_successor(Event.SUCCESSOR_ANNOUNCED, successor, words), now=now)


def tell_successor_withdrawn(successor: Successor, *, now: datetime) -> None:
    words = notice_words.successor_withdrawn(_target(successor), is_logged=successor.is_logged)
    put(_successor(Event.SUCCESSOR_WITHDRAWN, successor, words), now=now)


def _target(successor: Successor) -> str:
    return str(successor.platform_domain or successor.endpoint)


def _successor(event: Event, successor: Successor, words: Words) -> Iterable[Draft]:
    facts = {"target": _target(successor), "kind": successor.kind, "spki_sha256": successor.spki_sha256}
    for customer_id in audience(successor):
        yield Draft(event, str(successor.pk), customer_id, words, reverse("rotations"), facts=facts)


def audience(subject: Successor | Rotation) -> list[int | None]:
    """Customers with a host concerned; for a platform domain the platform as well."""
    if subject.endpoint is not None:
        return [subject.endpoint.environment.customer_id]
    domain_id = subject.platform_domain_id or 0
    return [None, *_customers_below([domain_id])[domain_id]]


def _customers_below(domain_ids: Collection[int]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    below = watched_endpoints().filter(platform_domain__in=domain_ids).order_by()
    for domain_id, customer_id in below.values_list("platform_domain_id", "environment__customer_id").distinct():
        found[domain_id or 0].append(customer_id)
    return found


def _audiences(rotations: Collection[Rotation]) -> Iterator[tuple[Rotation, int | None]]:
    below = _customers_below({one.platform_domain_id for one in rotations if one.platform_domain_id})
    for rotation in rotations:
        if rotation.endpoint is not None:
            yield rotation, rotation.endpoint.environment.customer_id
        else:
            yield from ((rotation, customer_id) for customer_id in (None, *below[rotation.platform_domain_id or 0]))


def tell_rotations_began(begun: Iterable[tuple[Rotation, Change]], *, now: datetime) -> None:
    """Of a custom domain only what nobody expected: its owner's own renewal is told once it is done."""
    told = {rotation: (change, _surprise(rotation, change)) for rotation, change in begun}
    told = {rotation: found for rotation, found in told.items() if found[1] or not rotation.endpoint_id}
    if not told:
        return
    stopping = _stopping(told)
    drafts = []
    for rotation, customer_id in _audiences(told):
        (change, why), name = told[rotation], name_of(rotation)
        count = stopping[rotation.pk].get(customer_id, 0)
        words = notice_words.rotation_began(name, change.first_seen_at, why, count)
        facts = {"target": name, "unexpected": why, "apps_predicted_to_stop": count}
        drafts.append(_of_rotation(Event.ROTATION_BEGAN, rotation, customer_id, words, facts, is_urgent=bool(why)))
    put(drafts, now=now)


def _of_rotation(
    event: Event,
    rotation: Rotation,
    customer_id: int | None,
    words: Words,
    facts: Mapping[str, Any],
    *,
    is_urgent: bool = False,
) -> Draft:
    path = reverse("rotation", args=(rotation.pk,))
    return Draft(event, str(rotation.pk), customer_id, words, path, is_urgent=is_urgent, facts=facts)


def _surprise(rotation: Rotation, change: Change) -> str:
    successor = rotation.successor
    if successor and successor.is_logged and successor.certificate_sha256 != change.sha256:
        successor = None  # nobody had announced that one either
    foreseen = Foreseen(
        successor.spki_sha256 if successor else "",
        successor.certificate_sha256 if successor else "",
        rotation.window_start,
        rotation.platform_domain_id is not None,
    )
    return surprise(foreseen, change.spki_sha256, change.sha256, change.first_seen_at)


def _stopping(rotations: Iterable[Rotation]) -> Mapping[int, dict[int | None, int]]:
    """Apps that were predicted to stop, by rotation, and by customer and in all. One statement."""
    rows = Prediction.objects.filter(TO_STOP, rotation__in=among(one.pk for one in rotations)).order_by()
    found: dict[int, dict[int | None, int]] = defaultdict(dict)
    apps = rows.values_list("rotation_id", "release__app__customer_id").annotate(Count("release__app", distinct=True))
    for rotation_id, customer_id, count in apps:
        found[rotation_id][customer_id] = count
    for counts in found.values():
        counts[None] = sum(counts.values())
    return found


def tell_rotations_done(rotations: Collection[Rotation], *, now: datetime) -> None:
    counts = _counts(rotations)
    misses = _misses([rotation for rotation in rotations if counts[rotation.pk][None]["wrong"]])
    drafts = []
    for rotation, customer_id in _audiences(rotations):
        name, found = name_of(rotation), counts[rotation.pk].get(customer_id, NOTHING)
        settled, missed = found["right"] + found["wrong"], misses[rotation.pk, customer_id][:MOST_NAMED]
        words = notice_words.rotation_done(
            name, found["predicted_apps"], found["actual_apps"], settled, missed, found["wrong"]
        )
        drafts.append(_of_rotation(Event.ROTATION_DONE, rotation, customer_id, words, {"target": name, **found}))
    put(drafts, now=now)


NOTHING: Mapping[str, int] = {"predicted_apps": 0, "actual_apps": 0, "right": 0, "wrong": 0}


def _counts(rotations: Iterable[Rotation]) -> Mapping[int, dict[int | None, Mapping[str, int]]]:
    """Apps predicted and seen to stop, predictions right and wrong, by customer and in all. One statement."""
    keys = [rotation.pk for rotation in rotations]
    rows = Prediction.objects.filter(rotation__in=among(keys)).order_by()
    annotated: Iterable[Mapping[str, Any]] = rows.values("rotation_id", "release__app__customer_id").annotate(
        predicted_apps=Count("release__app", filter=TO_STOP, distinct=True),
        actual_apps=Count("release__app", filter=STOPPED, distinct=True),
        right=Count("pk", filter=RIGHT),
        wrong=Count("pk", filter=WRONG),
    )
    found: dict[int, dict[int | None, Mapping[str, int]]] = {pk: {} for pk in keys}
    for row in annotated:
        found[row["rotation_id"]][row["release__app__customer_id"]] = {name: row[name] for name in NOTHING}
    for counts in found.values():
        counts[None] = {name: sum(row[name] for row in counts.values()) for name in NOTHING}
    return found


def _misses(rotations: Collection[Rotation]) -> Mapping[tuple[int, int | None], list[str]]:
    """The first few in words, by rotation, and by customer and in all."""
    found: dict[tuple[int, int | None], list[str]] = defaultdict(list)
    if not rotations:
        return found
    order = (F("users").desc(), F("pk").asc())
    place = Window(RowNumber(), partition_by=[F("rotation"), F("release__app__customer")], order_by=order)
    rows = Prediction.objects.filter(WRONG, rotation__in=among(one.pk for one in rotations)).annotate(place=place)
    for row in rows.filter(place__lte=MOST_NAMED).select_related("release__app", "endpoint").order_by(*order):
        turn = "was to stop and connects" if row.predicted in STOPS else "was to connect and stopped"
        text = f"{row.release.app.name} {row.release} on {row.endpoint.host} {turn}"
        found[row.rotation_id, row.release.app.customer_id].append(text)
        found[row.rotation_id, None].append(text)
    return found
