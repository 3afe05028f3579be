"""A form that was opened before somebody else's work writes nothing of that back."""

from datetime import timedelta
from typing import Any

import pytest

from certdash.actions.apps import archive_app, save_app
from certdash.actions.environments import (
    archive_endpoint,
    archive_environment,
    save_endpoint,
    save_environment,
)
from certdash.models import App, Endpoint, Environment, ProbeSchedule
from tests.certdash import builders
from tests.certdash.builders import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=1)


def columns(model: type[Any], pk: int, *names: str) -> tuple[Any, ...]:
    found: tuple[Any, ...] = model.objects.values_list(*names).get(pk=pk)
    return found


def test_an_app_stays_archived_and_keeps_its_new_verdict() -> None:
    app = builders.app()
    opened = App.objects.get(pk=app.pk)
    App.objects.filter(pk=app.pk).update(badness=1, users_at_risk=500, ship_by=NOW.date())
    archive_app(app, actor=None, now=NOW)

    opened.name = "Renamed"
    save_app(opened, (), actor=None, now=LATER)

    kept = columns(App, app.pk, "name", "archived_at", "badness", "users_at_risk", "ship_by")
    assert kept == ("Renamed", NOW, 1, 500, NOW.date())


def test_an_environment_stays_archived_and_keeps_what_was_read() -> None:
    environment = builders.environment()
    opened = Environment.objects.get(pk=environment.pk)
    Environment.objects.filter(pk=environment.pk).update(badness=0, issuer="Example CA", expires_at=NOW)
    archive_environment(environment, actor=None, now=NOW)

    opened.name = "renamed"
    save_environment(opened, actor=None, now=LATER)

    kept = columns(Environment, environment.pk, "name", "archived_at", "badness", "issuer", "expires_at")
    assert kept == ("renamed", NOW, 0, "Example CA", NOW)


def test_an_endpoint_stays_archived_and_keeps_its_window_unless_it_moves() -> None:
    endpoint = builders.endpoint()
    opened = Endpoint.objects.get(pk=endpoint.pk)
    Endpoint.objects.filter(pk=endpoint.pk).update(window_start=NOW, window_evidence="expiry")
    archive_endpoint(endpoint, actor=None, now=NOW)

    save_endpoint(opened, actor=None, now=LATER)
    same = columns(Endpoint, endpoint.pk, "archived_at", "window_start", "window_evidence")
    opened.host = "elsewhere.example.test"
    save_endpoint(opened, actor=None, now=LATER)

    assert same == (NOW, NOW, "expiry")
    assert not ProbeSchedule.objects.filter(pk=endpoint.pk).exists()
    assert columns(Endpoint, endpoint.pk, "archived_at", "window_start", "window_evidence") == (NOW, None, "")
