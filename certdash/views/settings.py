"""Settings: the page that leads to all of them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from certdash.queries.settings import settings_sections
from certdash.views.guard import Request, signed_in


@require_safe
@signed_in
def settings(request: Request) -> HttpResponse:
    return render(request, "settings/index.html", {"sections": settings_sections(request.access)})


urlpatterns: list[URLPattern] = [path("settings/", settings, name="settings")]
