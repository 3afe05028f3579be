"""Judging without storing: previews of pin sets and successors, explanations, ageing, users."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import override_settings

from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import ProbeSchedule, Release, TrustStore, Verdict
from certdash.queries.hosts import concrete_host
from certdash.queries.judging.candidates import Target, read_candidate
from certdash.queries.judging.explaining import explain
from certdash.queries.judging.forecasts import Registered
from certdash.queries.judging.previews import candidate_of, successor_effect
from certdash.queries.judging.subjects import Pinned
from certdash.queries.loading import clients_for, trust_stores
from certdash.queries.risk.predictions import outcome
from certdash.queries.standing import effective_value
from certdash.queries.users import shares
from pins import formats
from pins.decision import Client
from tests.certdash import builders
from tests.certdash.fleet import BACKUP, DAY, ISSUING, NEXT, NOW, ROOT, WILDCARD, Fleet, nsc, pin, serve, upload
from tests.pki import Authority, pem

pytestmark = pytest.mark.django_db


def test_a_candidate_is_judged_on_linked_hosts_and_on_those_it_names_the_worst_first() -> None:
    fleet = Fleet()
    linked, named = fleet.host("linked.cloud.test"), fleet.host("named.cloud.test")
    for endpoint in (linked, named):
        serve(endpoint, WILDCARD, ISSUING)
    app = builders.app(fleet.customer)
    app.environments.add(fleet.environment)
    source = nsc("named.cloud.test", pin(WILDCARD)).replace(b"</domain>", b"</domain><domain>new.test</domain>")

    rows = candidate_of([Pinned(formats.read(source), (Client.ANDROID_NSC,))], app, now=NOW).rows

    assert [(row.host, row.endpoint_id, row.verdict.value, row.verdict.reason.code) for row in rows] == [
        ("named.cloud.test", named.pk, "will_fail", "no_pin_matches"),
        ("new.test", None, "unknown", "unwatched"),
        ("linked.cloud.test", linked.pk, "unprotected", "no_rule_for_host"),
    ]
    assert list(Verdict.objects.all()) == []


def test_the_effect_of_a_successor_is_shown_before_it_is_registered() -> None:
    fleet = Fleet()
    for name in ("a", "b", "c"):
        serve(fleet.host(f"{name}.cloud.test"), WILDCARD, ISSUING)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD), pin(BACKUP)), users=400)
    saved = fleet.app(nsc("b.cloud.test", pin(WILDCARD), pin(NEXT)), users=300)
    fleet.app(nsc("c.cloud.test", pin(ROOT)), users=200)
    candidate = read_candidate(pem(NEXT, ISSUING), Target(platform_domain=fleet.domain), now=NOW)

    effect = successor_effect(Registered(candidate.announced), platform_domain=fleet.domain, now=NOW)

    assert effect.endpoints == 3
    counts = {value.value: (effect.before[value], effect.after[value]) for value in effect.before}
    assert counts == {
        "failing": (0, 0),
        "will_fail": (0, 1),
        "at_risk": (2, 0),
        "unknown": (0, 0),
        "unprotected": (0, 0),
        "ready": (1, 2),
    }
    assert [(cell.host, cell.before, cell.after, cell.users) for cell in effect.changed] == [
        ("a.cloud.test", "at_risk", "will_fail", 400),
        ("b.cloud.test", "at_risk", "ready", 300),
    ]
    assert effect.changed[1].release_id == saved.pk
    assert effect.users_who_stop == 400
    assert list(Verdict.objects.all()) == []


def test_an_explanation_has_the_decisions_the_pins_and_the_age_of_the_data() -> None:
    fleet = Fleet()
    endpoint = fleet.host("a.cloud.test")
    release = fleet.app(nsc("a.cloud.test", pin(WILDCARD)))
    serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW)
    row = Verdict.objects.select_related("release__app", "endpoint").get()

    found = explain(row, now=NOW + DAY)

    assert (found.verdict.value, found.verdict.reason.text) == (row.value, row.reason)
    assert [(one.decision.outcome, one.decision.trust_store) for one in found.decisions("now")] == [
        ("connects", "fleet")
    ]
    assert [(one.client, one.pin.text, one.identity.label) for one in found.pins] == [
        ("android_nsc", pin(WILDCARD), "*.cloud.test")
    ]
    assert (found.seen_at, found.is_stale) == (NOW, True)
    assert list(found.by_store("now")) == ["fleet"]
    assert found.stored.release == release


def test_a_store_that_disagrees_makes_it_a_risk() -> None:
    fleet = Fleet()
    TrustStore.objects.create(name="other", pem=Authority.root("Other").pem.decode())
    endpoint = fleet.host("a.cloud.test")
    fleet.app(nsc("a.cloud.test", pin(ROOT)))
    serve(endpoint, WILDCARD, ISSUING)

    evaluate_endpoints([endpoint.pk], now=NOW)

    row = Verdict.objects.get()
    assert (row.value, row.now, row.reason_code) == ("at_risk", "at_risk", "depends_on_trust_store")


def test_a_file_for_both_platforms_is_decided_on_the_releases_own() -> None:
    both = ["outsystems_android", "outsystems_ios"]

    assert clients_for("android", both) == (Client.OUTSYSTEMS_ANDROID,)
    assert clients_for("ios", both) == (Client.OUTSYSTEMS_IOS,)
    assert clients_for("ios", ["okhttp"]) == (Client.OKHTTP,)


def test_without_any_store_on_record_the_built_in_one_counts() -> None:
    assert [store.name for store in trust_stores()] == ["certifi"]
    TrustStore.objects.create(name="certifi", is_in_scope=False)
    assert trust_stores() == ()


@override_settings(PROBE_INTERVAL=timedelta(minutes=15), STALE_AFTER_INTERVALS=4)
@pytest.mark.parametrize(
    ("stored", "age", "worth"),
    [
        ("ready", timedelta(minutes=60), "ready"),
        ("ready", timedelta(minutes=61), "unknown"),
        ("unprotected", timedelta(minutes=61), "unknown"),
        ("will_fail", timedelta(days=3), "will_fail"),
        ("ready", None, "unknown"),
    ],
)
def test_age_takes_the_green_away_and_nothing_else(stored: str, age: timedelta | None, worth: str) -> None:
    assert effective_value(stored, None if age is None else NOW - age, NOW) == worth


@pytest.mark.parametrize(
    ("predicted", "actual", "found"),
    [
        ("will_fail", "", "open"),
        ("will_fail", "failing", "right"),
        ("ready", "unprotected", "right"),
        ("ready", "failing", "wrong"),
        ("will_fail", "ready", "wrong"),
        ("at_risk", "failing", "unsettled"),
        ("ready", "unknown", "unsettled"),
    ],
)
def test_predicted_against_actual(predicted: str, actual: str, found: str) -> None:
    assert outcome(predicted, actual) == found


@pytest.mark.parametrize(
    ("pattern", "host"),
    [
        ("API.Acme.test", "api.acme.test"),
        (" api.acme.test. ", "api.acme.test"),
        ("bücher.test", "xn--bcher-kva.test"),
        ("*.acme.test", ""),
        ("**.acme.test", ""),
        ("https://acme.test/", ""),
    ],
)
def test_the_host_that_a_pattern_names(pattern: str, host: str) -> None:
    assert concrete_host(pattern) == host


def test_unknown_shares_divide_what_the_known_ones_leave() -> None:
    app = builders.app()
    known = builders.release(app, "1", share=40)
    first, second = builders.release(app, "2"), builders.release(app, "3")
    retired = builders.release(app, "0", share=50, retired_at=NOW)

    found = shares(Release.objects.filter(app=app))

    assert found == {known.pk: Decimal(40), first.pk: Decimal(30), second.pk: Decimal(30)}
    assert retired.pk not in found


def test_the_cost_of_an_evaluation_does_not_grow_with_the_number_of_hosts() -> None:
    """Statements, not time: what is per endpoint is done in bulk."""
    fleet = Fleet()
    keys = []
    for number in range(6):
        endpoint = fleet.host(f"host{number}.cloud.test")
        serve(endpoint, WILDCARD, ISSUING)
        upload(fleet.app(), nsc(endpoint.host, pin(WILDCARD)))
        keys.append(endpoint.pk)

    def statements(chosen: list[int]) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            evaluate_endpoints(chosen, now=NOW)
        return len(queries)

    evaluate_endpoints(keys, now=NOW)
    Verdict.objects.all().delete()
    alone = statements(keys[:1])
    Verdict.objects.all().delete()

    assert statements(keys) == alone
    assert ProbeSchedule.objects.count() == 6
