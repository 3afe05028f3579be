"""What an app's page says first: who stops connecting, and until when a fix can ship."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from certdash.models import App, Verdict
from certdash.queries.formatting import Part, Sentence, address, listed, number
from certdash.queries.judging.stakes import worth
from certdash.queries.risk.fixes import fixed_by, order
from certdash.queries.users import users
from pins.decision import Outcome
from pins.verdict import Value

Shares = Mapping[int, Decimal]


def sentence(
    app: App, rows: Sequence[Verdict], shares: Shares, now: datetime, deciding: Sequence[str] = ()
) -> Sentence:
    if not rows and deciding:
        what = f"The verdict of {deciding[0]} is" if len(deciding) == 1 else f"The verdicts of {listed(deciding)} are"
        return (Part(f"{what} being decided."),)
    if not rows:
        return (Part(f"Nothing is known about {app.name} yet: upload the pin file of a release to see its verdict."),)
    worst = min((worth(row, now) for row in rows), key=lambda value: value.badness)
    struck = [row for row in rows if worth(row, now) is worst]
    return (Part(f"{app.name} "), *_WORDS[worst](app, struck, rows, shares, now))


def _failing(app: App, struck: Sequence[Verdict], rows: Sequence[Verdict], shares: Shares, now: datetime) -> Sentence:
    start = (Part("cannot connect today for "), *_who(app, struck, shares, ""), Part(". "))
    if fixed := fixed_by(struck, rows, half="now"):
        return (*start, Part(str(order(Value.FAILING, fixed, None, now))))
    if all(_is_about_the_chain(row) for row in struck):
        hosts = listed(sorted({row.host for row in struck})[:3])
        change = Part(f"what {hosts} serves has to change", address("verdict", app.pk, struck[0].pk))
        return (*start, Part("No release repairs that: "), change, Part("."))
    return (*start, Part("Ship a fix at once", address("verdict", app.pk, struck[0].pk)), Part("."))


def _is_about_the_chain(row: Verdict) -> bool:
    """Expired, incomplete or for another name: whatever is pinned, no device takes it."""
    return bool(row.counterexample and row.counterexample["outcome"] == Outcome.BLOCKED_BY_CHAIN)


def _will_fail(app: App, struck: Sequence[Verdict], rows: Sequence[Verdict], shares: Shares, now: datetime) -> Sentence:
    cause = _cause(struck)
    parts = [Part("stops connecting for "), *_who(app, struck, shares), Part(f" when {cause} rotates. ")]
    by = min((row.ship_by for row in struck if row.ship_by), default=None)
    told = order(Value.WILL_FAIL, fixed_by(struck, rows), by, now)
    if not told.is_open:
        return (*parts, Part(str(told)))
    return (*parts, Part(told.words), Part(told.day, address("app", app.pk) + "#matrix"), Part("."))


def _at_risk(app: App, struck: Sequence[Verdict], rows: Sequence[Verdict], shares: Shares, now: datetime) -> Sentence:
    start = (Part("may stop connecting for "), *_who(app, struck, shares, ""), Part("; "))
    return (*start, Part("one fact", address("verdict", app.pk, struck[0].pk)), Part(" would settle it."))


def _unknown(app: App, struck: Sequence[Verdict], rows: Sequence[Verdict], shares: Shares, now: datetime) -> Sentence:
    if all(row.reason_code == "no_pin_set" for row in struck):
        missing = listed(list(dict.fromkeys(str(row.release) for row in struck)))
        return (Part(f"is unknown: there is no pin set of {missing}. Upload the pin file of the build."),)
    hosts = listed(sorted({row.host for row in struck})[:3])
    return (Part(f"is unknown on {hosts}: nothing certain can be said before the host is read."),)


def _unprotected(
    app: App, struck: Sequence[Verdict], rows: Sequence[Verdict], shares: Shares, now: datetime
) -> Sentence:
    return (Part("keeps connecting, but for "), *_who(app, struck, shares), Part(" no pin is enforced."))


def _ready(app: App, struck: Sequence[Verdict], rows: Sequence[Verdict], shares: Shares, now: datetime) -> Sentence:
    return (Part("connects now and after the next rotation, on every host and in every release in use."),)


_WORDS = {
    Value.FAILING: _failing,
    Value.WILL_FAIL: _will_fail,
    Value.AT_RISK: _at_risk,
    Value.UNKNOWN: _unknown,
    Value.UNPROTECTED: _unprotected,
    Value.READY: _ready,
}


def _who(app: App, struck: Sequence[Verdict], shares: Shares, end: str = ",") -> Sentence:
    """`91,000 users, 61 % of its users,`; releases count once. `end` is empty where the sentence has its own mark."""
    concerned = {row.release_id: row.release for row in struck}
    share = sum((shares.get(pk, Decimal(0)) for pk in concerned), Decimal(0))
    count = users(app.active_users, share)
    link = address("app", app.pk) + "#matrix"
    if not count:
        return (Part(listed([str(release) for release in concerned.values()]), link),)
    return (Part(f"{number(count)} users", link), Part(f", {round(share)} % of its users{end}"))


def _cause(struck: Sequence[Verdict]) -> str:
    hosts = sorted({row.host for row in struck})
    if all(row.endpoint and row.endpoint.platform_domain_id for row in struck):
        return "the platform certificate"
    return f"the certificate of {hosts[0]}" if len(hosts) == 1 else f"a certificate of its {len(hosts)} hosts"
