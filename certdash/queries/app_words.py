"""What an app's page says first: who stops connecting, until when a fix can ship, and what the rotation means."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from certdash.models import App, Release, Verdict
from certdash.queries.formatting import Part, Sentence, address, day, listed, number
from certdash.queries.standing import effective_value
from certdash.queries.users import users
from certdash.queries.versions import version_key
from pins.verdict import Value

Shares = Mapping[int, Decimal]


@dataclass(frozen=True, slots=True)
class Meaning:
    """One answer of "What this rotation means for you": whose certificate, on which hosts, what to do."""

    title: str
    hosts: str
    text: str
    value: str
    word: str


def sentence(app: App, rows: Sequence[Verdict], shares: Shares, now: datetime) -> Sentence:
    if not rows:
        return (Part(f"Nothing is known about {app.name} yet: upload the pin file of a release to see its verdict."),)
    worst = min((_value(row, now) for row in rows), key=lambda value: value.badness)
    struck = [row for row in rows if _value(row, now) is worst]
    return (Part(f"{app.name} "), *_WORDS[worst](app, struck, rows, shares, now))


def _failing(app: App, struck: Sequence[Verdict], rows: Sequence[Verdict], shares: Shares, now: datetime) -> Sentence:
    who = _who(app, struck, shares, "")
    return (Part("cannot connect for "), *who, Part(": no release can wait for the rotation."))


def _will_fail(app: App, struck: Sequence[Verdict], rows: Sequence[Verdict], shares: Shares, now: datetime) -> Sentence:
    cause = _cause(struck)
    parts = [Part("stops connecting for "), *_who(app, struck, shares), Part(f" when {cause} rotates. ")]
    fixed = _fixed_by(struck, rows)
    by = min((row.ship_by for row in struck if row.ship_by), default=None)
    if by is None:
        return (*parts, Part("No ship-by date is known."))
    if by < now.date():
        passed = "force the update, because" if fixed else "ship it at once and force the update, because"
        has = f"{fixed} has the fix: " if fixed else "A fix is missing: "
        return (*parts, Part(f"{has}{passed} the last safe day was {day(by, now)}."))
    order = f"{fixed} has the fix: get it to users by " if fixed else "Ship a fix by "
    return (*parts, Part(order), Part(day(by, now), address("app", app.pk) + "#matrix"), Part("."))


def _at_risk(app: App, struck: Sequence[Verdict], rows: Sequence[Verdict], shares: Shares, now: datetime) -> Sentence:
    return (Part("may stop connecting for "), *_who(app, struck, shares, ""), Part("; one fact would settle it."))


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


def _fixed_by(struck: Sequence[Verdict], rows: Sequence[Verdict]) -> str:
    """A newer release for the same platform that is ready on every host on which the struck ones stop."""
    stops = {(row.release.platform, row.host) for row in struck}
    if len({platform for platform, _ in stops}) != 1:
        return ""
    newest = max(version_key(row.release) for row in struck)
    ready: dict[Release, set[tuple[str, str]]] = {}
    for row in rows:
        if row.value == Value.READY and version_key(row.release) > newest:
            ready.setdefault(row.release, set()).add((row.release.platform, row.host))
    return next((str(release) for release, cells in ready.items() if stops <= cells), "")


def meanings(rows: Iterable[Verdict], now: datetime) -> tuple[Meaning, ...]:
    """By whose certificate it is: the app's hosts, each group with its worst verdict."""
    default: list[Verdict] = []
    custom: list[Verdict] = []
    external: list[Verdict] = []
    for row in rows:
        group = external if row.endpoint is None else default if row.endpoint.platform_domain_id else custom
        group.append(row)
    found = []
    if custom:
        found.append(_meaning(custom, now, _OWN, _OWN_CALM, _OWN_ALARM))
    if default:
        found.append(_meaning(default, now, _DEFAULT, _DEFAULT_CALM, _DEFAULT_ALARM))
    if external:
        found.append(_external(external))
    return tuple(found)


def _meaning(rows: Sequence[Verdict], now: datetime, title: str, calm: str, alarm: str) -> Meaning:
    worst = min(rows, key=lambda row: (_value(row, now).badness, row.pk))
    value = _value(worst, now)
    stops = value.badness <= Value.AT_RISK.badness
    text = _NOW if value is Value.FAILING else alarm if stops else _OPEN if value is Value.UNKNOWN else calm
    text = text.format(release=worst.release)
    by = min((row.ship_by for row in rows if row.ship_by), default=None)
    word = _word(value, f"ship by {day(by, now)}" if by and by >= now.date() else "")
    return Meaning(title, listed(sorted({row.host for row in rows})), text, value.value, word)


def _word(value: Value, ship_by: str) -> str:
    if value is Value.READY:
        return "no action"
    if value is Value.UNPROTECTED:
        return "your choice"
    return ship_by if ship_by and value is Value.WILL_FAIL else value.value.replace("_", " ")


_NOW = "{release} cannot connect to these hosts today, before any rotation. Repair it now; the cell above says how."
_OPEN = "Nobody can tell yet what the next rotation does to {release} here: the cell above says what is missing."
_OWN = "Your own certificate"
_OWN_CALM = "A rotation of the platform does not touch these hosts. Check the new chain here before your own renewal."
_OWN_ALARM = (
    "A rotation of the platform does not touch these hosts, but your own next renewal does: {release} does not "
    "survive it. Renew with the same key, or ship a release with the next pin first."
)
_DEFAULT = "The default domain's certificate"
_DEFAULT_CALM = (
    "The platform owns this certificate and rotates it. Your releases in use survive the next rotation; keep the "
    "next pin in every later release."
)
_DEFAULT_ALARM = (
    "The platform owns this certificate and rotates it; {release} will not connect after that. Keep the current pin, "
    "add the next one, ship, and plan the move to your own domain and certificate."
)


def _external(rows: Sequence[Verdict]) -> Meaning:
    hosts = listed(sorted({row.host for row in rows}))
    text = "Your pin files name these hosts and nobody watches them, so nothing is known. Add them to an environment."
    return Meaning("Nobody's watch", hosts, text, Value.UNKNOWN.value, "unknown")


def _value(row: Verdict, now: datetime) -> Value:
    if row.endpoint is None:
        return Value(row.value)
    seen = row.endpoint.schedule.last_seen_at if hasattr(row.endpoint, "schedule") else None
    return effective_value(row.value, seen, now)
