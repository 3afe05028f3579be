"""Search; a question with exactly one answer, or one exact answer, leads straight to it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from certdash.queries.search.search import search as find
from certdash.views.guard import Request, signed_in


@require_safe
@signed_in
def search(request: Request) -> HttpResponse:
    page = find(request.access, request.GET.get("q", ""))
    if page.only_url:
        return redirect(page.only_url)
    return render(request, "search/page.html", {"page": page, "question": page.question})


urlpatterns: list[URLPattern] = [path("search/", search, name="search")]
