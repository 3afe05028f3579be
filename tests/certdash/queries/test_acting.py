"""Who must act: what settles it is what the app's own page says."""

import pytest

from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import App, Release, Role, Rotation
from certdash.queries.access import Access, access_of
from certdash.queries.apps.page import app_page
from certdash.queries.risk.acting import acting
from certdash.queries.rotations.page import rotation_page
from tests.certdash import builders
from tests.certdash.fleet import BACKUP, ISSUING, NOW, ROOT, WILDCARD, Fleet, nsc, pin, serve, upload

pytestmark = pytest.mark.django_db


def app_with(old: bytes, new: bytes, *, days: int) -> tuple[Release, Access]:
    """Half of the users have 1.0 with the old file, half 1.1 with the new one; a fix needs so many days three times."""
    fleet = Fleet()
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    release = fleet.app(old, share=50)
    App.objects.update(review_days=days, adoption_days=days, buffer_days=days)
    upload(builders.release(release.app, "1.1", share=50), new)
    evaluate_endpoints([endpoint.pk], now=NOW)
    return release, access_of(builders.user(Role.PLATFORM_ADMIN))


def on_the_page(app: App, access: Access) -> str:
    return "".join(part.text for part in app_page(App.objects.get(pk=app.pk), access, NOW).sentence)


PINNED, SAFE, STRANGER = (nsc("a.cloud.test", pin(key)) for key in (WILDCARD, ROOT, BACKUP))


@pytest.mark.parametrize(
    ("old", "days", "told"),
    [
        (PINNED, 1, "1.1 Android has the fix: get it to users by 12 Dec."),
        (PINNED, 30, "1.1 Android has the fix: force the update, because the last safe day was 16 Sep."),
        (STRANGER, 1, "1.1 Android connects: get it to them at once."),
    ],
)
def test_a_release_that_has_the_fix_is_told_as_on_the_apps_page(old: bytes, days: int, told: str) -> None:
    release, access = app_with(old, SAFE, days=days)

    (row,) = acting(access, NOW).rows

    assert (row.release, row.settles) == ("1.0 Android", told)
    assert on_the_page(release.app, access).endswith(told)
    assert [one.settles for one in rotation_page(Rotation.objects.get(), access, NOW).affected] == [told]


def test_without_a_release_that_has_the_fix_the_reason_says_what_to_do() -> None:
    _, access = app_with(PINNED, nsc("a.cloud.test", pin(WILDCARD), pin(BACKUP)), days=1)

    (row,) = acting(access, NOW).rows

    told = "Get the next key from the owner of the certificate, add its pin and release."
    assert row.settles == told
    assert {one.settles for one in rotation_page(Rotation.objects.get(), access, NOW).affected} == {told}


def test_of_the_releases_that_stop_an_app_the_one_that_most_people_use_is_told() -> None:
    release, access = app_with(PINNED, PINNED, days=1)
    Release.objects.filter(pk=release.pk).update(share=40)

    (row,) = acting(access, NOW).rows

    assert row.release == "1.1 Android"
