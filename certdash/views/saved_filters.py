"""Saved filters: keep the filters of a list's address under a name, rename, update and delete them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from certdash.actions.saved_filters import delete_saved_filter, store_saved_filter
from certdash.forms.saved_filters import SavedFilterForm
from certdash.models import SavedFilter
from certdash.queries.lists.saved_filters import LISTS, link_of
from certdash.views.form_pages import FormPage, ask_first, for_forms, show_form
from certdash.views.guard import Request, found, signed_in


@for_forms
@signed_in
def saved_filter_new(request: Request, page: str) -> HttpResponse:
    """`query` is the address whose filters are kept, in the form or behind the question mark."""
    if page not in LISTS:
        raise Http404
    row = SavedFilter(user=request.user, page=page)
    sent = request.POST if request.method == "POST" else None
    form = SavedFilterForm(sent, instance=row, initial={"query": request.GET.urlencode()})
    if form.is_valid():
        return _stored(request, form.save(commit=False), "Saved “{}”. It is in the menu Saved of this list.")
    sentence = f"Keep what the list of {LISTS[page].lower()} shows under a name."
    return show_form(request, form, FormPage("Save filters", sentence, "Save", reverse(page)))


@for_forms
@signed_in
def saved_filter_edit(request: Request, pk: int) -> HttpResponse:
    row = _own(request, pk)
    back, name = link_of(row), row.name
    sent = {"name": request.POST.get("name", ""), "query": row.query} if request.method == "POST" else None
    form = SavedFilterForm(sent, instance=row)
    if form.is_valid():
        return _stored(request, form.save(commit=False), "Renamed to “{}”.")
    links = (("Delete", reverse("saved_filter_delete", args=[pk])),)
    page = FormPage(f"Rename {name}", f"Rename your saved filter “{name}”.", "Save", back, links=links)
    return show_form(request, form, page)


@require_POST
@signed_in
def saved_filter_update(request: Request, pk: int) -> HttpResponse:
    """The filters that the list shows now take the place of those that were kept."""
    row = _own(request, pk)
    form = SavedFilterForm({"name": row.name, "query": request.POST.get("query", "")}, instance=row)
    if form.is_valid():
        return _stored(request, form.save(commit=False), "Saved the changes to “{}”.")
    messages.warning(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect(link_of(_own(request, pk)))


@for_forms
@signed_in
def saved_filter_delete(request: Request, pk: int) -> HttpResponse:
    row = _own(request, pk)
    sentence = f"Delete your saved filter “{row.name}”? The list itself and what it shows stay as they are."
    page = FormPage(f"Delete the saved filter {row.name}", sentence, "Delete", reverse(row.page))
    return ask_first(request, page, lambda: _deleted(request, row))


def _own(request: Request, pk: int) -> SavedFilter:
    return found(SavedFilter.objects.filter(user=request.user), pk=pk)


def _stored(request: Request, row: SavedFilter, told: str) -> HttpResponse:
    store_saved_filter(row, actor=request.user, now=timezone.now())
    messages.success(request, told.format(row.name))
    return redirect(link_of(row))


def _deleted(request: Request, row: SavedFilter) -> str:
    delete_saved_filter(row, actor=request.user, now=timezone.now())
    return f"Deleted the saved filter “{row.name}”."


urlpatterns: list[URLPattern] = [
    path("saved/<str:page>/new/", saved_filter_new, name="saved_filter_new"),
    path("saved/<int:pk>/", saved_filter_edit, name="saved_filter_edit"),
    path("saved/<int:pk>/update/", saved_filter_update, name="saved_filter_update"),
    path("saved/<int:pk>/delete/", saved_filter_delete, name="saved_filter_delete"),
]
