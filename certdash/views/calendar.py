"""The calendar: its secret link under Settings, and the feed that the link reads."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from certdash.actions.calendar_links import make_link, reader_of, revoke_link
from certdash.actions.composing import absolute
from certdash.notify.calendar import Day, feed
from certdash.queries.access import access_of
from certdash.queries.overview.calendar import CalendarRow, calendar_rows, link_state
from certdash.views.guard import Request, signed_in


@require_safe
@signed_in
def calendar(request: Request) -> HttpResponse:
    return render(request, "settings/calendar.html", {"link": link_state(request.access, timezone.now())})


@require_POST
@signed_in
def calendar_make(request: Request) -> HttpResponse:
    """The address is in this answer and nowhere else."""
    token = make_link(request.user, now=timezone.now())
    url = request.build_absolute_uri(reverse("calendar_feed", args=(token,)))
    context = {"link": link_state(request.access, timezone.now()), "url": url}
    return render(request, "settings/calendar.html", context)


@require_POST
@signed_in
def calendar_revoke(request: Request) -> HttpResponse:
    if revoke_link(request.user, now=timezone.now()):
        messages.success(request, "The link is revoked. Programs that still ask for it get nothing.")
    return redirect("calendar")


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Without a log-in: whoever has the address reads what its user may see at this moment."""
    reader = reader_of(token, now=timezone.now())
    if reader is None:
        raise Http404
    body = feed(map(_day, calendar_rows(access_of(reader))), "certdash")
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="certdash.ics"'
    return response


def _day(row: CalendarRow) -> Day:
    home = settings.BASE_URL.partition("://")[2]
    return Day(
        f"{row.name}@{home}",
        row.first,
        row.last,
        row.title,
        row.text,
        absolute(row.path),
        row.sequence,
        row.changed_at,
        row.is_cancelled,
    )


urlpatterns: list[URLPattern] = [
    path("settings/calendar/", calendar, name="calendar"),
    path("settings/calendar/make/", calendar_make, name="calendar_make"),
    path("settings/calendar/revoke/", calendar_revoke, name="calendar_revoke"),
    path("calendar/<str:token>.ics", calendar_feed, name="calendar_feed"),
]
