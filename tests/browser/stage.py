"""A stage for the pages: the demo's story as real servers told it, one of everything beside it, and who looks at it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, ViewportSize

from certdash.actions import probing
from certdash.actions.evaluating import endpoints_of_domain, evaluate_endpoints
from certdash.demo.log_ins import LOG_INS
from certdash.demo.seed import seed
from certdash.models import Endpoint, Rotation, User, Verdict
from certdash.probes.engine import Limits, probe
from certdash.probes.guard import parse_networks
from tests.certdash import builders, visitors
from tests.certdash.visitors import World, patterns
from tests.labs import free_port, running_lab

LIMITS = Limits(timedelta(seconds=10), 200, parse_networks(["127.0.0.0/8"]))
# The pages that have most to say, and those without a route: lists that are filtered or empty, and no page at all.
STORY = {
    "app of the story": "/apps/{app}/",
    "verdict of the story": "/apps/{app}/verdicts/{verdict}/",
    "environment of the story": "/environments/{environment}/",
    "rotation of the story": "/rotations/{rotation}/",
    "hits of a search": "/search/?q=acme",
    "filtered list": "/environments/?status=failing&q=wayne",
    "empty list": "/apps/?q=nothing-has-this-name",
    "no page": "/nowhere/",
}
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
CADENCE = probing.Cadence(timedelta(minutes=1), timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Stage:
    """`people` by role, those of the story where it has them; `addresses` of every route, and of the story's pages."""

    url: str
    people: dict[str, User]
    story: dict[str, User]
    addresses: dict[str, str]
    world: World

    @classmethod
    def built(cls, url: str, folder: Path) -> Self:
        tell(folder)
        world = visitors.build()
        story = {one.role: User.objects.get(email=one.email) for one in LOG_INS}
        return cls(url, world.people, story, world.addresses | _of_the_story(), world)

    def person(self, role: str, page: str) -> User | None:
        """Whom this page is shown to: the matrix has people of its own, for the customer that owns its rows."""
        return self.people.get(role) if page in patterns() else self.story[role]


def tell(folder: Path) -> None:
    """The story of the demo, seeded, probed once and judged."""
    seed(folder, now=timezone.now(), port=free_port())
    now = timezone.now()
    probing.request_now(list(Endpoint.objects.values_list("pk", flat=True)), now=now)
    batch = probing.claim_batch(now=now, size=500, lease_for=timedelta(minutes=2))
    # In a thread of its own: the browser's loop lives in this one.
    with running_lab(folder), ThreadPoolExecutor(1) as aside:
        outcomes = aside.submit(probe, batch.targets, LIMITS).result()
    changed = probing.record_batch(batch, outcomes, now=timezone.now(), cadence=CADENCE)
    for domain_id in evaluate_endpoints(changed, now=timezone.now()):
        evaluate_endpoints(endpoints_of_domain(domain_id), now=timezone.now())


def _of_the_story() -> dict[str, str]:
    verdict = Verdict.objects.filter(badness=1, counterexample__isnull=False).order_by("pk")[0]
    rotation = Rotation.objects.filter(platform_domain__isnull=False).latest("pk")
    environment = Endpoint.objects.get(host="media.hooli.example").environment
    app = verdict.release.app_id
    keys = {"app": app, "verdict": verdict.pk, "environment": environment.pk, "rotation": rotation.pk}
    return {name: address.format(**keys) for name, address in STORY.items()}


def context_of(chromium: Browser, url: str, person: User | None, **options: Any) -> BrowserContext:
    """A browser of its own in which this person has logged in."""
    context = chromium.new_context(**{"viewport": DESK} | options)
    if person is not None:
        name = settings.SESSION_COOKIE_NAME
        value = builders.signed_in(person).cookies[name].value
        context.add_cookies([{"name": name, "value": value, "url": url}])
    return context
