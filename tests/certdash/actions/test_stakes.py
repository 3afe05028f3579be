"""Stakes: one for each platform domain and each custom endpoint on which an app stops or is at risk."""

from datetime import date, datetime, timedelta

import pytest
from django.db.models import F

from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.standing import refresh
from certdash.models import App, Stake
from tests.certdash import builders
from tests.certdash.fleet import DAY, EXPIRY, ISSUING, NOW, ROOT, WILDCARD, Fleet, nsc, pin, serve, upload

pytestmark = pytest.mark.django_db

CUSTOM = ISSUING.leaf("api.acme.test", not_before=NOW - 60 * DAY, not_after=NOW + timedelta(days=20))


def stakes() -> list[tuple[str, str, int, date | None, datetime | None]]:
    rows = Stake.objects.order_by(F("platform_domain").asc(nulls_first=True), "endpoint")
    return [
        (str(row.platform_domain or ""), str(row.endpoint or ""), row.badness, row.ship_by, row.window_start)
        for row in rows.select_related("platform_domain", "endpoint")
    ]


def test_hosts_of_a_platform_domain_are_one_stake_and_custom_ones_one_each() -> None:
    fleet = Fleet()
    one, two, custom = (fleet.host(name) for name in ("a.cloud.test", "b.cloud.test", "api.acme.test"))
    serve(one, WILDCARD, ISSUING)
    serve(two, WILDCARD, ISSUING)
    serve(custom, CUSTOM, ISSUING)
    release = fleet.app(nsc("a.cloud.test", pin(WILDCARD)))
    upload(builders.release(release.app, "1.1"), nsc("b.cloud.test", pin(WILDCARD)))
    upload(builders.release(release.app, "1.2"), nsc("api.acme.test", pin(CUSTOM)))

    evaluate_endpoints([one.pk, two.pk, custom.pk], now=NOW)

    app = App.objects.get()
    opens = EXPIRY - 30 * DAY
    assert app.window_start is not None
    assert stakes() == [
        ("", "api.acme.test", 1, app.ship_by, app.window_start),
        ("*.cloud.test", "", 1, (opens - 38 * DAY).date(), opens),
    ]


def test_an_app_that_gets_ready_has_nothing_at_stake_any_more() -> None:
    fleet = Fleet()
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    release = fleet.app(nsc("a.cloud.test", pin(WILDCARD)))
    evaluate_endpoints([endpoint.pk], now=NOW)
    before = len(stakes())
    upload(release, nsc("a.cloud.test", pin(ROOT)))

    evaluate_endpoints([endpoint.pk], now=NOW)

    assert (before, stakes()) == (1, [])


def test_what_is_as_it_was_is_not_written_again() -> None:
    fleet = Fleet()
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)))
    evaluate_endpoints([endpoint.pk], now=NOW)
    before = list(Stake.objects.values_list("pk", flat=True))

    refresh(now=NOW)

    assert list(Stake.objects.values_list("pk", flat=True)) == before


def test_a_release_that_is_not_used_stakes_nothing() -> None:
    fleet = Fleet()
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), share=0)

    evaluate_endpoints([endpoint.pk], now=NOW)

    assert stakes() == []
