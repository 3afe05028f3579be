"""The story on real TLS: every app gets the verdict it was written for; the rotation stops those foretold."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from certdash.actions import probing
from certdash.actions.evaluating import endpoints_of_domain, evaluate_endpoints
from certdash.demo.cast import APPS
from certdash.demo.history import value_at
from certdash.demo.log_ins import LOG_INS, PASSWORD
from certdash.demo.plan import rotate
from certdash.demo.seed import seed
from certdash.management.commands.require_predictions import NOT_YET
from certdash.models import (
    App,
    AuditEntry,
    Customer,
    DailyCount,
    Endpoint,
    Environment,
    Finding,
    Observation,
    PlatformDomain,
    Rotation,
    User,
    VerdictChange,
)
from certdash.probes.engine import Limits, probe
from certdash.probes.guard import parse_networks
from certdash.queries.risk.predictions import compare
from pins.verdict import Value
from tests.labs import free_port, running_lab

pytestmark = pytest.mark.django_db

LIMITS = Limits(timedelta(seconds=10), 200, parse_networks(["127.0.0.0/8"]))
CADENCE = probing.Cadence(timedelta(minutes=1), timedelta(days=1))
VALUES = list(Value)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A seeded story whose lab does not run yet."""
    assert seed(tmp_path, now=timezone.now(), port=free_port()) is True
    return tmp_path


def sweep(folder: Path) -> None:
    """What worker and beat do: probe what is due, record, evaluate what changed and what follows from it."""
    now = timezone.now()
    probing.request_now(list(Endpoint.objects.values_list("pk", flat=True)), now=now)
    batch = probing.claim_batch(now=now, size=500, lease_for=timedelta(minutes=2))
    with running_lab(folder):
        outcomes = probe(batch.targets, LIMITS)
    changed = probing.record_batch(batch, outcomes, now=timezone.now(), cadence=CADENCE)
    for domain_id in evaluate_endpoints(changed, now=timezone.now()):
        evaluate_endpoints(endpoints_of_domain(domain_id), now=timezone.now())


def standing() -> dict[str, Value]:
    return {name: VALUES[badness] for name, badness in App.objects.values_list("name", "badness")}


def test_the_rotation_stops_exactly_the_apps_that_were_foretold(folder: Path) -> None:
    sweep(folder)
    rotate(folder)

    sweep(folder)

    done = Rotation.objects.get(platform_domain__isnull=False, state="done")
    comparison = compare(done)
    assert comparison.misses == ()
    assert (comparison.predicted, comparison.open_cells) == (comparison.actual, 0)
    assert comparison.predicted.apps == 10
    cells = Counter(done.predictions.values_list("predicted", "actual"))
    assert set(cells) == {
        ("ready", "ready"),
        ("will_fail", "failing"),
        ("unprotected", "unprotected"),
        ("unknown", "unknown"),
    }


def test_nothing_rotates_before_something_is_foretold(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refusal:
        call_command("require_predictions")
    assert (refusal.value.code, capsys.readouterr().out) == (1, f"{NOT_YET}\n")

    sweep(folder)

    call_command("require_predictions")


def test_every_app_gets_its_verdict_and_custom_domains_stand_in_every_state(folder: Path) -> None:
    sweep(folder)

    assert standing() == {app.name: app.verdict for app in APPS}
    assert set(standing().values()) == set(Value)
    custom = Finding.objects.filter(endpoint__isnull=False, endpoint__platform_domain=None)
    custom = custom.order_by("endpoint__host", "code")
    assert list(custom.values_list("endpoint__host", "code")) == [
        ("api.hooli.example", "chain_incomplete"),
        ("build.soylent.example", "self_signed"),
        ("dr.umbrella.example", "endpoint_unreachable"),
        ("edge.wayne.example", "chains_differ"),
        ("intranet.stark.example", "lifetime_too_long"),
        ("legacy.initech.example", "expired"),
        ("portal.globex.example", "expires_soon"),
        ("shop.umbrella.example", "name_mismatch"),
        ("shop.vandelay.example", "expires_soon"),
        ("shop.vandelay.example", "name_mismatch"),
        ("shop.vandelay.example", "platform_certificate_on_custom_domain"),
    ]
    media = Observation.objects.filter(endpoint__host="media.hooli.example").order_by("profile")
    assert list(media.values_list("profile", "chain__leaf__key_kind")) == [
        ("ecdsa_first", "EC-P-256"),
        ("rsa_only", "RSA-2048"),
    ]


def test_a_second_seeding_changes_nothing_of_what_the_first_one_promised(folder: Path) -> None:
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    rows = [model.objects.count() for model in (App, AuditEntry, DailyCount, Endpoint, VerdictChange)]

    assert seed(folder, now=timezone.now() + timedelta(days=3)) is False

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
    assert [model.objects.count() for model in (App, AuditEntry, DailyCount, Endpoint, VerdictChange)] == rows
    domain = PlatformDomain.objects.get()
    default = Environment.objects.filter(endpoints__platform_domain=domain)
    assert (Customer.objects.count(), default.count(), App.objects.count()) == (14, 60, 41)
    assert [
        user.check_password(PASSWORD) for user in User.objects.filter(email__in=[one.email for one in LOG_INS])
    ] == [True] * 5
    assert domain.successors.get().kind == "chain"


def test_the_history_ends_at_the_verdicts_of_today() -> None:
    assert {app.name: value_at(app, 0) for app in APPS} == {app.name: app.verdict for app in APPS}
