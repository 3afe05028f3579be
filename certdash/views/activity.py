"""Activity to read."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from certdash.queries.activity.csv import csv_rows
from certdash.queries.activity.list import activity_list
from certdash.views.asking import asked, wants_csv
from certdash.views.csv import csv_response
from certdash.views.guard import Request, signed_in


@require_safe
@signed_in
def activity(request: Request) -> HttpResponse | StreamingHttpResponse:
    now, given = timezone.now(), asked(request, "activity")
    if wants_csv(given):
        return csv_response(csv_rows(request.access, given, now), "activity")
    listing = activity_list(request.access, given, now)
    return render(
        request, "activity/list.html", {"list": listing, "notices": listing.notices, "show": listing.choice.shown}
    )


urlpatterns: list[URLPattern] = [path("activity/", activity, name="activity")]
