"""The overview: the page a manager reads and prints."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from certdash.actions.visits import note_visit
from certdash.queries.overview.page import overview as read_overview
from certdash.queries.settings.channels import broken_channels
from certdash.views.guard import Request, signed_in


@require_safe
@signed_in
def overview(request: Request) -> HttpResponse:
    now = timezone.now()
    since = note_visit(request.user, now=now)
    page = read_overview(request.access, request.GET.dict(), now, since)
    notices = (*page.notices, *broken_channels(request.access))
    return render(request, "overview/page.html", {"page": page, "notices": notices})


urlpatterns: list[URLPattern] = [path("", overview, name="overview")]
