"""What notices say: what, so what, what to do. Pure: facts come in as values, sentences go out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from certdash.queries.formatting import about, clock, counted, day, full_day, listed, span
from certdash.queries.notices.drafts import Words
from pins.thresholds import PASSED
from pins.verdict import Value

MOST_NAMED = 3
LONGEST_NAME = 80
VERBS = {Value.FAILING: "is failing", Value.WILL_FAIL: "will fail", Value.AT_RISK: "is at risk"}
STATES = {
    **VERBS,
    Value.UNKNOWN: "is unknown",
    Value.UNPROTECTED: "connects without a pin in force",
    Value.READY: "is ready",
}
SURPRISES = {
    "unannounced": "Nobody had announced it.",
    "another_certificate": "The certificate is not the one that was announced.",
    "early": "It began before the day that was expected.",
}


def named(names: Sequence[str]) -> str:
    """The first few by name, the others by number."""
    if len(names) <= MOST_NAMED + 1:
        return listed(names)
    return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED:,} more"


def short(name: str) -> str:
    """A host of 253 characters would leave no room in a subject."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def app_worse(name: str, customer: str, value: Value, users: int, reason: str, ship_by: date | None) -> Words:
    reach = f"; about {about(users)} users are concerned" if users else ""
    what = f"{name} of {customer} {VERBS[value]}{reach}."
    if value is Value.FAILING:
        to_do = "Ship a release that pins what is served now; the app's page has the corrected file."
    elif value is Value.AT_RISK:
        to_do = "The app's page says which one fact would settle it."
    else:
        until = f" before {full_day(ship_by)}" if ship_by else ""
        to_do = f"Ship a release with the next pin{until}; the app's page has the corrected file."
    return Words(f"{short(name)} {VERBS[value]}", what, reason, to_do)


def ship_by(name: str, customer: str, last: date, step: int, users: int, now: datetime) -> Words:
    left = (last - now.date()).days
    reach = f"its {about(users)} or so users" if users else "its users"
    if step == PASSED:
        what = f"The last safe day to ship a fix for {name} of {customer} was {full_day(last)}."
        so_what = f"A fix that ships now reaches only a part of {reach} before the change; the others stop."
        return Words(f"{short(name)}: ship-by date passed", what, so_what, "Ship at once, and tell those who wait.")
    when = "today" if left == 0 else f"in {counted(left, 'day')}"
    what = f"The last safe day to ship a fix for {name} of {customer} is {full_day(last)}, {when}."
    so_what = f"If it ships later, a part of {reach} lacks it when the certificate changes, and stops connecting."
    to_do = "Ship the corrected file from the app's page, or acknowledge the rotation with your plan."
    return Words(f"{short(name)}: ship by {day(last, now)}", what, so_what, to_do)


def successor_announced(name: str, start: datetime | None, end: datetime | None, source: str, now: datetime) -> Words:
    when = f" It changes {span(start, end, now)}." if start and end else ""
    origin = f" Source: {source}" if source else ""
    return Words(
        f"Next certificate of {short(name)} announced",
        f"The next certificate of {name} is known.{when}{origin}",
        "Every verdict on its hosts is decided against it from now on.",
        "See on its page which apps stop, and ship their fix in time.",
    )


def successor_logged(name: str) -> Words:
    return Words(
        f"Next certificate of {short(name)} seen in a public log",
        f"A newer certificate for {name} stands in Certificate Transparency and is not served yet.",
        "It was issued to be installed, possibly any day: every verdict on its hosts is decided against it now.",
        "See on its page which apps stop, and ask its owner when it will be installed.",
    )


def successor_withdrawn(name: str, *, is_logged: bool = False) -> Words:
    if is_logged:
        return Words(
            f"Logged certificate of {short(name)} set aside",
            f"The certificate of {name} that was found in Certificate Transparency is not expected any more.",
            "What comes next is assumed again, so verdicts may turn.",
            "Keep the pins that you have shipped; look at the verdicts again once the next one is announced.",
        )
    return Words(
        f"Announced certificate of {short(name)} withdrawn",
        f"The announced certificate of {name} was withdrawn.",
        "What comes next is assumed again, so verdicts may turn.",
        "Keep the pins that you have shipped; look at the verdicts again once the next one is announced.",
    )


def rotation_cancelled(name: str, reason: str, not_after: datetime, *, had_successor: bool) -> Words:
    withdrawn = "What was announced for it is withdrawn, so verdicts may turn. " if had_successor else ""
    return Words(
        f"Rotation of {short(name)} called off",
        f"The planned rotation of {name} was called off: {reason}",
        f"{withdrawn}Its certificate still expires on {full_day(not_after)}, so another rotation comes by then.",
        "Keep the pins that you have shipped; look at the verdicts again once the next rotation is announced.",
    )


