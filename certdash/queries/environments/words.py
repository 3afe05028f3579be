"""What an environment's page says first, and what the start of a rotation window rests on."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from certdash.models import Endpoint, Environment, Verdict
from certdash.queries.formatting import Part, Sentence, counted, full_day, span
from pins.forecast import WindowEvidence
from pins.verdict import Value

EVIDENCE: Mapping[str, str] = {
    WindowEvidence.ROLLING_OUT: "some addresses already serve the next certificate",
    WindowEvidence.ANNOUNCED: "announced by the owner of the certificate",
    WindowEvidence.REGISTERED: "a successor is registered",
    WindowEvidence.ARI: "the authority suggests this time for the renewal",
    WindowEvidence.LOGGED: "a newer certificate stands in the public logs",
    WindowEvidence.HISTORY: "learned from this owner's earlier rotations",
    WindowEvidence.PLATFORM_RULE: "assumed: platforms rotate within the last 30 days",
    WindowEvidence.LIFETIME_RULE: "assumed: renewals fall into the last third of the lifetime",
    "assumed": "assumed from the certificate's lifetime",
}


def environment_sentence(
    environment: Environment, endpoints: Sequence[Endpoint], verdicts: Sequence[Verdict], now: datetime
) -> Sentence:
    if not endpoints:
        return (Part(f"{environment.name} has no host yet, so nothing is checked. Add its first endpoint."),)
    unread = [one for one in endpoints if one.failure]
    if len(unread) == len(endpoints):
        return (
            Part(f"{environment.name} cannot be read: {unread[0].failure.rstrip('.')}. What its apps meet is unknown."),
        )
    if all(one.chain_id is None for one in endpoints):
        words = "has not been read yet: the first check is on its way, and until then nothing is known about its apps."
        return (Part(f"{environment.name} {words}"),)
    parts = [Part(f"{environment.name} serves {_whose(endpoints)}, which {_when(environment, now)}. ")]
    apps = {one.release.app_id for one in verdicts}
    stop = {one.release.app_id for one in verdicts if one.badness <= Value.WILL_FAIL.badness}
    fail = {one.release.app_id for one in verdicts if one.badness == Value.FAILING.badness}
    parts += _apps(len(apps), len(stop), len(fail))
    if unread:
        parts.append(Part(f" {counted(len(unread), 'host')} cannot be read."))
    return tuple(parts)


def _whose(endpoints: Sequence[Endpoint]) -> str:
    kinds = {one.platform_domain_id is not None for one in endpoints}
    if kinds == {True}:
        return "the platform certificate"
    return "the platform certificate and its own" if len(kinds) == 2 else "its own certificate"


def _when(environment: Environment, now: datetime) -> str:
    if environment.is_rolling_out and environment.window_end:
        return f"is rotating now, until {full_day(environment.window_end)} at the latest"
    if environment.window_start is None or environment.window_end is None:
        return "has no known rotation"
    if environment.window_end < now:
        return f"expired on {full_day(environment.window_end)}"
    window = span(max(environment.window_start, now), environment.window_end, now).replace(" – ", " and ")
    return f"rotates between {window}" if " and " in window else f"rotates {window}"


def _apps(total: int, stop: int, fail: int) -> list[Part]:
    """`fail` of those that stop cannot connect already."""
    if not total:
        return [Part("No app is known to depend on it.")]
    if not stop:
        rest = " depends on it and keeps" if total == 1 else " depend on it and keep"
        return [Part(counted(total, "app"), "#apps"), Part(f"{rest} connecting under the expected change.")]
    if fail:
        more = stop - fail
        then = f"; {more} more {'stops' if more == 1 else 'stop'} with the rotation." if more else "."
        return [Part(f"{fail} of {counted(total, 'app')}", "#apps"), Part(f" cannot connect today{then}")]
    verb = " stops" if stop == 1 else " stop"
    return [Part(f"{stop} of {counted(total, 'app')}", "#apps"), Part(f"{verb} connecting.")]
