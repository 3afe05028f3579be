"""Findings to read."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from certdash.queries.findings.csv import csv_rows
from certdash.queries.findings.list import finding_list, help_groups
from certdash.views.asking import asked, wants_csv
from certdash.views.csv import csv_response
from certdash.views.guard import Request, signed_in


@require_safe
@signed_in
def findings(request: Request) -> HttpResponse | StreamingHttpResponse:
    now, given = timezone.now(), asked(request, "findings")
    if wants_csv(given):
        return csv_response(csv_rows(request.access, given, now), "findings")
    listing = finding_list(request.access, given, now)
    return render(
        request, "findings/list.html", {"list": listing, "notices": listing.notices, "show": listing.choice.shown}
    )


@require_safe
@signed_in
def findings_help(request: Request) -> HttpResponse:
    """Every finding at an anchor of its code: what it is, why it matters, how to fix it."""
    return render(request, "findings/help.html", {"groups": help_groups()})


urlpatterns: list[URLPattern] = [
    path("findings/", findings, name="findings"),
    path("findings/help/", findings_help, name="findings_help"),
]
