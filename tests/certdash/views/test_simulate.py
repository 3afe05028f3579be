"""The simulation page: addresses, material, errors at their field, permission, keeping a scenario."""

import re
from typing import Any

import pytest
from django.test import Client

from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import Endpoint, ProbeSchedule, Progress, Role, ScenarioOverride, Successor
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import ISSUING, NEXT, NOW, WILDCARD, Fleet, nsc, pin, serve
from tests.pki import Authority, pem

KEY = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIGVyeXNlY3JldA==\n-----END PRIVATE KEY-----\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def fleet() -> Fleet:
    found = Fleet()
    endpoint = found.host("a.cloud.test")
    found.app(nsc("a.cloud.test", pin(WILDCARD)), users=1000)
    serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW)
    return found


@pytest.fixture
def admin() -> Client:
    return signed_in(builders.user(Role.PLATFORM_ADMIN))


def sentence(response: Any) -> str:
    return "".join(part.text for part in response.context["page"].sentence)


def errors(response: Any) -> dict[str, list[str]]:
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def test_a_scenario_has_an_address_of_its_own(fleet: Fleet, admin: Client) -> None:
    response = admin.get(f"/simulate/?where={fleet.domain.pk}&scenario=other_ca")

    assert sentence(response) == "If *.cloud.test moves to another CA, 1 app stops connecting: about 1,000 users."
    assert response.context["page"].rows[0].path == ("the next leaf", "the next intermediate", "the next root")


def test_pasted_material_is_judged_and_not_stored(fleet: Fleet, admin: Client) -> None:
    given = {"where": str(fleet.domain.pk), "scenario": "material", "material": pem(NEXT, ISSUING).decode()}

    response = admin.post("/simulate/", given)

    assert sentence(response) == (
        "If *.cloud.test serves this certificate next, 1 app stops connecting: about 1,000 users."
    )
    assert (response.context["keep_url"], Successor.objects.count()) == (
        f"/successors/new/?platform_domain={fleet.domain.pk}",
        0,
    )


def test_one_host_is_looked_at_alone(fleet: Fleet, admin: Client) -> None:
    fleet.host("b.cloud.test")

    response = admin.get("/simulate/?where=host&host=b.cloud.test&scenario=new_root")

    assert (
        sentence(response) == "If b.cloud.test moves to a new root of its CA, nothing changes: no app that you can "
        "see uses it."
    )


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"where": "host", "host": "nobody.test"}, {"host": "No host nobody.test with port 443 is registered."}),
        ({"where": "host", "host": ""}, {"host": "Write the name of a registered host."}),
        ({"where": "all", "scenario": "material", "material": "x"}, {"where": "One certificate is served by one"}),
        ({"where": "domain", "scenario": "material"}, {"material": "Nothing was given."}),
        ({"where": "domain", "scenario": "material", "material": "junk"}, {"material": ""}),
        ({"where": "9999999", "scenario": "other_ca"}, {"where": "This choice does not exist here"}),
        ({"where": "all", "scenario": "earthquake"}, {"scenario": "This choice does not exist here"}),
    ],
)
def test_what_cannot_be_understood_is_said_at_its_field(
    fleet: Fleet, admin: Client, given: dict[str, str], found: dict[str, str]
) -> None:
    sent = {"scenario": "other_ca"} | given
    sent["where"] = str(fleet.domain.pk) if sent["where"] == "domain" else sent["where"]

    response = admin.post("/simulate/", sent)

    told = {name: texts[0][: len(found.get(name, ""))] for name, texts in errors(response).items()}
    assert (response.status_code, told) == (422, found)


def test_a_certificate_for_another_name_and_a_private_key_are_refused(fleet: Fleet, admin: Client) -> None:
    other = Authority.root().leaf("other.example")
    where = {"where": str(fleet.domain.pk), "scenario": "material"}

    names, key = (admin.post("/simulate/", where | {"material": text.decode()}) for text in (other.pem, other.key_pem))

    assert (names.status_code, key.status_code) == (422, 422)
    assert errors(names)["material"][0].startswith("This certificate is for other.example, so *.cloud.test could not")
    assert b"PRIVATE KEY" not in key.content


def test_keeping_a_scenario_needs_a_reason_and_stores_it(fleet: Fleet, admin: Client) -> None:
    address = f"/simulate/keep/?platform_domain={fleet.domain.pk}&scenario=other_ca"

    refused = admin.post(address, {"likelihood": "plausible", "reason": " "})
    kept = admin.post(address, {"likelihood": "plausible", "reason": "Tender is out."})

    assert (refused.status_code, kept.status_code, kept["Location"]) == (
        422,
        302,
        f"/simulate/?platform_domain={fleet.domain.pk}",
    )
    assert list(ScenarioOverride.objects.values_list("scenario", "likelihood", "reason")) == [
        ("other_ca", "plausible", "Tender is out.")
    ]
    assert [
        one.reason
        for one in admin.get(kept["Location"] + f"&where={fleet.domain.pk}&scenario=other_ca").context["said"]
    ] == ["Tender is out."]


