"""Environments to read: the list, as page and as CSV, and one environment."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from certdash.queries.environments.csv import csv_rows
from certdash.queries.environments.list import environment_list, visible
from certdash.queries.environments.page import environment_page
from certdash.views.asking import asked, wants_csv
from certdash.views.csv import csv_response
from certdash.views.guard import Request, found, signed_in


@require_safe
@signed_in
def environments(request: Request) -> HttpResponse | StreamingHttpResponse:
    now, given = timezone.now(), asked(request, "environments")
    if wants_csv(given):
        return csv_response(csv_rows(request.access, given, now), "environments")
    listing = environment_list(request.access, given, now)
    context = {
        "list": listing,
        "notices": listing.notices,
        "show": listing.choice.shown,
        "may_check": request.access.may_edit_any,
        "may_register": request.access.may_administer_any,
    }
    return render(request, "environments/list.html", context)


@require_safe
@signed_in
def environment(request: Request, pk: int) -> HttpResponse:
    row = found(visible(request.access).select_related("customer"), pk=pk)
    page = environment_page(row, request.access, timezone.now())
    context = {
        "page": page,
        "may_check": request.access.may_administer(page.customer_pk) or request.access.may_edit_apps(page.customer_pk),
        "may_administer": request.access.may_administer(page.customer_pk),
    }
    return render(request, "environments/detail.html", context)


urlpatterns: list[URLPattern] = [
    path("environments/", environments, name="environments"),
    path("environments/<int:pk>/", environment, name="environment"),
]
