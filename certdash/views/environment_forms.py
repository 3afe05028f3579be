"""Own data by hand: environments, their endpoints, and pasted lists of hosts."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from certdash.actions.environments import (
    archive_endpoint,
    archive_environment,
    import_hosts,
    restore_endpoint,
    restore_environment,
    save_endpoint,
    save_environment,
)
from certdash.forms.environments import EndpointForm, EnvironmentForm, HostListForm, customers_to_administer
from certdash.models import Endpoint, Environment
from certdash.queries.formatting import counted
from certdash.views.follow_up import evaluate_soon, probe_soon
from certdash.views.form_pages import FormPage, ask_first, customer_first, for_forms, needs_customer, show_form
from certdash.views.guard import Request, allow, found, signed_in


@for_forms
@signed_in
def environment_new(request: Request) -> HttpResponse:
    if needs_customer(request):
        return customer_first(request)
    allow(customers_to_administer(request.access).exists())
    return _edit_environment(request, Environment(), "Register an environment", reverse("environments"))


@for_forms
@signed_in
def environment_edit(request: Request, pk: int) -> HttpResponse:
    environment = _environment(request, pk, archived_at=None)
    return _edit_environment(request, environment, f"Edit {environment}", reverse("environment", args=(pk,)))


def _edit_environment(request: Request, environment: Environment, title: str, back: str) -> HttpResponse:
    is_new = environment.pk is None
    form = EnvironmentForm(request.POST or None, instance=environment, access=request.access)
    if form.is_valid():
        saved = save_environment(form.save(commit=False), actor=request.user, now=timezone.now())
        messages.success(request, f"{saved} is saved." + (" Add its first endpoint." if is_new else ""))
        return redirect("endpoint_new" if is_new else "environment", saved.pk)
    sentence = "An environment is a customer's stage; its endpoints are the hosts that apps connect to."
    submit = "Register environment" if is_new else "Save"
    links = () if is_new else (("Archive …", reverse("environment_archive", args=(environment.pk,))),)
    return show_form(request, form, FormPage(title, sentence, submit, back, links=links))


@for_forms
@signed_in
def environment_archive(request: Request, pk: int) -> HttpResponse:
    environment = _environment(request, pk)
    return ask_first(request, _about_environment(environment), lambda: _flip_environment(request, environment))


def _about_environment(environment: Environment) -> FormPage:
    if environment.archived_at:
        text = f"{environment} comes back and its endpoints are probed again."
        return FormPage(f"Restore {environment}", text, "Restore", reverse("environments"))
    text = f"{environment} leaves the list and is probed no more. Its history stays. Settings, Archived brings it back."
    return FormPage(f"Archive {environment}", text, "Archive", reverse("environments"))


def _flip_environment(request: Request, environment: Environment) -> str:
    now = timezone.now()
    if environment.archived_at:
        restore_environment(environment, actor=request.user, now=now)
        probe_soon()
    else:
        archive_environment(environment, actor=request.user, now=now)
    evaluate_soon(endpoints=environment.endpoints.values_list("pk", flat=True))
    return f"{environment} is archived." if environment.archived_at else f"{environment} is back."


@for_forms
@signed_in
def endpoint_new(request: Request, pk: int) -> HttpResponse:
    environment = _environment(request, pk, archived_at=None)
    # A page that knows the host fills it in: `?host=`.
    endpoint = Endpoint(environment=environment, host=request.GET.get("host", "")[:253])
    return _edit_endpoint(request, endpoint, f"Add an endpoint to {environment}")


@for_forms
@signed_in
def endpoint_edit(request: Request, pk: int) -> HttpResponse:
    endpoint = _endpoint(request, pk, archived_at=None)
    return _edit_endpoint(request, endpoint, f"Edit {endpoint}")


def _edit_endpoint(request: Request, endpoint: Endpoint, title: str) -> HttpResponse:
    environment = endpoint.environment
    form = EndpointForm(request.POST or None, instance=endpoint)
    if form.is_valid():
        saved = save_endpoint(form.save(commit=False), actor=request.user, now=timezone.now())
        probe_soon()
        evaluate_soon(endpoints=[saved.pk])
        messages.success(request, f"{saved} is saved and will be probed in a moment.")
        return redirect("environment", environment.pk)
    sentence = "An endpoint is a host and a port. certdash reads the chain of each of its addresses."
    back = reverse("environment", args=(environment.pk,))
    links = (("Archive …", reverse("endpoint_archive", args=(endpoint.pk,))),) if endpoint.pk else ()
    page = FormPage(title, sentence, "Save endpoint", back, links=links)
    return show_form(request, form, page)


@for_forms
@signed_in
def endpoint_archive(request: Request, pk: int) -> HttpResponse:
    endpoint = _endpoint(request, pk)
    back = reverse("environment", args=(endpoint.environment_id,))
    if endpoint.archived_at:
        page = FormPage(f"Restore {endpoint}", "It is probed again.", "Restore", back)
    else:
        page = FormPage(
            f"Archive {endpoint}",
            "It is probed no more; what was observed stays. Settings, Archived brings it back.",
            "Archive",
            back,
        )
    return ask_first(request, page, lambda: _flip_endpoint(request, endpoint))


def _flip_endpoint(request: Request, endpoint: Endpoint) -> str:
    now = timezone.now()
    if endpoint.archived_at:
        restore_endpoint(endpoint, actor=request.user, now=now)
        probe_soon()
    else:
        archive_endpoint(endpoint, actor=request.user, now=now)
    evaluate_soon(endpoints=[endpoint.pk])
    return f"{endpoint} is archived." if endpoint.archived_at else f"{endpoint} is back."


@for_forms
@signed_in
def environments_import(request: Request) -> HttpResponse:
    if needs_customer(request):
        return customer_first(request)
    allow(customers_to_administer(request.access).exists())
    form = HostListForm(request.POST or None, access=request.access)
    if form.is_valid():
        given = form.cleaned_data
        new = import_hosts(given["customer"], given["stage"], given["hosts"], actor=request.user, now=timezone.now())
        probe_soon()
        evaluate_soon(endpoints=[endpoint.pk for endpoint in new])
        known = len(given["hosts"]) - len(new)
        are, were = "is" if len(new) == 1 else "are", "was" if known == 1 else "were"
        told = f"{counted(len(new), 'endpoint')} {are} new and will be probed in a moment"
        messages.success(request, f"{told}; {known} {were} known." if known else f"{told}.")
        return redirect("environments")
    sentence = "Paste the hosts of a customer; each becomes an endpoint, nothing is stored before all are right."
    page = FormPage("Paste a list of hosts", sentence, "Register hosts", reverse("environments"))
    return show_form(request, form, page)


def _environment(request: Request, pk: int, **state: None) -> Environment:
    """Also an archived one, but for what is only done to those in force."""
    rows: QuerySet[Environment] = Environment.objects.filter(request.access.rows(), customer__archived_at=None)
    environment = found(rows.select_related("customer"), pk=pk, **state)
    allow(request.access.may_administer(environment.customer_id))
    return environment


def _endpoint(request: Request, pk: int, **state: None) -> Endpoint:
    above = {"environment__archived_at": None, "environment__customer__archived_at": None}
    rows = Endpoint.objects.filter(request.access.rows("environment__customer_id"), **above)
    endpoint = found(rows.select_related("environment__customer"), pk=pk, **state)
    allow(request.access.may_administer(endpoint.environment.customer_id))
    return endpoint


urlpatterns: list[URLPattern] = [
    path("environments/new/", environment_new, name="environment_new"),
    path("environments/import/", environments_import, name="environments_import"),
    path("environments/<int:pk>/edit/", environment_edit, name="environment_edit"),
    path("environments/<int:pk>/archive/", environment_archive, name="environment_archive"),
    path("environments/<int:pk>/endpoints/new/", endpoint_new, name="endpoint_new"),
    path("endpoints/<int:pk>/edit/", endpoint_edit, name="endpoint_edit"),
    path("endpoints/<int:pk>/archive/", endpoint_archive, name="endpoint_archive"),
]
