"""What the overview says first: every app that stops is in time, late, or cannot connect already."""

from datetime import timedelta

import pytest

from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import Role
from certdash.queries.access import access_of
from certdash.queries.formatting import Sentence
from certdash.queries.overview import overview
from tests.certdash import builders
from tests.certdash.fleet import BACKUP, DAY, ISSUING, NOW, WILDCARD, Fleet, nsc, pin, serve, upload

pytestmark = pytest.mark.django_db


def words(sentence: Sentence) -> str:
    return "".join(part.text for part in sentence)


def test_every_app_that_stops_is_accounted_for() -> None:
    fleet = Fleet()
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    in_time = fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=1000)
    in_time.app.review_days = in_time.app.adoption_days = in_time.app.buffer_days = 1
    in_time.app.save()
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=2000)
    fleet.app(nsc("a.cloud.test", pin(BACKUP)), users=500)
    evaluate_endpoints([endpoint.pk], now=NOW)

    page = overview(access_of(builders.user(Role.PLATFORM_ADMIN)), {}, NOW)

    assert words(page.sentence) == (
        "If the platform certificate rotates on 14 Jan 2027, 3 of 3 apps stop connecting: 1 customer, about 3,500 "
        "users. 1 of them can still ship safely until 12 Dec."
    )
    assert words(page.more) == (
        "The rotation can start on 15 Dec. 1 app cannot connect even now. "
        "For the other 1 app the ship-by date has passed; a forced update is what remains. "
    )


def test_the_last_safe_day_is_that_of_the_platforms_hosts_and_not_of_others() -> None:
    fleet = Fleet()
    default, custom = fleet.host("a.cloud.test"), fleet.host("api.acme.test")
    leaf = ISSUING.leaf("api.acme.test", not_before=NOW - 60 * DAY, not_after=NOW + timedelta(days=20))
    serve(default, WILDCARD, ISSUING)
    serve(custom, leaf, ISSUING)
    release = fleet.app(nsc("a.cloud.test", pin(WILDCARD)))
    release.app.review_days = release.app.adoption_days = release.app.buffer_days = 1
    release.app.save()
    other = builders.release(release.app, "1.1", share=50)
    upload(other, nsc("api.acme.test", pin(leaf)))
    evaluate_endpoints([default.pk, custom.pk], now=NOW)

    page = overview(access_of(builders.user(Role.PLATFORM_ADMIN)), {}, NOW)

    assert words(page.sentence).endswith("It can still ship safely until 12 Dec.")
