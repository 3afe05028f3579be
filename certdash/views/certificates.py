"""Certificates to read: the list, and one certificate."""

import re

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from certdash.queries.certificates.csv import csv_rows
from certdash.queries.certificates.list import certificate_list
from certdash.queries.certificates.page import certificate_page
from certdash.views.asking import asked, wants_csv
from certdash.views.csv import csv_response
from certdash.views.guard import Request, signed_in


@require_safe
@signed_in
def certificates(request: Request) -> HttpResponse | StreamingHttpResponse:
    now, given = timezone.now(), asked(request, "certificates")
    if wants_csv(given):
        return csv_response(csv_rows(request.access, given, now), "certificates")
    listing = certificate_list(request.access, given, now)
    return render(
        request, "certificates/list.html", {"list": listing, "notices": listing.notices, "show": listing.choice.shown}
    )


@require_safe
@signed_in
def certificate(request: Request, sha256: str) -> HttpResponse:
    digest = sha256.lower().replace(":", "")
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise Http404
    page = certificate_page(request.access, digest, timezone.now())
    if page is None:
        raise Http404
    return render(request, "certificates/detail.html", {"page": page})


urlpatterns: list[URLPattern] = [
    path("certificates/", certificates, name="certificates"),
    path("certificates/<str:sha256>/", certificate, name="certificate"),
]
