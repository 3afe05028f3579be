"""Hosts that pin files name: whether somebody watches them is told as soon as it changes, not hours later."""

import pytest

from certdash.actions.environments import archive_endpoint, restore_endpoint, save_endpoint
from certdash.actions.evaluating import evaluate_endpoints, evaluate_releases
from certdash.actions.platform_domains import save_platform_domain
from certdash.models import App, Endpoint, PlatformDomain, ProbeSchedule, Release, Verdict
from pins.verdict import Value
from tests.certdash.fleet import ISSUING, NOW, ROOT, WILDCARD, Fleet, nsc, pin, serve

pytestmark = pytest.mark.django_db


def two_hosts() -> tuple[Endpoint, Endpoint, Release]:
    """An app that is ready on both of the hosts that its files name."""
    fleet = Fleet()
    first, second = fleet.host("a.cloud.test"), fleet.host("b.cloud.test")
    for endpoint in (first, second):
        serve(endpoint, WILDCARD, ISSUING)
    release = fleet.app(both())
    evaluate_endpoints([first.pk, second.pk], now=NOW)
    return first, second, release


def both() -> bytes:
    rules = "".join(nsc(host, pin(ROOT)).decode()[25:-26] for host in ("a.cloud.test", "b.cloud.test"))
    return f"<network-security-config>{rules}</network-security-config>".encode()


def cells(release: Release) -> list[tuple[str, bool, str]]:
    """Host, whether it is watched, verdict."""
    rows = Verdict.objects.filter(release=release).order_by("host")
    return [(row.host, row.endpoint_id is not None, row.value) for row in rows]


def standing(release: Release) -> int:
    return App.objects.get(pk=release.app_id).badness


READY = [("a.cloud.test", True, "ready"), ("b.cloud.test", True, "ready")]


def test_an_app_whose_host_is_archived_is_green_no_more() -> None:
    _, second, release = two_hosts()
    before = cells(release), standing(release)

    archive_endpoint(second, actor=None, now=NOW)
    evaluate_endpoints([second.pk], now=NOW)

    assert before == (READY, Value.READY.badness)
    assert cells(release) == [("a.cloud.test", True, "ready"), ("b.cloud.test", False, "unknown")]
    assert standing(release) == Value.UNKNOWN.badness


def test_a_host_that_is_watched_again_is_unknown_no_more() -> None:
    _, second, release = two_hosts()
    archive_endpoint(second, actor=None, now=NOW)
    evaluate_endpoints([second.pk], now=NOW)

    restore_endpoint(second, actor=None, now=NOW)
    serve(second, WILDCARD, ISSUING)
    evaluate_endpoints([second.pk], now=NOW)

    assert (cells(release), standing(release)) == (READY, Value.READY.badness)


def test_a_host_that_was_named_before_it_was_registered_stands_once() -> None:
    fleet = Fleet()
    release = fleet.app(nsc("late.cloud.test", pin(ROOT)))
    evaluate_releases([release.pk], now=NOW)
    before = cells(release)

    endpoint = fleet.host("late.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW)

    assert before == [("late.cloud.test", False, "unknown")]
    assert cells(release) == [("late.cloud.test", True, "ready")]


def test_the_name_that_a_moved_host_had_is_watched_by_nobody() -> None:
    _, second, release = two_hosts()
    second.host = "c.cloud.test"

    save_endpoint(second, actor=None, now=NOW)
    evaluate_endpoints([second.pk], now=NOW)

    assert cells(release) == [("a.cloud.test", True, "ready"), ("b.cloud.test", False, "unknown")]


def test_hosts_that_change_sides_with_a_new_platform_domain_wait_for_an_evaluation() -> None:
    fleet = Fleet()
    moved, other = fleet.host("a.else.test"), fleet.host("b.cloud.test")

    save_platform_domain(PlatformDomain(domain="else.test"), actor=None, now=NOW)

    waiting = ProbeSchedule.objects.exclude(unevaluated_since=None).values_list("pk", flat=True)
    assert (list(waiting), other.pk in waiting) == ([moved.pk], False)


def test_a_quote_in_a_host_that_a_file_names_stops_nobodys_evaluation() -> None:
    fleet = Fleet()
    release = fleet.app(nsc('x"y.test', "AAAA"))
    evaluate_releases([release.pk], now=NOW)
    created = Verdict.objects.get()

    Verdict.objects.update(reason="as it was")
    evaluate_releases([release.pk], now=NOW)
    updated = Verdict.objects.get()

    for row in (created, updated):
        assert row.counterexample
        assert (row.host, row.counterexample["host"], row.reason_code) == ('x"y.test', 'x"y.test', created.reason_code)
