"""A simulation that is asked for from an app's page: its hosts are chosen, and it is told first."""

from typing import Any

import pytest
from django.test import Client

from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import App, Role
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import DAY, ISSUING, NEXT, NOW, ROOT, WILDCARD, Fleet, nsc, pin, serve
from tests.pki import pem

pytestmark = pytest.mark.django_db

OWN = ISSUING.leaf("api.acme.test", not_before=NOW - 20 * DAY, not_after=NOW + 70 * DAY)


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


def app_on(fleet: Fleet, host: str, *pins: str, users: int = 1000) -> App:
    endpoint = fleet.host(host)
    serve(endpoint, *((WILDCARD, ISSUING) if host.endswith(".cloud.test") else (OWN, ISSUING)))
    release = fleet.app(nsc(host, *pins), users=users)
    evaluate_endpoints([endpoint.pk], now=NOW)
    return release.app


def owner_of(app: App) -> Client:
    return signed_in(builders.user(Role.APP_OWNER, app.customer))


def words(response: Any) -> str:
    return "".join(part.text for part in response.context["effect"].sentence)


def test_an_app_on_the_platform_begins_with_its_domain_and_can_take_its_own_hosts(fleet: Fleet) -> None:
    app = app_on(fleet, "a.cloud.test", pin(WILDCARD))

    page = owner_of(app).get(f"/simulate/?app={app.pk}")

    form = page.context["form"]
    assert (form["where"].value(), form["app"].value()) == (str(fleet.domain.pk), app.pk)
    assert form.fields["where"].choices[0] == ("app", f"The hosts of {app.name}")
    assert f"What would happen to {app.name} if another certificate were served?" in page.text


def test_an_app_on_one_host_of_its_own_begins_with_that_host(fleet: Fleet) -> None:
    app = app_on(fleet, "api.acme.test", pin(OWN))

    form = owner_of(app).get(f"/simulate/?app={app.pk}").context["form"]

    assert (form["where"].value(), form["host"].value()) == ("host", "api.acme.test")


def test_the_app_is_told_first_and_everybody_else_after_it(fleet: Fleet) -> None:
    other = app_on(fleet, "b.cloud.test", pin(WILDCARD), users=5000)
    app = app_on(fleet, "a.cloud.test", pin(WILDCARD))

    page = owner_of(app).get(f"/simulate/?app={app.pk}&where={fleet.domain.pk}&scenario=other_ca")

    effect = page.context["effect"]
    assert words(page) == (
        f"If *.cloud.test moves to another CA, {app.name} stops connecting for 1,000 users of 1.0 Android."
    )
    assert [(row.release, row.host, row.before, row.after) for row in effect.rows] == [
        ("1.0 Android", "a.cloud.test", "will_fail", "will_fail")
    ]
    assert {row.app_pk for row in page.context["page"].rows} == {app.pk, other.pk}


def test_an_app_that_goes_on_connecting_is_told_so(fleet: Fleet) -> None:
    app_on(fleet, "b.cloud.test", pin(WILDCARD))
    app = app_on(fleet, "a.cloud.test", pin(ROOT))

    page = owner_of(app).get(f"/simulate/?app={app.pk}&where={fleet.domain.pk}&scenario=new_key_same_intermediate")

    assert words(page) == (
        f"If *.cloud.test renews with a new key under the same intermediate, {app.name} keeps connecting, in every "
        "release in use and on 1 host."
    )


def test_its_own_hosts_are_simulated_together_and_no_others(fleet: Fleet) -> None:
    app_on(fleet, "b.cloud.test", pin(WILDCARD))
    app = app_on(fleet, "a.cloud.test", pin(WILDCARD))

    page = owner_of(app).get(f"/simulate/?app={app.pk}&where=app&scenario=other_ca")

    assert (page.context["page"].name, page.context["page"].heads.endpoints) == (f"every host of {app.name}", "1 host")
    assert page.context["keep_url"] == ""


def test_an_app_elsewhere_is_not_touched(fleet: Fleet) -> None:
    app_on(fleet, "a.cloud.test", pin(WILDCARD))
    app = app_on(fleet, "api.acme.test", pin(OWN))

    page = owner_of(app).get(f"/simulate/?app={app.pk}&where={fleet.domain.pk}&scenario=other_ca")

    assert words(page) == (
        f"If *.cloud.test moves to another CA, {app.name} is not touched: no release in use meets a host that changes."
    )


def test_pasted_material_keeps_the_app_and_needs_one_place(fleet: Fleet) -> None:
    app = app_on(fleet, "a.cloud.test", pin(WILDCARD))
    given = {"app": str(app.pk), "scenario": "material", "material": pem(NEXT, ISSUING).decode()}
    client = owner_of(app)

    refused = client.post("/simulate/", given | {"where": "app"})
    page = client.post("/simulate/", given | {"where": str(fleet.domain.pk)})

    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["where"])
    assert refused.context["form"].of_app == app
    assert page.context["effect"].rows[0].after == "will_fail"


@pytest.mark.parametrize("key", ["", "0", "99999999999999999999", "x", "²"])
def test_an_app_that_is_none_is_dropped(fleet: Fleet, key: str) -> None:
    app = app_on(fleet, "a.cloud.test", pin(WILDCARD))

    page = owner_of(app).get("/simulate/", {"app": key})

    assert (page.status_code, page.context["app"], page.context["form"]["where"].value()) == (200, None, "all")


def test_the_app_of_another_customer_is_dropped_and_its_choice_refused(fleet: Fleet) -> None:
    app = app_on(fleet, "a.cloud.test", pin(WILDCARD))
    stranger = signed_in(builders.user(Role.APP_OWNER, builders.customer()))

    page = stranger.get(f"/simulate/?app={app.pk}")
    asked = stranger.get(f"/simulate/?app={app.pk}&where=app&scenario=other_ca")

    assert (page.context["app"], app.name in page.text) == (None, False)
    assert (asked.status_code, list(asked.context["form"].errors), app.name in asked.text) == (422, ["where"], False)
