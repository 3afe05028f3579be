"""Evaluation: verdicts from what is served, only differing rows written, derived fields, findings."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certdash.actions.evaluating import evaluate_endpoints, evaluate_releases
from certdash.actions.pin_sets import withdraw_pin_set
from certdash.models import Endpoint, Finding, Release, Verdict, VerdictChange
from tests.certdash import builders
from tests.certdash.fleet import (
    BACKUP,
    DAY,
    EXPIRY,
    ISSUING,
    NOW,
    ROOT,
    SIBLING,
    WILDCARD,
    Fleet,
    nsc,
    pin,
    serve,
    upload,
)

pytestmark = pytest.mark.django_db

CUSTOM = ISSUING.leaf("api.acme.test", not_before=NOW - 60 * DAY, not_after=NOW + 120 * DAY)
CUSTOM_NEW = SIBLING.leaf("api.acme.test", not_before=NOW - DAY, not_after=NOW + 180 * DAY)


def verdicts(release: Release) -> list[tuple[str, str, str, str, str]]:
    rows = Verdict.objects.filter(release=release).order_by("host")
    return list(rows.values_list("host", "value", "now", "next", "reason_code"))


def test_a_leaf_pin_on_the_platform_domain_connects_now_and_fails_next() -> None:
    fleet = Fleet()
    endpoint = fleet.host("acme.cloud.test")
    release = fleet.app(nsc("acme.cloud.test", pin(WILDCARD)))
    serve(endpoint, WILDCARD, ISSUING)

    evaluate_endpoints([endpoint.pk], now=NOW)

    assert verdicts(release) == [("acme.cloud.test", "will_fail", "ready", "will_fail", "no_pin_matches")]
    row = Verdict.objects.get(release=release)
    assert (row.badness, row.evidence, row.scenario) == (1, "assumed", "new_key_same_intermediate")
    assert (row.window_start, row.window_end) == (EXPIRY - 30 * DAY, EXPIRY)
    assert row.ship_by == date(2026, 11, 7)


def test_apps_meet_the_endpoints_of_linked_environments_and_the_hosts_that_they_name() -> None:
    fleet = Fleet()
    linked, named, unrelated = (fleet.host(f"{name}.cloud.test") for name in ("linked", "named", "unrelated"))
    release = fleet.app(nsc("named.cloud.test", pin(ROOT)))
    release.app.environments.add(fleet.environment)
    unrelated.environment = builders.environment(fleet.customer)
    unrelated.save()
    for endpoint in (linked, named, unrelated):
        serve(endpoint, WILDCARD, ISSUING)

    evaluate_endpoints([linked.pk, named.pk, unrelated.pk], now=NOW)

    assert verdicts(release) == [
        ("linked.cloud.test", "unprotected", "unprotected", "unprotected", "no_rule_for_host"),
        ("named.cloud.test", "ready", "ready", "ready", "pin_matches"),
    ]


def test_a_host_of_another_customer_is_never_met_through_a_pin_set() -> None:
    fleet = Fleet()
    endpoint = fleet.host("acme.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    stranger = builders.release(builders.app())
    upload(stranger, nsc("acme.cloud.test", pin(WILDCARD)))

    evaluate_endpoints([endpoint.pk], now=NOW)
    evaluate_releases([stranger.pk], now=NOW)

    row = Verdict.objects.get()
    assert (row.release, row.endpoint_id, row.value) == (stranger, None, "unknown")


def test_a_host_that_nobody_watches_is_unknown() -> None:
    fleet = Fleet()
    release = fleet.app(nsc("elsewhere.test", pin(ROOT)))

    evaluate_releases([release.pk], now=NOW)

    assert verdicts(release) == [("elsewhere.test", "unknown", "unknown", "unknown", "unwatched")]
    assert Verdict.objects.get().endpoint is None


def test_a_parent_that_stands_for_watched_subdomains_is_no_host_of_its_own() -> None:
    fleet = Fleet()
    endpoint = fleet.host("acme.cloud.test")
    source = nsc("cloud.test", pin(ROOT)).replace(b"<domain>", b'<domain includeSubdomains="true">')
    release = fleet.app(source)
    release.app.environments.add(fleet.environment)
    serve(endpoint, WILDCARD, ISSUING)

    evaluate_releases([release.pk], now=NOW)

    assert verdicts(release) == [("acme.cloud.test", "ready", "ready", "ready", "pin_matches")]


def test_a_release_without_a_pin_set_is_unknown() -> None:
    fleet = Fleet()
    endpoint = fleet.host("acme.cloud.test")
    release = fleet.app()
    release.app.environments.add(fleet.environment)
    serve(endpoint, WILDCARD, ISSUING)

    evaluate_releases([release.pk], now=NOW)

    assert verdicts(release) == [("acme.cloud.test", "unknown", "unknown", "unknown", "no_pin_set")]


def test_like_hosts_are_judged_once_and_each_sentence_names_its_own() -> None:
    fleet = Fleet()
    endpoints = [fleet.host(f"{name}.cloud.test") for name in ("first", "second")]
    source = nsc("*.cloud.test", pin(BACKUP))
    release = fleet.app(
        source.replace(b"*.cloud.test", b"cloud.test").replace(b"<domain>", b'<domain includeSubdomains="true">')
    )
    release.app.environments.add(fleet.environment)
    for endpoint in endpoints:
        serve(endpoint, WILDCARD, ISSUING)

    evaluate_endpoints([endpoint.pk for endpoint in endpoints], now=NOW)

    sentences = Verdict.objects.order_by("host").values_list("reason", "counterexample__host")
    assert [(host in reason, host) for reason, host in sentences] == [
        (True, "first.cloud.test"),
        (True, "second.cloud.test"),
    ]


def test_an_unchanged_evaluation_writes_no_verdict() -> None:
    fleet = Fleet()
    endpoint = fleet.host("acme.cloud.test")
    fleet.app(nsc("acme.cloud.test", pin(WILDCARD)))
    serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW)

    with CaptureQueriesContext(connection) as queries:
        evaluate_endpoints([endpoint.pk], now=NOW + timedelta(minutes=5))

    writes = [
        query["sql"].partition(" SET ")[0] for query in queries if query["sql"].startswith(("INSERT", "UPD", "DEL"))
    ]
    assert writes == ['UPDATE "certdash_probeschedule"']
    assert Verdict.objects.get().decided_at == NOW


def test_a_first_verdict_is_no_change_and_a_second_one_is() -> None:
    fleet = Fleet()
    endpoint = fleet.host("acme.cloud.test")
    release = fleet.app(nsc("acme.cloud.test", pin(WILDCARD)))
    evaluate_releases([release.pk], now=NOW - DAY)
    serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW)
    upload(release, nsc("acme.cloud.test", pin(ROOT)))

    evaluate_releases([release.pk], now=NOW + DAY)

    changes = VerdictChange.objects.values_list("release", "host", "before", "after", "changed_at")
    assert list(changes) == [(release.pk, "acme.cloud.test", "will_fail", "ready", NOW + DAY)]


def test_cells_that_are_no_more_lose_their_verdicts() -> None:
    fleet = Fleet()
    endpoint = fleet.host("acme.cloud.test")
    release = fleet.app(nsc("acme.cloud.test", pin(WILDCARD)))
    serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW)

    withdraw_pin_set(release.pin_sets.get(), actor=None, now=NOW)
    evaluate_releases([release.pk], now=NOW)

    assert verdicts(release) == []


def test_two_addresses_with_different_chains_fail_on_one_of_them() -> None:
    fleet = Fleet()
    endpoint = fleet.host("api.acme.test")
    release = fleet.app(nsc("api.acme.test", pin(ISSUING)))
    serve(endpoint, CUSTOM, ISSUING, address="192.0.2.1")
    serve(endpoint, CUSTOM_NEW, SIBLING, address="192.0.2.2")

    evaluate_endpoints([endpoint.pk], now=NOW)

    assert verdicts(release) == [("api.acme.test", "failing", "failing", "will_fail", "no_pin_matches")]
    assert Verdict.objects.get().reason.startswith("On 1 of 2 addresses: ")
    found = Finding.objects.filter(endpoint=endpoint).values_list("code", flat=True)
    assert list(found) == ["chains_differ"]
    endpoint.refresh_from_db()
    assert (endpoint.window_start, endpoint.window_evidence) == (NOW.replace(hour=0), "rolling_out")


def test_an_unreachable_endpoint_keeps_its_last_chain_and_turns_unknown() -> None:
    fleet = Fleet()
    endpoint = fleet.host("api.acme.test")
    release = fleet.app(nsc("api.acme.test", pin(ROOT)))
    serve(endpoint, CUSTOM, ISSUING, at=NOW - DAY)
    evaluate_endpoints([endpoint.pk], now=NOW - DAY)
    serve(endpoint)

    evaluate_endpoints([endpoint.pk], now=NOW)

    endpoint.refresh_from_db()
    assert endpoint.chain is not None
    assert endpoint.chain.leaf.sha256 == CUSTOM.facts.sha256.hex()
    assert endpoint.failure == "No answer within 10 seconds."
    assert verdicts(release) == [("api.acme.test", "unknown", "unknown", "unknown", "unreachable")]
    assert list(Finding.objects.filter(endpoint=endpoint).values_list("code", "text")) == [
        ("endpoint_unreachable", "No answer within 10 seconds.")
    ]
    fleet.environment.refresh_from_db()
    assert fleet.environment.badness == 3


def test_a_custom_host_with_the_platforms_certificate_is_a_finding() -> None:
    fleet = Fleet()
    default, custom = fleet.host("acme.cloud.test"), fleet.host("www.acme.test")
    for endpoint in (default, custom):
        serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([default.pk], now=NOW)

    evaluate_endpoints([custom.pk], now=NOW)

    codes = Finding.objects.filter(endpoint=custom).order_by("code").values_list("code", flat=True)
    assert list(codes) == ["expires_soon", "name_mismatch", "platform_certificate_on_custom_domain"]


def test_an_archived_endpoint_has_no_verdict() -> None:
    fleet = Fleet()
    endpoint = fleet.host("acme.cloud.test")
    fleet.app(nsc("acme.cloud.test", pin(ROOT)))
    serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW)
    Endpoint.objects.update(archived_at=NOW)

    evaluate_endpoints([endpoint.pk], now=NOW)

    # Its name stands in the file still, and nobody watches it.
    assert [(row.endpoint_id, row.reason_code) for row in Verdict.objects.all()] == [(None, "unwatched")]
