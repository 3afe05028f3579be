"""Apps to read: the list, as page and as CSV, and one app with its matrix."""

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from certdash.models import App, Verdict
from certdash.queries.apps.corrected import corrected_source
from certdash.queries.apps.corrected_files import corrected_page
from certdash.queries.apps.csv import csv_rows
from certdash.queries.apps.list import app_list
from certdash.queries.apps.moving import default_hosts, move_page
from certdash.queries.apps.page import app_page, verdict_rows, visible_apps
from certdash.queries.apps.verdict_panel import panel
from certdash.views.asking import asked, wants_csv
from certdash.views.csv import csv_response
from certdash.views.guard import Request, found, signed_in


@require_safe
@signed_in
def apps(request: Request) -> HttpResponse | StreamingHttpResponse:
    now, given = timezone.now(), asked(request, "apps")
    if wants_csv(given):
        return csv_response(csv_rows(request.access, given, now), "apps")
    listing = app_list(request.access, given, now)
    context = {
        "list": listing,
        "notices": listing.notices,
        "show": listing.choice.shown,
        "may_register": request.access.may_edit_any,
    }
    return render(request, "apps/list.html", context)


@require_safe
@signed_in
def app(request: Request, pk: int) -> HttpResponse:
    """A wide page has the explanation of the worst cell beside it, unless `?panel=closed`."""
    one, now = found(visible_apps(request.access), pk=pk), timezone.now()
    page = app_page(one, request.access, now)
    if page.first is None or request.GET.get("panel") == "closed":
        return render(request, "apps/detail.html", {"page": page})
    explanation = panel(found(_explained(one), pk=page.first), one, now)
    return render(request, "apps/detail.html", {"page": page, "explanation": explanation, "is_offered": True})


def _explained(one: App) -> QuerySet[Verdict]:
    return verdict_rows(one).select_related("release__app")


@require_safe
@signed_in
def verdict(request: Request, pk: int, verdict_pk: int) -> HttpResponse:
    """The explanation of a cell: alone for the panel, with its app's page around it at its own address."""
    one = found(visible_apps(request.access), pk=pk)
    row = found(_explained(one), pk=verdict_pk)
    now = timezone.now()
    explanation = panel(row, one, now)
    if request.htmx and not request.htmx.history_restore_request:
        context = {"explanation": explanation, "page": one, "is_fragment": True}
        return render(request, "apps/_explanation.html", context)
    page = app_page(one, request.access, now)
    return render(request, "apps/detail.html", {"page": page, "explanation": explanation})


@require_safe
@signed_in
def corrected(request: Request, pk: int, release_pk: int, pin_set_pk: int) -> HttpResponse:
    """The corrected file to take home, made from what stands now."""
    one = found(visible_apps(request.access), pk=pk)
    release = found(one.releases.select_related("app"), pk=release_pk)
    answer = corrected_source(release, pin_set_pk, timezone.now())
    if answer is None:
        raise Http404
    name, source = answer
    return HttpResponse(
        source,
        content_type="application/octet-stream",
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)},
    )


@require_safe
@signed_in
def corrected_files(request: Request, pk: int) -> HttpResponse:
    """Every file of the app that can be corrected, with what changes in it, to copy or to take home."""
    one = found(visible_apps(request.access), pk=pk)
    context = {
        "app": one,
        "page": corrected_page(one, timezone.now()),
        "may_upload": request.access.may_edit_apps(one.customer_id),
    }
    return render(request, "apps/corrected.html", context)


@require_safe
@signed_in
def move(request: Request, pk: int, endpoint_pk: int) -> HttpResponse:
    """The plan for leaving a default host: `?to=` is the endpoint to move to."""
    one = found(visible_apps(request.access), pk=pk)
    old = found(default_hosts(one), pk=endpoint_pk)
    page = move_page(one, old, request.GET.get("to", ""), request.access, timezone.now())
    return render(request, "apps/move.html", {"page": page, "notices": page.notices})


urlpatterns: list[URLPattern] = [
    path("apps/", apps, name="apps"),
    path("apps/<int:pk>/", app, name="app"),
    path("apps/<int:pk>/verdicts/<int:verdict_pk>/", verdict, name="verdict"),
    path("apps/<int:pk>/corrected/", corrected_files, name="corrected_files"),
    path("apps/<int:pk>/move/<int:endpoint_pk>/", move, name="move"),
    path("apps/<int:pk>/releases/<int:release_pk>/corrected/<int:pin_set_pk>/", corrected, name="corrected"),
]
