"""Apps to read: the list, as page and as CSV."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from certdash.queries.apps import app_list, csv_rows
from certdash.views.csv import csv_response
from certdash.views.guard import Request, signed_in


@require_safe
@signed_in
def apps(request: Request) -> HttpResponse | StreamingHttpResponse:
    now, given = timezone.now(), request.GET.dict()
    if given.get("format") == "csv":
        return csv_response(csv_rows(request.access, given), "apps")
    listing = app_list(request.access, given, now)
    context = {"list": listing, "notices": listing.notices, "may_register": request.access.may_edit_any}
    return render(request, "apps/list.html", context)


urlpatterns: list[URLPattern] = [path("apps/", apps, name="apps")]
