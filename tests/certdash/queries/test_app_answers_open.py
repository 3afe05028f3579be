"""The owner's questions where something is open, broken or missing: what pins cannot repair, and what to do first."""

import pytest

from tests.certdash.fleet import BACKUP, DAY, ISSUING, NEXT, NOW, ROOT, WILDCARD, nsc, pin, serve
from tests.certdash.queries.test_app_answers import AFFECTED, CHANGE, DATA, DEFAULT, Story, pins, told

pytestmark = pytest.mark.django_db


def test_where_no_pin_is_in_force_nothing_is_refused_by_one() -> None:
    story = Story()
    story.host()

    page = story.page(story.fleet.app(nsc(DEFAULT, pin(WILDCARD), expiration="2026-01-01")))

    assert told(page, DATA)[0] == "Not by the rotation: the next certificate is validated like the one before it."
    assert [part.url for part in page.answers[2].lines[0].words if part.url] == [f"/apps/{page.pk}/corrected/"]


def test_a_certificate_that_has_expired_is_renewed_and_not_shipped_around() -> None:
    story = Story()
    endpoint = story.fleet.host("api.acme.test")
    expired = ISSUING.leaf("api.acme.test", not_before=NOW - 90 * DAY, not_after=NOW - DAY)
    serve(endpoint, expired, ISSUING)
    story.hosts.append(endpoint)

    page = story.page(story.fleet.app(nsc("api.acme.test", pin(ROOT))))

    assert told(page, CHANGE) == [
        ("At api.acme.test a new pin alone repairs nothing. Install a renewed certificate there. See the explanation.")
    ]


def test_a_key_that_rolls_out_is_added_beside_the_current_one_that_is_kept() -> None:
    story = Story()
    endpoint = story.host()
    serve(endpoint, NEXT, ISSUING, address="192.0.2.2")

    page = story.page(story.fleet.app(nsc(DEFAULT, pin(WILDCARD))))

    assert told(page, CHANGE)[0].startswith("In 1.0 Android: keep the current pin and add the next one. Ship it now")
    assert pins(page) == [("keep", "current"), ("add", "next")]


def test_a_release_without_a_pin_file_is_one_click_from_having_one() -> None:
    story = Story()
    story.host()
    release = story.fleet.app()
    release.app.environments.add(story.fleet.environment)

    page = story.page(release)

    line = next(one for one in page.answers if one.question == CHANGE).lines[0]
    assert told(page, CHANGE) == [
        "Nobody can tell before the pin file of 1.0 Android is on record: upload it, and this page says what to change."
    ]
    assert [part.url for part in line.words if part.url] == [f"/apps/{release.app_id}/upload/?release={release.pk}"]
    assert told(page, DATA) == ["Not by the rotation: the next certificate is validated like the one before it."]


def test_a_host_that_was_never_read_is_told_as_not_known() -> None:
    story = Story()
    story.hosts.append(story.fleet.host("api.acme.test"))

    page = story.page(story.fleet.app(nsc("api.acme.test", pin(ROOT))))

    assert told(page, CHANGE)[0].startswith("What api.acme.test serves is not known. ")


def test_a_renewal_that_may_come_any_day_is_told_so() -> None:
    story = Story()
    endpoint = story.fleet.host("api.acme.test")
    old = ISSUING.leaf("api.acme.test", not_before=NOW - 80 * DAY, not_after=NOW + 9 * DAY)
    serve(endpoint, old, ISSUING)
    story.hosts.append(endpoint)

    page = story.page(story.fleet.app(nsc("api.acme.test", pin(old), pin(BACKUP))))

    assert told(page, AFFECTED) == [
        (
            "Not by the platform: api.acme.test serves a certificate of your own. But your next renewal, any day until "
            "3 Dec, may stop 1.0 Android."
        )
    ]
    assert told(page, CHANGE)[0].startswith(
        "At api.acme.test: Register the key behind the pin that nobody knows yet, or the next certificate. Or ship"
    )
