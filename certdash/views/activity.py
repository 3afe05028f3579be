"""Activity to read."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from certdash.queries.activity import activity_list
from certdash.views.guard import Request, signed_in


@require_safe
@signed_in
def activity(request: Request) -> HttpResponse:
    listing = activity_list(request.access, request.GET.dict(), timezone.now())
    return render(request, "activity/list.html", {"list": listing, "notices": listing.notices})


urlpatterns: list[URLPattern] = [path("activity/", activity, name="activity")]
