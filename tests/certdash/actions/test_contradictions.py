"""What is served against the registered successor: a finding at once, and gone as soon as the two agree."""

import base64
from datetime import timedelta

import pytest

from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.successors import Announcement, register, withdraw
from certdash.models import Endpoint, Finding, Role, Rotation, Successor
from certdash.queries.judging.candidates import Target, read_candidate
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import DAY, EXPIRY, ISSUING, NEXT, NOW, SIBLING, SURPRISE, WILDCARD, Fleet, serve
from tests.pki import Issued, pem

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
LATER = NOW + 2 * DAY
CODE = "successor_contradicted"


def announce(fleet: Fleet, *chain: Issued, host: Endpoint | None = None, at: int = 1) -> Successor:
    target = Target(endpoint=host) if host else Target(platform_domain=fleet.domain)
    announcement = Announcement(NOW + 21 * DAY, EXPIRY)
    when = NOW + at * HOUR
    return register(read_candidate(pem(*chain), target, now=when), target, announcement, actor=None, now=when)


def served(fleet: Fleet, name: str = "a.cloud.test", leaf: Issued = WILDCARD) -> Endpoint:
    endpoint = fleet.host(name)
    serve(endpoint, leaf, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW)
    return endpoint


def told(*endpoints: Endpoint, days: int = 2) -> list[tuple[str, str]]:
    evaluate_endpoints([endpoint.pk for endpoint in endpoints], now=NOW + days * DAY)
    return list(Finding.objects.filter(code=CODE).order_by("pk").values_list("endpoint__host", "text"))


def key(issued: Issued) -> str:
    return f"sha256/{base64.b64encode(issued.facts.spki_sha256).decode()}"


SENTENCE = f"A new certificate is served with the key {key(SURPRISE)}; announced as the next one was {key(NEXT)}."


def test_a_leaf_that_nobody_announced_contradicts_the_announced_one() -> None:
    fleet = Fleet()
    first, second = served(fleet), served(fleet, "b.cloud.test")
    announce(fleet, NEXT, ISSUING)
    assert told(first, second, days=1) == []

    serve(first, SURPRISE, SIBLING, at=LATER)

    assert told(first, second) == [("a.cloud.test", SENTENCE)]


def test_one_address_is_enough() -> None:
    fleet = Fleet()
    host = served(fleet)
    announce(fleet, NEXT, ISSUING)

    serve(host, SURPRISE, SIBLING, at=LATER, address="192.0.2.2")

    assert told(host) == [("a.cloud.test", SENTENCE)]


def test_it_is_over_when_the_announced_one_is_served_after_all() -> None:
    fleet = Fleet()
    host = served(fleet)
    announce(fleet, NEXT, ISSUING)
    serve(host, SURPRISE, SIBLING, at=LATER)
    assert len(told(host)) == 1

    serve(host, NEXT, ISSUING, at=LATER + DAY)

    assert told(host, days=3) == []


@pytest.mark.parametrize("with_another", [False, True])
def test_it_is_over_when_the_successor_is_withdrawn_or_replaced(with_another: bool) -> None:
    fleet = Fleet()
    host = served(fleet)
    successor = announce(fleet, NEXT, ISSUING)
    serve(host, SURPRISE, SIBLING, at=LATER)
    assert len(told(host)) == 1

    if with_another:
        announce(fleet, ISSUING.leaf("*.cloud.test"), ISSUING, at=49)
    else:
        withdraw(successor, actor=None, now=LATER)

    assert told(host) == []


def test_what_was_served_before_the_announcement_and_hosts_that_are_new_contradict_nothing() -> None:
    fleet = Fleet()
    host = served(fleet)
    announce(fleet, NEXT, ISSUING)

    newcomer = fleet.host("new.cloud.test")
    serve(newcomer, WILDCARD, ISSUING, at=LATER)
    serve(host, WILDCARD, ISSUING, at=LATER, address="192.0.2.2")

    assert told(host, newcomer) == []


def test_the_renewal_after_the_announced_one_contradicts_nothing() -> None:
    fleet = Fleet()
    host = served(fleet)
    announce(fleet, NEXT, ISSUING)
    serve(host, NEXT, ISSUING, at=LATER)

    serve(host, SURPRISE, SIBLING, at=LATER + DAY)

    assert told(host, days=3) == []


def test_a_host_that_leaves_for_a_certificate_of_its_own_contradicts_nothing() -> None:
    fleet = Fleet()
    host = served(fleet)
    announce(fleet, NEXT, ISSUING)

    serve(host, ISSUING.leaf("a.cloud.test"), ISSUING, at=LATER)

    assert told(host) == []


def test_a_custom_host_has_its_own_successor() -> None:
    fleet = Fleet()
    before, following = ISSUING.leaf("api.acme.test"), ISSUING.leaf("api.acme.test")
    host, other = served(fleet, "api.acme.test", before), served(fleet, "shop.acme.test", before)
    announce(fleet, following, ISSUING, host=host)
    announce(fleet, NEXT, ISSUING)

    for each in (host, other):
        serve(each, SURPRISE, SIBLING, at=LATER)

    sentence = f"A new certificate is served with the key {key(SURPRISE)}; announced as the next one was "
    assert told(host, other) == [("api.acme.test", f"{sentence}{key(following)}.")]


def test_a_custom_host_whose_next_key_alone_was_registered_is_held_to_that() -> None:
    fleet = Fleet()
    before, following = ISSUING.leaf("api.acme.test"), ISSUING.leaf("api.acme.test")
    host = served(fleet, "api.acme.test", before)
    serve(host, before, ISSUING, address="192.0.2.2")
    target, when = Target(endpoint=host), NOW + HOUR
    candidate = read_candidate(following.public_key_pem, target, now=when)
    register(candidate, target, Announcement(), actor=None, now=when)
    serve(host, ISSUING.renew(following, "api.acme.test"), ISSUING, at=LATER)
    assert told(host) == []

    serve(host, SURPRISE, SIBLING, at=LATER, address="192.0.2.2")

    assert [name for name, _ in told(host)] == ["api.acme.test"]


def test_the_pages_of_the_environment_the_rotation_and_the_findings_show_it() -> None:
    fleet = Fleet()
    hosts = [served(fleet), served(fleet, "b.cloud.test")]
    announce(fleet, NEXT, ISSUING)
    for host in hosts:
        serve(host, SURPRISE, SIBLING, at=LATER)
    told(*hosts)
    client = signed_in(builders.user(Role.PLATFORM_ADMIN))
    rotation = Rotation.objects.get(state="announced")

    page = client.get(f"/rotations/{rotation.pk}/").context["page"]
    environment = client.get(f"/environments/{fleet.environment.pk}/").context["page"]
    listing = client.get("/findings/", {"code": CODE}).context["list"]

    assert [(row.text, row.subject, row.more) for row in page.findings] == [(SENTENCE, "a.cloud.test", "and 1 other")]
    assert [row.subject for row in environment.findings if row.code == CODE] == ["a.cloud.test", "b.cloud.test"]
    assert [(row.text, row.more) for row in listing.rows] == [(SENTENCE, "and 1 other")]
