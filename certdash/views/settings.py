"""Settings: the page that leads to all of them, and what was archived."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from certdash.queries.settings.archived import archived_list
from certdash.queries.settings.channels import broken_channels
from certdash.queries.settings.pages import settings_sections
from certdash.views.guard import Request, allow, signed_in


@require_safe
@signed_in
def settings(request: Request) -> HttpResponse:
    context = {"sections": settings_sections(request.access), "notices": broken_channels(request.access)}
    return render(request, "settings/index.html", context)


@require_safe
@signed_in
def archived(request: Request) -> HttpResponse:
    allow(request.access.may_edit_any)
    return render(request, "settings/list.html", {"list": archived_list(request.access)})


urlpatterns: list[URLPattern] = [
    path("settings/", settings, name="settings"),
    path("settings/archived/", archived, name="archived"),
]
