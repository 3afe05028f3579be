"""The corrected files of an app on one page: what is offered, why there is none, and to whom."""

from typing import Any

import pytest

from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.successors import Announcement, register
from certdash.models import App, Role
from certdash.queries.apps.corrected_files import corrected_page
from certdash.queries.judging.candidates import Target, read_candidate
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import ISSUING, NEXT, NOW, WILDCARD, Fleet, nsc, pin, serve, upload
from tests.pki import pem

pytestmark = pytest.mark.django_db


def app_with(*sources: bytes) -> App:
    """One release for each source, on a host whose next certificate is announced."""
    fleet = Fleet()
    endpoint = fleet.host("a.cloud.test")
    app = builders.app(fleet.customer, active_users=1000)
    app.environments.add(fleet.environment)
    for number, source in enumerate(sources, 1):
        upload(builders.release(app, f"{number}.0", share=40), source)
    serve(endpoint, WILDCARD, ISSUING)
    target = Target(fleet.domain)
    register(read_candidate(pem(NEXT, ISSUING), target, now=NOW), target, Announcement(), actor=None, now=NOW)
    evaluate_endpoints([endpoint.pk], now=NOW)
    return app


def page_of(app: App, role: Role = Role.MANAGER) -> Any:
    return signed_in(builders.user(role, app.customer)).get(f"/apps/{app.pk}/corrected/")


def sentence(response: Any) -> str:
    return "".join(part.text for part in response.context["page"].sentence)


def test_each_release_that_stops_has_its_file_to_copy_and_to_take_home() -> None:
    app = app_with(nsc("a.cloud.test", pin(WILDCARD)))

    response = page_of(app)

    (release,) = response.context["page"].releases
    (file,) = release.files
    assert (release.release, release.value, release.users) == ("1.0 Android", "will_fail", "400 users")
    assert [key.copy for key in file.added] == [pin(NEXT)]
    assert pin(NEXT) in file.text
    assert 'aria-label="Copy the corrected network_security_config.xml"' in response.text
    assert f'href="{file.url}" download' in response.text
    assert "".join(part.text for part in corrected_page(app, NOW).sentence) == (
        f"1 corrected file repairs what can be repaired in {app.name}: build a release with it and ship it at once."
    )


def test_a_release_that_holds_the_pins_already_is_named() -> None:
    app = app_with(nsc("a.cloud.test", pin(WILDCARD)), nsc("a.cloud.test", pin(WILDCARD), pin(NEXT)))

    (release,) = page_of(app).context["page"].releases

    assert (release.release, release.fixed) == ("1.0 Android", "2.0 Android")


def test_where_no_file_can_be_written_it_says_why() -> None:
    app = app_with(b'val pinner = CertificatePinner.Builder().add("a.cloud.test", "sha256/" + pinOf(x)).build()')

    response = page_of(app)

    (release,) = response.context["page"].releases
    assert [bool(file.problem) for file in release.files] == [True]
    assert sentence(response) == (
        f"No file can be written that would repair {app.name}; below stands why, release by release."
    )


def test_an_app_that_stays_ready_needs_none_and_its_page_offers_none() -> None:
    app = app_with(nsc("a.cloud.test", pin(WILDCARD), pin(NEXT)))

    response = page_of(app)

    assert sentence(response) == (
        f"{app.name} needs no corrected file: no release in use stops, may stop or goes unchecked."
    )
    page = signed_in(builders.user(Role.PLATFORM_ADMIN)).get(f"/apps/{app.pk}/")
    assert f"/apps/{app.pk}/corrected/" not in page.text


def test_a_file_with_the_line_ends_of_windows_is_downloaded_and_not_copied() -> None:
    app = app_with(nsc("a.cloud.test", pin(WILDCARD)).replace(b"><", b">\r\n<"))

    response = page_of(app)

    (file,) = response.context["page"].releases[0].files
    assert (file.text, "Copy the corrected" in response.text) == ("", False)
