"""Notices about what has just happened; each is written in the transaction of its cause."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, F, Q
from django.urls import reverse

from certdash.actions.outbox import put
from certdash.models import App, Event, Observation, Prediction, Rotation, Successor, Verdict
from certdash.queries import notice_words
from certdash.queries.drafts import Draft, Words
from certdash.queries.loading import chunks
from certdash.queries.notice_words import MOST_NAMED
from certdash.queries.pairs import watched_endpoints
from certdash.queries.predictions import GOES_ON, STOPS
from certdash.queries.rotations import name_of
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
    words = notice_words.successor_withdrawn(_target(successor))
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
    below = watched_endpoints().filter(platform_domain=subject.platform_domain_id).order_by()
    return [None, *below.values_list("environment__customer_id", flat=True).distinct()]


def tell_rotation_began(rotation: Rotation, change: Observation, *, now: datetime) -> None:
    """Of a custom domain only what nobody expected: its owner's own renewal is told once it is done."""
    why = _surprise(rotation, change)
    if not why and rotation.endpoint_id:
        return
    stopping = _stopping(rotation)
    name, path = name_of(rotation), reverse("rotation", args=(rotation.pk,))
    put(
        (
            Draft(
                Event.ROTATION_BEGAN,
                str(rotation.pk),
                customer_id,
                notice_words.rotation_began(name, change.first_seen_at, why, stopping.get(customer_id, 0)),
                path,
                is_urgent=bool(why),
                facts={"target": name, "unexpected": why, "apps_predicted_to_stop": stopping.get(customer_id, 0)},
            )
            for customer_id in audience(rotation)
        ),
        now=now,
    )


def _surprise(rotation: Rotation, change: Observation) -> str:
    successor = rotation.successor
    foreseen = Foreseen(
        successor.spki_sha256 if successor else "",
        successor.certificate_sha256 if successor else "",
        rotation.window_start,
        rotation.platform_domain_id is not None,
    )
    leaf = change.chain.leaf if change.chain else None
    return surprise(foreseen, leaf.spki_sha256 if leaf else "", leaf.sha256 if leaf else "", change.first_seen_at)


def _stopping(rotation: Rotation) -> dict[int | None, int]:
    """Apps that were predicted to stop, by customer and in all. One statement."""
    rows = Prediction.objects.filter(TO_STOP, rotation=rotation).order_by().values_list("release__app__customer_id")
    found: dict[int | None, int] = dict(rows.annotate(apps=Count("release__app", distinct=True)))
    return found | {None: sum(found.values())}


def tell_rotation_done(rotation: Rotation, *, now: datetime) -> None:
    counts = _counts(rotation)
    misses = _misses(rotation) if counts[None]["wrong"] else {}
    name, path = name_of(rotation), reverse("rotation", args=(rotation.pk,))
    drafts = []
    for customer_id in audience(rotation):
        found = counts.get(customer_id, NOTHING)
        settled, missed = found["right"] + found["wrong"], misses.get(customer_id, [])[:MOST_NAMED]
        words = notice_words.rotation_done(
            name, found["predicted_apps"], found["actual_apps"], settled, missed, found["wrong"]
        )
        facts = {"target": name, **found}
        drafts.append(Draft(Event.ROTATION_DONE, str(rotation.pk), customer_id, words, path, facts=facts))
    put(drafts, now=now)


NOTHING: Mapping[str, int] = {"predicted_apps": 0, "actual_apps": 0, "right": 0, "wrong": 0}


def _counts(rotation: Rotation) -> dict[int | None, Mapping[str, int]]:
    """Apps predicted and seen to stop, predictions right and wrong, by customer and in all. One statement."""
    rows = Prediction.objects.filter(rotation=rotation).order_by().values("release__app__customer_id")
    annotated: Iterable[Mapping[str, Any]] = rows.annotate(
        predicted_apps=Count("release__app", filter=TO_STOP, distinct=True),
        actual_apps=Count("release__app", filter=STOPPED, distinct=True),
        right=Count("pk", filter=RIGHT),
        wrong=Count("pk", filter=WRONG),
    )
    found: dict[int | None, Mapping[str, int]] = {
        row["release__app__customer_id"]: {name: row[name] for name in NOTHING} for row in annotated
    }
    return found | {None: {name: sum(row[name] for row in found.values()) for name in NOTHING}}


def _misses(rotation: Rotation) -> dict[int | None, list[str]]:
    """The first few in words, by customer and in all."""
    rows = Prediction.objects.filter(WRONG, rotation=rotation).select_related("release__app", "endpoint")
    found: dict[int | None, list[str]] = defaultdict(list)
    for row in rows.order_by("-users", "pk")[:1000]:
        turn = "was to stop and connects" if row.predicted in STOPS else "was to connect and stopped"
        text = f"{row.release.app.name} {row.release} on {row.endpoint.host} {turn}"
        found[row.release.app.customer_id].append(text)
        found[None].append(text)
    return found
