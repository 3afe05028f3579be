"""A question to the owners of an app before it is sent: what it says, whom it reaches and how, and who asked before."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from django.conf import settings

from certdash.models import App, Channel, ChannelKind, Event, Membership, Notice, Verdict
from certdash.models.membership import Role
from certdash.queries.access import Access
from certdash.queries.apps.asked import Asked, last_question, questions
from certdash.queries.apps.page import verdict_rows
from certdash.queries.formatting import address, listed
from certdash.queries.judging.stakes import worth
from certdash.queries.notices import words as notice_words
from certdash.queries.notices.drafts import Words
from certdash.queries.risk.recipients import ASKED, audience
from certdash.queries.settling import settles
from certdash.queries.users import is_active
from pins.verdict import Value

WITHIN = timedelta(days=1)
MOST_WITHIN = 3
MOST_HOSTS = 3
# Mail programs cut an address that is longer than about 2,000 characters.
LONGEST_DRAFT = 1400


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can ship a fix. `how` they are reached; empty where `why` says why they are not."""

    name: str
    email: str
    role: str
    how: str
    why: str


@dataclass(frozen=True, slots=True)
class Question:
    """`facts` go with the notice. `last` is the newest question of the last weeks, `is_repeat` whether one of the last
    day was about the same, `is_barred` whether there were so many that one more is refused; `seen` is the newest one's
    key, 0 without any. `url` is where the notice leads.
    """

    url: str
    words: Words
    facts: dict[str, Any]
    people: tuple[Person, ...]
    teams: tuple[str, ...]
    last: Asked | None
    seen: int
    is_repeat: bool
    is_barred: bool

    @property
    def reached(self) -> list[str]:
        return [*(one.name for one in self.people if one.how), *self.teams]

    @property
    def reached_words(self) -> str:
        return listed(self.reached)

    @property
    def needs_mail(self) -> bool:
        return not settings.SMTP_HOST

    @property
    def text(self) -> str:
        """The message for whoever sends it without certdash."""
        words = self.words
        return "\n\n".join(filter(None, (words.what, words.so_what, words.to_do, self.url)))

    @property
    def mail_url(self) -> str:
        """A draft for the reader's own mail program, where no notice would arrive."""
        people = ",".join(quote(one.email) for one in self.people if one.email)
        told = quote(self.text[:LONGEST_DRAFT])
        return f"mailto:{people}?subject={quote(self.words.subject)}&body={told}" if people and not self.reached else ""


def question(app: App, access: Access, asker: str, note: str, now: datetime) -> Question:
    rows = [row for row in verdict_rows(app) if is_active(row.release)]
    worst = min((worth(row, now) for row in rows), key=lambda value: value.badness, default=Value.UNKNOWN)
    struck = [row for row in rows if worth(row, now) is worst]
    people, teams = _reach(app, access)
    asked = [*(one.name for one in people if one.how), *teams]
    by = min((row.ship_by for row in struck if row.ship_by), default=None)
    situation = {"verdict": worst.value, "ship_by": by.isoformat() if by else None}
    recent = list(questions(app).filter(created_at__gt=now - WITHIN))
    newest = questions(app).first()
    return Question(
        url=f"{settings.BASE_URL}{address('app', app.pk)}",
        words=_words(app, worst, struck, asker, note),
        facts={"app": app.name, "asked_by": asker, "asked": asked, "note": note, **situation},
        people=people,
        teams=teams,
        last=last_question(app, rows, access, now),
        seen=newest.pk if newest else 0,
        is_repeat=any(situation.items() <= one.payload["facts"].items() for one in recent),
        is_barred=len(recent) >= MOST_WITHIN,
    )


def _words(app: App, worst: Value, struck: Sequence[Verdict], asker: str, note: str) -> Words:
    hosts = list(dict.fromkeys(row.host for row in struck))
    more = f" and {len(hosts) - MOST_HOSTS} more" if len(hosts) > MOST_HOSTS else ""
    first = struck[0] if struck else None
    return notice_words.owner_asked(
        notice_words.Situation(
            app=app.name,
            customer=app.customer.name,
            value=worst,
            where=f"{', '.join(hosts[:MOST_HOSTS])}{more}" if more else listed(hosts),
            users=app.users_at_risk if worst.badness <= Value.AT_RISK.badness else 0,
            reason=first.reason if first else "No release of it is on record.",
            settles=settles(first) if first else "Register its releases and upload their pin files.",
            ship_by=min((row.ship_by for row in struck if row.ship_by), default=None),
        ),
        asker,
        note,
    )


def _reach(app: App, access: Access) -> tuple[tuple[Person, ...], tuple[str, ...]]:
    """As the notice will be routed: the same rules decide, on a notice that is not stored.

    A channel of the platform may get it too, but nobody behind it can ship a fix.
    """
    notice = Notice(
        event=Event.OWNER_ASKED, customer_id=app.customer_id, app=app, payload={"by": access.user_id, "facts": {}}
    )
    channels = audience([notice]).channels_of(notice)
    by_user: dict[int, list[Channel]] = defaultdict(list)
    for channel in channels:
        by_user[channel.user_id or 0].append(channel)
    members = Membership.objects.filter(customer=app.customer_id, role__in=ASKED, user__is_active=True)
    rows = members.exclude(user=access.user_id).select_related("user").order_by("role", "user__name", "pk")
    people = tuple(_person(row, app, by_user[row.user_id]) for row in rows)
    own = [one for one in by_user[0] if one.customer_id and not one.broken_since]
    return people, tuple(f"{_way(one)} of {app.customer.name}" for one in own)


def _person(row: Membership, app: App, channels: Sequence[Channel]) -> Person:
    works = [_way(channel) for channel in channels if not channel.broken_since]
    how, why = listed(works), ""
    if not works and not channels and _is_told(row, app):
        how, why = _mailbox(row)
    elif not works:
        why = f"owns other apps than {app.name}" if not _is_told(row, app) else "their channel is broken"
    return Person(row.user.name, row.user.email, Role(row.role).label.lower(), how, why)


def _is_told(row: Membership, app: App) -> bool:
    """App owners are asked about their own apps, and those that nobody owns."""
    return row.role != Role.APP_OWNER or app.owner_id in (None, row.user_id)


def _mailbox(row: Membership) -> tuple[str, str]:
    """Who never chose gets e-mail, where this installation sends any."""
    if Channel.objects.filter(user=row.user_id).exists():
        return "", "has put every channel away"
    if not row.user.email:
        return "", "has no e-mail address and no channel"
    return ("e-mail", "") if settings.SMTP_HOST else ("", "has no channel, and no mail server is set")


def _way(channel: Channel) -> str:
    return "e-mail" if channel.kind == ChannelKind.EMAIL else f"{channel.get_kind_display().lower()} “{channel.name}”"
