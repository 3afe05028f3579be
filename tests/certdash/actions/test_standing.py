"""What an environment and an app show of themselves: the worst verdict, the first expiry, users, the ship-by date."""

from datetime import date

import pytest

from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.standing import refresh
from certdash.models import App, Verdict
from tests.certdash import builders
from tests.certdash.fleet import (
    DAY,
    EXPIRY,
    ISSUING,
    NOW,
    ROOT,
    SIBLING,
    WILDCARD,
    Fleet,
    nsc,
    pin,
    serve,
    upload,
)

pytestmark = pytest.mark.django_db

CUSTOM = ISSUING.leaf("api.acme.test", not_before=NOW - 60 * DAY, not_after=NOW + 120 * DAY)
CUSTOM_NEW = SIBLING.leaf("api.acme.test", not_before=NOW - DAY, not_after=NOW + 180 * DAY)


def test_an_environment_shows_its_worst_verdict_its_first_expiry_and_its_apps() -> None:
    fleet = Fleet()
    default, custom = fleet.host("acme.cloud.test"), fleet.host("api.acme.test")
    fleet.app(nsc("acme.cloud.test", pin(WILDCARD)))
    fleet.app(nsc("api.acme.test", pin(ROOT)))
    serve(default, WILDCARD, ISSUING)
    serve(custom, CUSTOM, ISSUING)

    evaluate_endpoints([default.pk, custom.pk], now=NOW)

    row = fleet.environment
    row.refresh_from_db()
    assert (row.badness, row.domain_kinds, row.issuer) == (1, "default+custom", "Fleet CA 1")
    assert (row.issued_at, row.expires_at) == (EXPIRY - 199 * DAY, EXPIRY)
    assert (row.window_start, row.window_end, row.is_rolling_out) == (EXPIRY - 30 * DAY, EXPIRY, False)
    assert (row.app_count, row.affected_count) == (2, 1)


def test_an_app_counts_the_users_of_the_releases_that_stop() -> None:
    fleet = Fleet()
    endpoint = fleet.host("acme.cloud.test")
    old = fleet.app(nsc("acme.cloud.test", pin(WILDCARD)), users=2000, share=60)
    new = builders.release(old.app, "1.1", share=None)
    upload(new, nsc("acme.cloud.test", pin(ROOT)))
    serve(endpoint, WILDCARD, ISSUING)

    evaluate_endpoints([endpoint.pk], now=NOW)

    app = App.objects.get()
    assert (app.badness, app.users_at_risk, app.ship_by) == (1, 1200, date(2026, 11, 7))
    assert (app.window_start, app.window_end) == (EXPIRY - 30 * DAY, EXPIRY)


def test_a_release_that_hardly_anybody_has_does_not_decide_for_its_app() -> None:
    fleet = Fleet()
    endpoint = fleet.host("acme.cloud.test")
    rare = fleet.app(nsc("acme.cloud.test", pin(WILDCARD)), share=0)
    common = builders.release(rare.app, "1.1", share=99)
    upload(common, nsc("acme.cloud.test", pin(ROOT)))
    serve(endpoint, WILDCARD, ISSUING)

    evaluate_endpoints([endpoint.pk], now=NOW)

    app = App.objects.get()
    assert (app.badness, app.users_at_risk, app.ship_by) == (5, 0, None)


def test_ready_turns_unknown_when_nobody_has_read_for_long_and_will_fail_stays() -> None:
    fleet = Fleet()
    endpoint = fleet.host("acme.cloud.test")
    ready = fleet.app(nsc("acme.cloud.test", pin(ROOT)))
    doomed = fleet.app(nsc("acme.cloud.test", pin(WILDCARD)))
    serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW)

    refresh(now=NOW + DAY)

    standing = dict(App.objects.values_list("pk", "badness"))
    assert standing == {ready.app_id: 3, doomed.app_id: 1}
    assert dict(Verdict.objects.values_list("release", "value")) == {ready.pk: "ready", doomed.pk: "will_fail"}
