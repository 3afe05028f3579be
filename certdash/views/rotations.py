"""Rotations to read: the list, and one rotation with its blast radius and its outcome."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from certdash.queries.rotations.csv import csv_rows
from certdash.queries.rotations.list import rotation_list
from certdash.queries.rotations.page import rotation_page
from certdash.queries.rotations.scope import visible
from certdash.views.asking import asked, wants_csv
from certdash.views.csv import csv_response
from certdash.views.guard import Request, found, signed_in

RELATIONS = ("platform_domain", "endpoint__environment__customer", "leaf", "actual_chain__leaf")


@require_safe
@signed_in
def rotations(request: Request) -> HttpResponse | StreamingHttpResponse:
    now, given = timezone.now(), asked(request, "rotations")
    if wants_csv(given):
        return csv_response(csv_rows(request.access, given, now), "rotations")
    listing = rotation_list(request.access, given, now)
    return render(
        request, "rotations/list.html", {"list": listing, "notices": listing.notices, "show": listing.choice.shown}
    )


@require_safe
@signed_in
def rotation(request: Request, pk: int) -> HttpResponse:
    row = found(visible(request.access).select_related(*RELATIONS, "successor__registered_by"), pk=pk)
    return render(request, "rotations/detail.html", {"page": rotation_page(row, request.access, timezone.now())})


urlpatterns: list[URLPattern] = [
    path("rotations/", rotations, name="rotations"),
    path("rotations/<int:pk>/", rotation, name="rotation"),
]