def rotation_began(name: str, began_at: datetime, why: str, apps: int) -> Words:
    what = f"{name} serves another certificate since {clock(began_at)}."
    stops = f"{counted(apps, 'app')} {'was' if apps == 1 else 'were'} predicted to stop." if apps else ""
    so_what = " ".join(filter(None, (SURPRISES.get(why, ""), stops or "No app was predicted to stop.")))
    if why:
        to_do = "Compare the served chain with your pins on its page; where an app stops, ship its corrected file now."
        return Words(f"Unexpected: {short(name)} rotates", what, so_what, to_do)
    to_do = "Nothing, unless an app of yours is named on its page." if not apps else "Follow the apps on its page."
    return Words(f"{short(name)} rotates", what, so_what, to_do)


def rotation_done(name: str, predicted: int, actual: int, settled: int, misses: Sequence[str], wrong: int) -> Words:
    """Misses come first: they are what one learns from."""
    what = f"The rotation of {name} is done."
    counts = f"Predicted {counted(predicted, 'app')} to stop, actual {actual:,}."
    if not settled:
        so_what = "No prediction could be held against it."
    elif wrong:
        more = f" and {wrong - len(misses):,} more" if wrong > len(misses) else ""
        so_what = f"{wrong:,} of {counted(settled, 'prediction')} came out wrong: {'; '.join(misses)}{more}. {counts}"
    else:
        so_what = f"Every prediction that could be told came true. {counts}"
    to_do = "Ship the corrected file of the apps that stopped." if actual else "Nothing more. Old pins can be dropped."
    return Words(f"{short(name)} has rotated", what, so_what, to_do)


def certificate_expires(hosts: Sequence[str], not_after: datetime, step: int, now: datetime) -> Words:
    left = (not_after - now).days
    share = {3: "third", 6: "sixth", 12: "twelfth"}[step]
    if not_after <= now:
        what = f"The certificate of {named(hosts)} expired on {full_day(not_after)}."
        so_what = "Nothing connects any more until it is renewed; with a new key, apps that pin the old one stay out."
        subject = f"Certificate of {short(hosts[0])} expired"
    else:
        what = (
            f"The certificate of {named(hosts)} expires on {full_day(not_after)}, in {counted(left, 'day')}; "
            f"less than a {share} of its lifetime is left."
        )
        so_what = "Without a renewal nothing connects then; with a new key, apps that pin the old one stop."
        subject = f"Certificate of {short(hosts[0])} expires {day(not_after, now)}"
    return Words(
        subject,
        what,
        so_what,
        "Renew it, and register the new certificate here first to see which pins it breaks.",
    )


def endpoint_unreachable(host: str, failure: str, since: datetime | None) -> Words:
    when = f"since {clock(since)}" if since else "since it was registered"
    return Words(
        f"{short(host)} unreachable",
        f"{host} could not be read {when}.",
        f"What it serves now is not known, so its apps count as unknown. {failure}",
        "Check the address, the port and the firewall, then check again on its page.",
    )


def data_stale(late: int, total: int) -> Words:
    return Words(
        f"{counted(late, 'host')} not checked in time",
        f"{late:,} of {counted(total, 'host')} {'was' if late == 1 else 'were'} not checked for hours.",
        "A rotation there goes unnoticed, and green verdicts that rest on old data are shown as unknown.",
        "Check that the workers and the broker run, and whether there are enough of them.",
    )


@dataclass(frozen=True, slots=True)
class Situation:
    """What an owner is asked about; `reason` ends with the sentence `settles`, which is told as what to do."""

    app: str
    customer: str
    value: Value
    where: str
    users: int
    reason: str
    settles: str
    ship_by: date | None


def owner_asked(about_it: Situation, asker: str, note: str) -> Words:
    """The sentence of the asker comes last in what is told, because it is the question."""
    state, settles = STATES[about_it.value], about_it.settles
    where = f" on {about_it.where}" if about_it.where else ""
    reach = f"; about {about(about_it.users)} users are concerned" if about_it.users else ""
    asks = f"{asker} asks: {note}" if note else f"{asker} asks what you will do."
    by = about_it.ship_by
    until = f" The last safe day to ship is {full_day(by)}." if by and f" {by.year}" not in settles else ""
    return Words(
        f"{short(about_it.app)} {state}: {short(asker)} asks",
        f"{about_it.app} of {about_it.customer} {state}{where}{reach}. {asks}",
        about_it.reason.removesuffix(settles).strip(),
        f"{settles}{until} Answer on the page of the app: say which release ships, and when.",
    )
