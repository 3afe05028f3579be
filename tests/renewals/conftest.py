"""An authority, its client, and one host behind nginx that certdash watches, with three apps that pin it."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from certdash.actions.evaluating import evaluate_endpoints, evaluate_releases
from certdash.actions.scheduling import schedule
from certdash.models import App, Customer, Endpoint, Observation, ProbeSchedule, Release, Verdict
from certdash.queries.environments.chains import difference, links_of
from certdash.tasks import probing
from tests.certdash import builders
from tests.certdash.fleet import nsc, upload
from tests.conftest import require
from tests.labs import free_port
from tests.renewals.acme import HOST, Certbot, Directory, nginx, pebble

Pairs = dict[str, bytes | Path]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    require("pebble", shutil.which("pebble"), "pebble")
    with pebble(tmp_path_factory.mktemp("acme") / "pebble") as running:
        yield running


@pytest.fixture
def certbot(directory: Directory, tmp_path: Path) -> Certbot:
    require("certbot", shutil.which("certbot"), "certbot")
    return Certbot(tmp_path / "certbot", directory)


@dataclass
class Site:
    """One watched host. `serve` installs files in nginx, looks once as the product does, and evaluates."""

    folder: Path
    endpoint: Endpoint
    customer: Customer
    port: int
    stack: ExitStack = field(default_factory=ExitStack)

    def serve(self, pairs: Pairs) -> None:
        self.stack.close()
        self.stack.enter_context(nginx(self.folder, self.port, pairs))
        schedule([self.endpoint.pk], now=timezone.now())
        ProbeSchedule.objects.update(next_probe_at=timezone.now(), next_full_probe_at=timezone.now())
        probing.probe_batch()
        evaluate_endpoints([self.endpoint.pk], now=timezone.now())

    def install(self, live: Path) -> None:
        self.serve({"site.pem": live / "fullchain.pem", "site.key": live / "privkey.pem"})

    def app(self, name: str, *pins: str) -> Release:
        """An Android app with these pins."""
        app = App.objects.create(name=name, customer=self.customer, active_users=1000)
        app.environments.add(self.endpoint.environment)
        release = builders.release(app, share=100)
        upload(release, nsc(HOST, *pins), timezone.now())
        evaluate_releases([release.pk], now=timezone.now())
        return release

    def verdicts(self) -> dict[str, str]:
        return dict(Verdict.objects.values_list("release__app__name", "value"))

    def changes(self) -> list[str]:
        """What the history says of each change, oldest first."""
        rows = Observation.objects.filter(chain__isnull=False, profile="ecdsa_first").order_by("first_seen_at", "pk")
        chains = [row.chain_id for row in rows if row.chain_id]
        links = links_of(chains)
        return [difference(links[old], links[new]) for old, new in pairwise(chains)]


@pytest.fixture
def site(directory: Directory, tmp_path: Path, settings: Settings, db: None) -> Iterator[Site]:
    """Its devices trust the authority's first root and no other."""
    require("nginx", shutil.which("nginx", path="/usr/sbin:/usr/bin"), "nginx")
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    settings.PROBE_DEADLINE = timedelta(seconds=5)
    customer, port = builders.customer(), free_port()
    environment = builders.environment(customer)
    endpoint = builders.endpoint(environment, HOST, connect_to=[f"127.0.0.1:{port}"])
    found = Site(tmp_path / "nginx", endpoint, customer, port)
    with found.stack:
        yield found
