"""What the next rotation means for an app: answers to its owner's seven questions, with the app's own data."""

from collections.abc import Sequence
from dataclasses import replace

from certdash.models import App
from certdash.queries.apps.changes import afterwards, what_to_change
from certdash.queries.apps.ground import Answer, Ground, Line, by_value, hosts_of, releases_in, releases_of, verb
from certdash.queries.formatting import Part, Sentence, address, day, full_day, listed, span
from certdash.queries.judging.stakes import Kind, Stake
from pins.lifetimes import maximum_days
from pins.verdict import Value

MOST_PLANS = 3
MOST_LATER = 3


def answers(app: App, ground: Ground) -> tuple[Answer, ...]:
    """In the order in which owners ask; none while the app meets no host."""
    if not ground.stakes:
        return ()
    return (
        Answer("Am I affected, and by which host?", _affected(ground)),
        Answer("Whose certificate is it?", _whose(ground)),
        _with_plan(what_to_change(app, ground), ground),
        Answer("Is data at risk?", _data(ground)),
        Answer("Can I opt out?", _opting_out(app, ground)),
        afterwards(app, ground),
        Answer("When is the rotation after that?", _after_that(ground)),
    )


def _with_plan(answer: Answer, ground: Ground) -> Answer:
    return replace(answer, lines=(*answer.lines, Line(ground.plan))) if ground.plan else answer


def _affected(ground: Ground) -> tuple[Line, ...]:
    platform = [_by_platform(value, found, ground) for value, found in by_value(ground.platform).items()]
    own = [_by_own_renewal(value, found, ground) for value, found in by_value(ground.own).items()]
    return (*platform, *own, *([_unwatched(ground)] if ground.external else []))


def _by_platform(value: Value, found: Sequence[Stake], ground: Ground) -> Line:
    hosts, releases, count = hosts_of(found), releases_of(found), releases_in(found)
    share = ground.share_of(found)
    of_users = f", {share} % of your users," if share else ""
    words = {
        Value.FAILING: f"Already: {releases}{of_users} cannot connect to {hosts} today.",
        Value.WILL_FAIL: f"Yes, by {hosts}: {releases}{of_users} {verb(count, 'stops', 'stop')} connecting there when "
        f"it rotates{_when(found, ground).rstrip(',')}.",
        Value.AT_RISK: f"Perhaps, by {hosts}: whether {releases}{of_users} {verb(count, 'keeps', 'keep')} connecting "
        "there is not settled.",
        Value.UNKNOWN: f"Nobody can tell yet what happens at {hosts} to {releases}.",
        Value.UNPROTECTED: f"No: at {hosts} {releases} {verb(count, 'checks', 'check')} no pin in force, and "
        f"{verb(count, 'connects', 'connect')} whatever is served.",
        Value.READY: f"No: at {hosts} every release in use connects before and after it.",
    }
    return Line((Part(words[value]),), value.value)


def _by_own_renewal(value: Value, found: Sequence[Stake], ground: Ground) -> Line:
    hosts, releases, count = hosts_of(found), releases_of(found), releases_in(found)
    calm = f"Not by the platform: {hosts} {_of_your_own(found)}"
    renewal = f"your next renewal{_when(found, ground)}"
    words = {
        Value.FAILING: f"{calm}. But {releases} cannot connect there today.",
        Value.WILL_FAIL: f"{calm}. But {renewal} stops {releases}.",
        Value.AT_RISK: f"{calm}. But {renewal} may stop {releases}.",
        Value.UNKNOWN: f"{calm}. What happens there to {releases} is not known yet.",
        Value.UNPROTECTED: f"{calm}, and {releases} {verb(count, 'checks', 'check')} no pin in force there.",
        Value.READY: f"{calm}, and {renewal} stops no release in use either.",
    }
    return Line((Part(words[value]),), value.value)


def _of_your_own(found: Sequence[Stake]) -> str:
    if all(one.kind is Kind.SELF_MANAGED for one in found):
        return f"{verb(len(found), 'runs', 'run')} on servers of your own"
    return verb(len(found), "serves a certificate of your own", "serve certificates of your own")


def _when(found: Sequence[Stake], ground: Ground) -> str:
    windows = [one.window for one in found if one.window]
    if not windows:
        return ""
    first, last = min(one.earliest for one in windows), max(one.latest for one in windows)
    if first <= ground.now < last:
        return f", any day until {day(last, ground.now)},"
    spans = {(one.earliest, one.latest) for one in windows}
    return f", {span(first, last, ground.now)}," if len(spans) == 1 else f", the first from {day(first, ground.now)},"


def _unwatched(ground: Ground) -> Line:
    hosts = hosts_of(ground.external)
    names = "Your pin files name them" if len(ground.external) > 1 else "Your pin files name it"
    words: list[Part] = [Part(f"Not known at {hosts}. {names}, and nobody watches what is served there: ")]
    link = ground.watch_url(ground.external[0].host)
    words.append(Part("watch it", link) if link else Part("a customer admin can add it to an environment"))
    return Line((*words, Part(".")), Value.UNKNOWN.value)


