"""The columns of a list that a reader keeps: chosen in the list's menu, there again whenever the address names none."""

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from certdash.actions.list_columns import keep_columns
from certdash.queries.activity import list as activity
from certdash.queries.apps import list as apps
from certdash.queries.certificates import list as certificates
from certdash.queries.environments import list as environments
from certdash.queries.findings import list as findings
from certdash.queries.lists.lists import COLUMNS, column_text
from certdash.queries.rotations import list as rotations
from certdash.views.guard import Request, signed_in

LABELS = {
    "environments": environments.COLUMNS,
    "apps": apps.COLUMNS,
    "rotations": rotations.COLUMNS,
    "certificates": certificates.COLUMNS,
    "findings": findings.COLUMNS,
    "activity": activity.COLUMNS,
}


@require_POST
@signed_in
def columns_keep(request: Request, page: str) -> HttpResponse:
    """The list again, its address with the columns in it: it can be sent to others, and a saved filter keeps them.

    All of them are the usual ones: nothing is kept then, so that a column of a later version shows up.
    """
    if page not in LABELS:
        raise Http404
    chosen = set(request.POST.getlist(COLUMNS))
    shown = {name: name in chosen for name in LABELS[page]}
    columns = "" if "all" in request.POST or all(shown.values()) else column_text(shown)
    keep_columns(request.user.pk, page, columns)
    query = QueryDict(request.POST.get("query", ""), mutable=True)
    query.pop(COLUMNS, None)
    if columns:
        query[COLUMNS] = columns
    return redirect(f"{reverse(page)}?{query.urlencode()}".removesuffix("?"))


urlpatterns: list[URLPattern] = [path("columns/<str:page>/", columns_keep, name="columns_keep")]
