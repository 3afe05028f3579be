"""Check now, and the progress that follows it: a fragment that polls, or a page that is read again."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from certdash.actions.checking import begin_check
from certdash.queries.environments.list import matching, visible
from certdash.queries.formatting import counted, number
from certdash.queries.judging.pairs import watched_endpoints
from certdash.queries.search.progress import own_progress
from certdash.tasks.probing import probe_now
from certdash.views.guard import Request, allow, found, signed_in

MAX_CHECKED = 5000
LATER = "The others follow within their usual interval; narrow the filters to check some of them at once."


@require_safe
@signed_in
def progress(request: Request, pk: int) -> HttpResponse:
    bar = own_progress(request.access, pk, _safe_back(request.GET.get("back", "")), timezone.now())
    if bar is None:
        raise Http404
    template = "_components/progress.html" if request.htmx else "progress.html"
    return render(request, template, {"progress": bar})


@require_POST
@signed_in
def environment_probe(request: Request, pk: int) -> HttpResponse:
    environment = found(visible(request.access), pk=pk)
    allow(
        request.access.may_administer(environment.customer_id) or request.access.may_edit_apps(environment.customer_id)
    )
    endpoints = list(watched_endpoints().filter(environment=environment).values_list("pk", flat=True))
    return _begin(request, endpoints, f"Checking {environment.name}", reverse("environment", args=[pk]))


@require_POST
@signed_in
def environments_probe(request: Request) -> HttpResponse:
    """The selected environments, or with `all` every one that the filters leave."""
    filters = QueryDict(request.POST.get("filters", "").removeprefix("?"))
    rows = visible(request.access)
    if "all" in request.POST:
        rows = matching(request.access, filters.dict(), timezone.now())
    else:
        rows = rows.filter(
            pk__in=[key for key in request.POST.getlist("environment") if key.isdecimal() and len(key) < 18][
                :MAX_CHECKED
            ]
        )
    keys = [
        pk
        for pk, customer in rows.order_by("badness", "pk").values_list("pk", "customer_id")
        if request.access.may_administer(customer) or request.access.may_edit_apps(customer)
    ]
    allow(bool(keys) or not rows.exists())
    back = f"{reverse('environments')}?{filters.urlencode()}".removesuffix("?")
    if not keys:
        messages.warning(request, "No environment is selected, so nothing is checked. Tick the rows to check first.")
        return redirect(back)
    if len(keys) > MAX_CHECKED:
        most, total = number(MAX_CHECKED), number(len(keys))
        messages.warning(request, f"{total} environments match; the worst {most} of them are checked now. {LATER}")
        keys = keys[:MAX_CHECKED]
    endpoints = _worst_first(keys)
    if len(endpoints) > MAX_CHECKED:
        most = number(MAX_CHECKED)
        messages.warning(request, f"They have more than {most} hosts; {most} of the worst are checked now. {LATER}")
    return _begin(request, endpoints[:MAX_CHECKED], f"Checking {counted(len(keys), 'environment')}", back)


def _worst_first(environments: list[int]) -> list[int]:
    """More than this many hosts take longer than anybody waits for the bar."""
    rows = (
        watched_endpoints().filter(environment__in=environments).order_by("environment__badness", "environment", "pk")
    )
    return list(rows.values_list("pk", flat=True)[: MAX_CHECKED + 1])


def _begin(request: Request, endpoint_ids: list[int], title: str, back: str) -> HttpResponseRedirect:
    progress = begin_check(endpoint_ids, title, actor=request.user, now=timezone.now())
    if endpoint_ids:
        probe_now.delay(progress.pk, endpoint_ids)
    query = QueryDict(mutable=True)
    query["back"] = back
    return redirect(f"{reverse('progress', args=[progress.pk])}?{query.urlencode(safe='/')}")


def _safe_back(back: str) -> str:
    is_safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return back if is_safe else reverse("overview")


urlpatterns: list[URLPattern] = [
    path("progress/<int:pk>/", progress, name="progress"),
    path("environments/probe/", environments_probe, name="environments_probe"),
    path("environments/<int:pk>/probe/", environment_probe, name="environment_probe"),
]