def _whose(ground: Ground) -> tuple[Line, ...]:
    lines = [_platforms(found) for found in _by_leaf(ground.platform).values()]
    own = [one for one in ground.own if one.kind is not Kind.SELF_MANAGED]
    servers = [one for one in ground.own if one.kind is Kind.SELF_MANAGED]
    lines += [f"{hosts_of(one)} {_of_your_own(one)}: nobody but you renews." for one in (own, servers) if one]
    if ground.external:
        lines.append(f"Of {hosts_of(ground.external)} nothing is on record.")
    return tuple(Line((Part(line),)) for line in lines)


def _by_leaf(found: Sequence[Stake]) -> dict[bytes, list[Stake]]:
    groups: dict[bytes, list[Stake]] = {}
    for one in found:
        groups.setdefault(one.leaf.sha256 if one.leaf else b"", []).append(one)
    return groups


def _platforms(found: Sequence[Stake]) -> str:
    leaf = found[0].leaf
    serve = verb(len(found), "serves", "serve")
    if leaf is None:
        return f"{hosts_of(found)} {verb(len(found), 'is', 'are')} under the platform's domain; nothing was read yet."
    name = leaf.common_name or "a certificate"
    told = f"The platform's: {hosts_of(found)} {serve} {name}, as other customers do, until {full_day(leaf.not_after)}."
    lent = [one for one in found if one.serves_platform_leaf]
    if not lent:
        return told
    return f"{told} {hosts_of(lent)} {verb(len(lent), 'is a domain', 'are domains')} of your own all the same."


def _data(ground: Ground) -> tuple[Line, ...]:
    calm = "No. Where no pin fits, the app refuses the connection before it sends anything: what stops is the service."
    if not any(_is_pinned(one) for one in ground.stakes):
        calm = "Not by the rotation: the next certificate is validated like the one before it."
    open_ = [one for one in ground.stakes if one.value is Value.UNPROTECTED]
    if not open_:
        return (Line((Part(calm),)),)
    check = verb(releases_in(open_), "checks", "check")
    more = (
        f"Apart from any rotation: at {hosts_of(open_)} {releases_of(open_)} {check} no pin, so ordinary validation "
        "alone protects what is sent."
    )
    return Line((Part(calm),)), Line((Part(more),), Value.UNPROTECTED.value)


def _is_pinned(one: Stake) -> bool:
    """As far as is known: some release in use checks pins there."""
    return one.value is not Value.UNPROTECTED and any(row.reason_code != "no_pin_set" for row in one.rows)


def _opting_out(app: App, ground: Ground) -> tuple[Line, ...]:
    lines = []
    if ground.platform:
        ends = [one.leaf.not_after for one in ground.platform if one.leaf]
        by = f", by {full_day(min(ends))} at the latest and on any day before" if ends else ""
        lines.append(
            Line((Part(f"No. The platform replaces its certificate for everybody{by}. "), *_plans(app, ground)))
        )
    if ground.own:
        words = (
            f"There is nothing to opt out of at {hosts_of(ground.own)}: you decide when to renew. A renewal that keeps "
            "the key stops no pin of that key."
        )
        lines.append(Line((Part(words),)))
    return tuple(lines) or (Line((Part("Nobody can tell before the host is watched."),)),)


def _plans(app: App, ground: Ground) -> Sentence:
    """Only for hosts below the platform's domain: an own domain has moved already."""
    hosts = [one for one in ground.platform if one.kind is Kind.PLATFORM and one.endpoint][:MOST_PLANS]
    if not hosts:
        return (Part("Install a certificate of your own on your domain to stop depending on it."),)
    parts = [Part("You can stop depending on it: plan the move of ")]
    for at, one in enumerate(hosts):
        parts += [Part(", ")] if at else []
        parts.append(Part(one.host, address("move", app.pk, one.endpoint.pk if one.endpoint else 0)))
    return (*parts, Part(" to your own domain and certificate."))


def _after_that(ground: Ground) -> tuple[Line, ...]:
    found = next((one for one in (*ground.platform, *ground.own) if one.later), None)
    if found is None:
        return (Line((Part("Not known: it follows from the certificate, and none was read yet."),)),)
    first, *rest = [span(one.earliest, one.latest, ground.now) for one in found.later[:MOST_LATER]]
    whose = "the platform's" if found in ground.platform else f"that of {found.host}"
    then = f", then {listed(rest)}" if rest else ""
    limit = maximum_days(found.later[-1].earliest)
    why = f" Lifetimes shrink: what is issued then may live {limit} days at most." if limit else ""
    return (Line((Part(f"{first} for {whose}{then}.{why}"),)),)
