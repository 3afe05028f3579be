"""Search; a question with exactly one answer leads straight to it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from certdash.queries.search import search as find
from certdash.views.guard import Request, signed_in


@require_safe
@signed_in
def search(request: Request) -> HttpResponse:
    page = find(request.access, request.GET.get("q", ""))
    hits = [hit for group in page.groups for hit in group.hits]
    if len(hits) == 1 and hits[0].url:
        return redirect(hits[0].url)
    return render(request, "search/page.html", {"page": page, "question": page.question})


urlpatterns: list[URLPattern] = [path("search/", search, name="search")]
