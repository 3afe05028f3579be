"""The plan for moving to an own domain, from rows: which host, which facts, and who is offered what."""

from datetime import timedelta

import pytest

from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import Endpoint, Release, Role
from certdash.queries.access import Access
from certdash.queries.apps.moving import MovePage, default_hosts, move_page, without_port
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import ISSUING, NOW, WILDCARD, Fleet, pin, serve, upload
from tests.pki import Issued

pytestmark = pytest.mark.django_db

ADMIN = Access(0, Role.PLATFORM_ADMIN, {})
OLD, OWN = "a.cloud.test", "api.acme.test"
LEAF = ISSUING.leaf(OWN, not_before=NOW - timedelta(days=20), not_after=NOW + timedelta(days=70))


def both(*rules: tuple[str, Issued]) -> bytes:
    """An Android file with a rule for each host."""
    lines = "".join(
        f"<domain-config><domain>{host}</domain><pin-set>"
        f'<pin digest="SHA-256">{pin(leaf)}</pin></pin-set></domain-config>'
        for host, leaf in rules
    )
    return f"<network-security-config>{lines}</network-security-config>".encode()


def story(*rules: tuple[str, Issued]) -> tuple[Fleet, Endpoint, Release]:
    """An app that calls a default host, which is read at one address."""
    fleet = Fleet()
    old = fleet.host(OLD)
    serve(old, WILDCARD, ISSUING)
    release = fleet.app(both(*(rules or ((OLD, WILDCARD),))))
    evaluate_endpoints([old.pk], now=NOW)
    return fleet, old, release


def own_host(fleet: Fleet, address: str = "192.0.2.1") -> Endpoint:
    found = fleet.host(OWN)
    serve(found, LEAF, ISSUING, address=address)
    evaluate_endpoints([found.pk], now=NOW)
    return found


def page_of(old: Endpoint, release: Release, wanted: str = "", access: Access = ADMIN) -> MovePage:
    return move_page(release.app, default_hosts(release.app).get(pk=old.pk), wanted, access, NOW)


def words(page: MovePage) -> list[str]:
    return [step.word for step in page.steps]


def test_without_an_own_host_the_plan_says_to_choose_one() -> None:
    _, old, release = story()

    page = page_of(old, release)

    assert "".join(part.text for part in page.sentence).endswith(
        "depends on a.cloud.test, and no host of an own domain is watched to move to. Choose one; the steps below say "
        "what it needs."
    )
    assert words(page) == ["to do", *["cannot be told yet"] * 4, "to do", "to do", "to do"]
    assert page.watch_url == f"/environments/{old.environment_id}/endpoints/new/"


def test_a_watched_own_host_of_the_environment_is_judged_at_once() -> None:
    fleet, old, release = story((OLD, WILDCARD), (OWN, LEAF))
    own_host(fleet)

    page = page_of(old, release)

    assert words(page) == ["done"] * 6 + ["cannot be told yet", "to do"]
    assert "".join(part.text for part in page.sentence).endswith(
        "from a.cloud.test to api.acme.test: 6 of 8 steps are done. Next: the app calls the own host."
    )


def test_an_app_that_knows_the_own_host_alone_has_moved() -> None:
    fleet, old, release = story((OLD, WILDCARD), (OWN, LEAF))
    own_host(fleet)
    upload(release, both((OWN, LEAF)))

    page = page_of(old, release)

    assert words(page) == ["done"] * 8
    assert page.sentence[0].text.endswith("all 8 steps are done; the platform's rotation no longer touches it.")


def test_a_host_that_was_read_days_ago_is_not_taken_for_done() -> None:
    fleet, old, release = story((OLD, WILDCARD), (OWN, LEAF))
    own_host(fleet)

    page = move_page(release.app, default_hosts(release.app).get(pk=old.pk), "", ADMIN, NOW + timedelta(days=3))

    assert (words(page)[0], page.steps[0].age.is_stale) == ("cannot be told yet", True)


def test_a_host_of_another_address_leaves_dns_open() -> None:
    fleet, old, release = story()
    own_host(fleet, "198.51.100.7")

    assert page_of(old, release).steps[1].observed == (
        "api.acme.test leads to 198.51.100.7, a.cloud.test to 192.0.2.1."
    )


def test_a_host_that_only_a_pin_file_names_can_be_watched_with_one_click() -> None:
    _, old, release = story((OLD, WILDCARD), (OWN, LEAF))

    page = page_of(old, release)

    assert [(one.host, one.url) for one in page.choices] == [(OWN, f"{page.watch_url}?host={OWN}")]


def test_who_may_not_add_hosts_is_offered_none() -> None:
    fleet, old, release = story((OLD, WILDCARD), (OWN, LEAF))

    page = page_of(old, release, access=Access(0, None, {fleet.customer.pk: Role.APP_OWNER}))

    assert (page.watch_url, [(one.host, one.url) for one in page.choices]) == ("", [(OWN, "")])


def test_another_host_can_be_chosen_and_nonsense_falls_back_with_a_notice() -> None:
    fleet, old, release = story()
    own_host(fleet)
    other = fleet.host("www.acme.test")

    chosen, fallen = page_of(old, release, str(other.pk)), page_of(old, release, "<script>")

    assert (chosen.own, chosen.notices) == ("www.acme.test", ())
    assert (fallen.own, fallen.notices) == (
        OWN, ("The address names no host of yours to move to. api.acme.test is shown instead.",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("seen", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:8443", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
    ],
)
def test_addresses_are_compared_without_their_port(seen: str, address: str) -> None:
    assert without_port(seen) == address


def test_the_plan_is_about_the_app_s_own_default_hosts_alone() -> None:
    fleet, old, release = story()
    own, stranger = own_host(fleet), Fleet().host("b.cloud.test")
    client = signed_in(builders.user(Role.APP_OWNER, fleet.customer))

    found = [client.get(f"/apps/{release.app_id}/move/{one.pk}/").status_code for one in (old, own, stranger)]

    assert found == [200, 404, 404]


def test_the_form_for_a_new_endpoint_takes_the_host_from_the_address() -> None:
    fleet, _, _ = story()
    client = signed_in(builders.user(Role.CUSTOMER_ADMIN, fleet.customer))

    response = client.get(f"/environments/{fleet.environment.pk}/endpoints/new/?host={OWN}")

    assert response.context["form"]["host"].value() == OWN