def test_readers_may_simulate_and_not_keep(fleet: Fleet) -> None:
    reader = signed_in(builders.user(Role.MANAGER, fleet.customer))

    seen = reader.get(f"/simulate/?where={fleet.domain.pk}&scenario=other_ca")
    kept = reader.post(
        f"/simulate/keep/?platform_domain={fleet.domain.pk}&scenario=other_ca",
        {"likelihood": "plausible", "reason": "x"},
    )

    assert (seen.status_code, seen.context["keep_url"], kept.status_code) == (200, "", 403)


def test_a_stranger_sees_neither_domain_nor_host(fleet: Fleet) -> None:
    stranger = signed_in(builders.user(Role.CUSTOMER_ADMIN, builders.customer()))

    domain = stranger.get(f"/simulate/?where={fleet.domain.pk}&scenario=other_ca")
    host = stranger.get("/simulate/?where=host&host=a.cloud.test&scenario=other_ca")

    assert (list(errors(domain)), list(errors(host))) == (["where"], ["host"])


@pytest.mark.parametrize(("where", "scenario"), [("all", "material"), ("all", "new_root"), ("host", "material")])
def test_a_private_key_goes_into_no_page_whatever_else_is_wrong(admin: Client, where: str, scenario: str) -> None:
    response = admin.post("/simulate/", {"where": where, "scenario": scenario, "material": KEY})

    assert (response.status_code, "PRIVATE KEY" in response.text) == (422, False)
    assert errors(response)["material"][0].startswith("This contains a private key.")


def test_a_hash_without_its_prefix_is_told_how_to_be_written(fleet: Fleet, admin: Client) -> None:
    given = {"where": str(fleet.domain.pk), "scenario": "material", "material": pin(NEXT)}

    response = admin.post("/simulate/", given)

    assert errors(response) == {
        "material": [f"This looks like the hash of a key. Write it as sha256/{pin(NEXT)}."],
    }


def test_what_was_kept_stands_on_the_page_that_it_leads_to(fleet: Fleet, admin: Client) -> None:
    given = {"likelihood": "expected", "reason": "The CA told us."}
    endpoint = fleet.environment.endpoints.get()

    shown = [
        admin.post(f"/simulate/keep/?{query}&scenario=other_ca", given, follow=True).context["said"]
        for query in (f"platform_domain={fleet.domain.pk}", f"endpoint={endpoint.pk}")
    ]

    assert [[(one.likelihood, one.reason) for one in said] for said in shown] == [
        [("expected", "The CA told us.")],
        [("expected", "The CA told us.")],
    ]


def test_only_who_may_withdraw_it_is_offered_to(fleet: Fleet, admin: Client) -> None:
    query = f"platform_domain={fleet.domain.pk}"
    admin.post(f"/simulate/keep/?{query}&scenario=other_ca", {"likelihood": "remote", "reason": "Asked."})
    reader = signed_in(builders.user(Role.MANAGER, fleet.customer))

    pages = [client.get(f"/simulate/?{query}") for client in (admin, reader)]

    assert [len(page.context["said"]) for page in pages] == [1, 1]
    assert ["/withdraw/" in page.text for page in pages] == [True, False]


def test_a_simulation_says_how_old_its_data_is(fleet: Fleet, admin: Client) -> None:
    response = admin.get(f"/simulate/?where={fleet.domain.pk}&scenario=other_ca")

    seen = ProbeSchedule.objects.get().last_seen_at
    assert seen is not None
    assert response.context["page"].age.iso == seen.isoformat(timespec="seconds")


def test_of_many_hosts_progress_comes_first_and_the_answer_in_the_same_page(fleet: Fleet, admin: Client) -> None:
    Endpoint.objects.bulk_create(
        Endpoint(environment=fleet.environment, host=f"h{at}.cloud.test", platform_domain=fleet.domain)
        for at in range(4999)
    )

    response = admin.get(f"/simulate/?where={fleet.domain.pk}&scenario=other_ca")

    pieces = [piece.decode() for piece in response]
    assert len(pieces) == 5
    beginning, before, after, answer, end = pieces
    assert "Looking at 5,000 hosts…" in beginning
    assert (pieces[0].count("<main"), end.count("</main>"), answer.count("<form")) == (1, 1, 2)
    assert ("0 of 1</span>" in before, "1 of 1</span>" in after) == (True, True)
    assert "If *.cloud.test moves to another CA, <a" in answer
    assert (Successor.objects.count(), ScenarioOverride.objects.count(), Progress.objects.count()) == (0, 0, 0)


def test_the_form_at_the_end_of_a_page_in_pieces_can_be_sent(fleet: Fleet) -> None:
    Endpoint.objects.bulk_create(
        Endpoint(environment=fleet.environment, host=f"h{at}.cloud.test", platform_domain=fleet.domain)
        for at in range(4999)
    )
    client = Client(enforce_csrf_checks=True)
    client.force_login(builders.user(Role.PLATFORM_ADMIN))
    response = client.get(f"/simulate/?where={fleet.domain.pk}&scenario=other_ca")
    page = b"".join(response).decode()

    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[-1]
    sent = client.post("/simulate/", {"where": "all", "scenario": "material", "csrfmiddlewaretoken": token})

    assert sent.status_code == 422
