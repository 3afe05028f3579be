"""Findings to read."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from certdash.queries.findings import finding_list
from certdash.views.guard import Request, signed_in


@require_safe
@signed_in
def findings(request: Request) -> HttpResponse:
    listing = finding_list(request.access, request.GET.dict(), timezone.now())
    return render(request, "findings/list.html", {"list": listing, "notices": listing.notices})


urlpatterns: list[URLPattern] = [path("findings/", findings, name="findings")]
