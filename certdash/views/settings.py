"""Settings: the page that leads to all of them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from certdash.queries.channels import broken_channels
from certdash.queries.settings import settings_sections
from certdash.views.guard import Request, signed_in


@signed_in
def settings(request: Request) -> HttpResponse:
    context = {"sections": settings_sections(request.access), "notices": broken_channels(request.access)}
    return render(request, "settings/index.html", context)


urlpatterns: list[URLPattern] = [path("settings/", settings, name="settings")]
