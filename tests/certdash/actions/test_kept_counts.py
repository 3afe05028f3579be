"""Whatever people and workers do, in whatever order: what is kept beside the rows equals a count from scratch."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from certdash.actions.apps import archive_app, restore_app, save_app, save_release
from certdash.actions.customers import archive_customer, restore_customer
from certdash.actions.environments import (
    archive_endpoint,
    archive_environment,
    restore_endpoint,
    restore_environment,
    save_endpoint,
    save_environment,
)
from certdash.actions.evaluating import endpoints_of_domain, evaluate_endpoints, evaluate_releases, refresh_kept
from certdash.actions.standing import refresh
from certdash.models import (
    App,
    Certificate,
    Customer,
    Endpoint,
    Environment,
    Observation,
    Release,
    Rotation,
    RotationState,
    Serving,
    Stake,
    StandingCount,
    Verdict,
)
from tests.certdash import builders
from tests.certdash import fleet as of
from tests.certdash.fleet import NOW, Fleet, nsc, pin, serve, upload

pytestmark = pytest.mark.django_db

STEPS = 200
CHAINS = ((of.WILDCARD, of.ISSUING), (of.NEXT, of.ISSUING), (of.SURPRISE, of.SIBLING), ())
PINS = (of.WILDCARD, of.NEXT, of.ROOT, of.BACKUP, of.ISSUING)
OPEN = (RotationState.PLANNED, RotationState.ANNOUNCED, RotationState.UNDER_WAY)
Rows = Counter[tuple[Any, ...]]


@dataclass
class Story:
    """Two customers on one platform domain. `waiting` is what the views have asked workers for, in no order."""

    dice: Random
    fleets: list[Fleet] = field(default_factory=lambda: [Fleet(), Fleet()])
    waiting: list[Callable[[], None]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for at, fleet in enumerate(self.fleets):
            hosts = [f"a{at}.cloud.test", f"b{at}.cloud.test", f"own{at}.test"]
            for host in hosts:
                serve(fleet.host(host), of.WILDCARD, of.ISSUING)
            for users, host in zip((1000, 300), (hosts[0], hosts[2]), strict=True):
                release = fleet.app(nsc(host, pin(of.WILDCARD)), users=users, share=60)
                builders.release(release.app, "2.0", share=40)
        self.evaluate(list(Endpoint.objects.all()))
        self.decide(list(Release.objects.all()))

    def step(self) -> None:
        action = self.dice.choice(ACTIONS)
        self.told.append(action.__name__)
        action(self)

    def any(self, model: type[Any], **having: Any) -> Any:
        return self.dice.choice(model.objects.filter(**having).order_by("pk"))

    def evaluate(self, endpoints: list[Endpoint]) -> None:
        keys = [endpoint.pk for endpoint in endpoints]
        self.waiting.append(lambda: self.follow(evaluate_endpoints(keys, now=NOW)))

    def decide(self, releases: list[Release]) -> None:
        keys = [release.pk for release in releases]
        self.waiting.append(lambda: self.follow(evaluate_releases(keys, now=NOW)))

    def follow(self, domains: frozenset[int]) -> None:
        for pk in domains:
            self.waiting.append(lambda pk=pk: self.follow(evaluate_endpoints(endpoints_of_domain(pk), now=NOW)))  # type: ignore[misc]

    def work(self) -> None:
        if self.waiting:
            self.waiting.pop(self.dice.randrange(len(self.waiting)))()

    def finish(self) -> None:
        while self.waiting:
            self.work()


def read_a_host(story: Story) -> None:
    endpoint = story.any(Endpoint, schedule__isnull=False) if Endpoint.objects.filter(schedule__isnull=False) else None
    if endpoint:
        serve(endpoint, *story.dice.choice(CHAINS), address=story.dice.choice(("192.0.2.1", "192.0.2.2")))
        story.evaluate([endpoint])


def rotate(story: Story) -> None:
    chain = story.dice.choice(CHAINS[:3])
    endpoints = list(Endpoint.objects.filter(schedule__isnull=False, platform_domain__isnull=False))
    for endpoint in endpoints:
        serve(endpoint, *chain)
    story.evaluate(endpoints)


def upload_a_file(story: Story) -> None:
    release = story.any(Release)
    host = story.any(Endpoint, environment__customer=release.app.customer_id).host
    upload(release, nsc(host, *(pin(one) for one in story.dice.sample(PINS, story.dice.randint(1, 2)))))
    story.decide([release])


def edit_a_release(story: Story) -> None:
    release = story.any(Release)
    release.retired_at = story.dice.choice((None, NOW))
    release.share = story.dice.choice((None, 0, 1, 40))
    save_release(release, actor=None, now=NOW)
    story.decide([release])


def edit_an_app(story: Story) -> None:
    app = story.any(App)
    app.active_users = story.dice.choice((0, 50, 2000))
    own = list(Environment.objects.filter(customer=app.customer_id))
    save_app(app, story.dice.sample(own, story.dice.randint(0, len(own))), actor=None, now=NOW)
    story.decide(list(app.releases.all()))


def register_an_app(story: Story) -> None:
    app = App(customer=story.any(Customer), name=f"App {story.dice.random()}", active_users=70)
    save_app(app, [], actor=None, now=NOW)
    story.decide([builders.release(app)])


def flip_an_app(story: Story) -> None:
    app = story.any(App)
    (restore_app if app.archived_at else archive_app)(app, actor=None, now=NOW)
    story.decide(list(app.releases.all()))


def flip_a_host(story: Story) -> None:
    endpoint = story.any(Endpoint)
    (restore_endpoint if endpoint.archived_at else archive_endpoint)(endpoint, actor=None, now=NOW)
    story.evaluate([endpoint])


def flip_an_environment(story: Story) -> None:
    environment = story.any(Environment)
    flip = restore_environment if environment.archived_at else archive_environment
    flip(environment, actor=None, now=NOW)
    story.evaluate(list(environment.endpoints.all()))


def flip_a_customer(story: Story) -> None:
    customer = story.any(Customer)
    (restore_customer if customer.archived_at else archive_customer)(customer, actor=None, now=NOW)
    # What is back is read at once, and found to differ from nothing.
    story.evaluate(list(Endpoint.objects.filter(environment__customer=customer)))
    story.decide(list(Release.objects.filter(app__customer=customer)))


def move_a_host(story: Story) -> None:
    endpoint = story.any(Endpoint, archived_at=None)
    name = f"{story.dice.choice('mnopq')}{story.dice.randrange(100)}"
    endpoint.host = f"{name}.{story.dice.choice(('cloud.test', 'else.test'))}"
    save_endpoint(endpoint, actor=None, now=NOW)
    story.evaluate([endpoint])


def move_an_environment(story: Story) -> None:
    environment = story.any(Environment)
    environment.name = f"stage {story.dice.randrange(1000)}"
    save_environment(environment, actor=None, now=NOW)


ACTIONS: tuple[Callable[[Story], None], ...] = (
    *[Story.work] * 4,
    *(read_a_host, read_a_host, rotate, upload_a_file, upload_a_file, edit_a_release, edit_an_app, register_an_app),
    *(flip_an_app, flip_a_host, flip_an_environment, flip_a_customer, move_a_host, move_an_environment),
)


def apps_kept() -> Rows:
    rows = StandingCount.objects.values_list("customer", "platform_domain", "badness", "ship_by", "apps", "users")
    return Counter(tuple(row) for row in rows)


def apps_counted() -> Rows:
    found: dict[tuple[Any, ...], list[int]] = {}
    for app in App.objects.filter(archived_at=None, customer__archived_at=None):
        stakes = Stake.objects.filter(app=app).exclude(platform_domain=None)
        places = stakes.values_list("platform_domain", "badness", "ship_by")
        for place in ((None, app.badness, None), *places):
            for customer in (None, app.customer_id):
                found.setdefault((customer, *place), []).append(app.users_at_risk)
    return Counter((*key, len(users), sum(users)) for key, users in found.items())


def hosts_kept() -> Rows:
    rows = Serving.objects.exclude(hosts=0).values_list("certificate", "customer", "hosts")
    served = Certificate.objects.filter(is_served=True).values_list("pk")
    return Counter([*(tuple(row) for row in rows), *(tuple(row) for row in served)])


def hosts_counted() -> Rows:
    hosts: dict[tuple[int, int], set[int]] = {}
    for one in Observation.objects.filter(ended_at=None, endpoint__schedule__isnull=False).exclude(chain=None):
        assert one.chain
        for certificate in one.chain.certificates.all():
            place = certificate.pk, one.endpoint.environment.customer_id
            hosts.setdefault(place, set()).add(one.endpoint_id)
    served = {(certificate,) for certificate, _ in hosts}
    return Counter([*((*place, len(found)) for place, found in hosts.items()), *served])


def stopping_kept() -> set[int]:
    return set(Rotation.objects.filter(is_stopping=True).values_list("pk", flat=True))


def stopping_counted() -> set[int]:
    cells = list(
        Verdict.objects.filter(badness__lte=1, release__retired_at=None, release__app__archived_at=None).exclude(
            endpoint=None
        )
    )
    cells = [cell for cell in cells if cell.release.share is None or cell.release.share >= 1]
    return {one.pk for one in Rotation.objects.filter(state__in=OPEN) if any(_stops(one, cell) for cell in cells)}


def _stops(rotation: Rotation, cell: Verdict) -> bool:
    endpoint = cell.endpoint
    if endpoint is None or endpoint.archived_at:
        return False
    if rotation.platform_domain_id:
        is_here = endpoint.platform_domain_id == rotation.platform_domain_id
    else:
        is_here = endpoint.pk == rotation.endpoint_id
    is_leaving = endpoint.chain is not None and endpoint.chain.leaf_id == rotation.leaf_id
    return is_here and (is_leaving or (cell.badness == 0 and rotation.state == RotationState.UNDER_WAY))


def derived() -> dict[str, list[Any]]:
    """What lists show of rows in force."""
    live = {"archived_at": None, "customer__archived_at": None}
    hosts = ("pk", "badness", "app_count", "affected_count")
    return {
        "apps": sorted(App.objects.filter(**live).values_list("pk", "badness", "users_at_risk", "ship_by")),
        "environments": sorted(Environment.objects.filter(**live).values_list(*hosts)),
        "stakes": sorted(Stake.objects.values_list("app", "platform_domain", "endpoint", "badness"), key=str),
        "stopping": sorted(stopping_kept()),
    }


def cells() -> list[Any]:
    """Which releases in force meet which hosts."""
    rows = Verdict.objects.filter(release__app__archived_at=None, release__app__customer__archived_at=None)
    return sorted(rows.values_list("release", "endpoint", "host"), key=str)


@pytest.mark.parametrize("seed", range(2))
def test_what_is_kept_equals_a_count_from_scratch_after_every_step(seed: int) -> None:
    story = Story(Random(seed))
    story.finish()

    for _ in range(STEPS):
        story.step()

        assert apps_kept() == apps_counted(), story.told
        assert hosts_kept() == hosts_counted(), story.told
        if not story.waiting:
            assert stopping_kept() == stopping_counted(), story.told


@pytest.mark.parametrize("seed", range(2, 4))
def test_once_workers_are_done_nothing_is_left_for_the_evaluation_of_everything(seed: int) -> None:
    story = Story(Random(seed))
    for _ in range(STEPS // 10):
        for _ in range(10):
            story.step()
        story.finish()
        settled, met = derived(), cells()

        refresh(now=NOW)
        refresh_kept()
        again = derived()
        evaluate_endpoints(Endpoint.objects.filter(schedule__isnull=False).values_list("pk", flat=True), now=NOW)
        evaluate_releases(Release.objects.values_list("pk", flat=True), now=NOW)

        assert stopping_kept() == stopping_counted(), story.told
        assert again == settled, story.told
        assert cells() == met, story.told
