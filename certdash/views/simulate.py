"""Simulate: what a certificate or a scenario would do, before anything is installed; keep it as a plan."""

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from certdash.actions.scenarios import set_scenario, withdraw_scenario
from certdash.forms.simulation import EVERYWHERE, MATERIAL, OF_APP, ONE_HOST, ScenarioForm, SimulationForm
from certdash.models import App, Endpoint, PlatformDomain, ScenarioOverride
from certdash.queries.apps.page import visible_apps
from certdash.queries.judging.candidates import Candidate, Target, read_candidate
from certdash.queries.judging.forecasts import Instead, Registered
from certdash.queries.rotations.scope import live_endpoints
from certdash.queries.simulation.app import app_effect, hosts_of_app, where_of
from certdash.queries.simulation.outcome import Outcome, places_of, steps
from certdash.queries.simulation.page import SimulationPage, simulation_page
from certdash.queries.simulation.scenario_words import WHAT, said_about
from certdash.queries.standing import last_read
from certdash.tasks.evaluating import evaluate_domain
from certdash.views.arriving import in_pieces
from certdash.views.follow_up import evaluate_soon
from certdash.views.form_pages import FormPage, ask_first, for_forms, show_form
from certdash.views.guard import Request, allow, found, signed_in
from pins.errors import PinError
from pins.scenarios import Likelihood, Scenario

# From so many hosts on it takes longer than a person waits without a word.
IN_PIECES_FROM = 5000
SERVES_THIS = "serves this certificate next"


@dataclass(frozen=True, slots=True)
class _Change:
    """What is simulated: a candidate that was read, or a scenario."""

    instead: Instead
    what: str
    candidate: Candidate | None = None


@for_forms
@signed_in
def simulation(request: Request) -> HttpResponseBase:
    """A scenario has an address of its own; material is sent, because it is too long for one."""
    is_asked = request.method == "POST" or "scenario" in request.GET
    sent = request.POST if request.method == "POST" else request.GET
    app = _app(request, sent.get("app", ""))
    if not is_asked:
        return _page(request, SimulationForm(access=request.access, of_app=app, initial=_initial(request, app)))
    form = SimulationForm(sent, request.FILES, access=request.access, of_app=app)
    change = _change(form) if form.is_valid() else None
    if change is None:
        return _page(request, form, status=422)
    rows, now = _endpoints(request, form), timezone.now()
    places = places_of(rows)
    work = steps(change.instead, places, request.access, now=now)

    def context(outcome: Outcome) -> dict[str, object]:
        page = simulation_page(outcome, _name(form), change.what, last_read(rows, now), now)
        effect = app and app_effect(
            change.instead, app, {place.pk for place in places}, f"If {_name(form)} {change.what}, ", now=now
        )
        return _context(request, form, page, change) | {"effect": effect}

    if len(places) >= IN_PIECES_FROM:
        return in_pieces(request, work, len(places), context)
    *_, last = work
    assert last.outcome is not None
    return render(request, "simulate/page.html", context(last.outcome))


def _app(request: Request, key: str) -> App | None:
    """The app whose page led here; one that the reader does not see is dropped."""
    is_key = key.isascii() and key.isdecimal() and len(key) < 18
    return visible_apps(request.access).filter(pk=int(key), archived_at=None).first() if is_key else None


def _initial(request: Request, app: App | None) -> dict[str, object]:
    """From the links of other pages: `?platform_domain=3`, `?endpoint=7` or `?app=1`; what the reader does not see is
    dropped.
    """
    if app is not None:
        return _of_app(app, where_of(app, request.access))
    endpoint = request.GET.get("endpoint", "")
    if endpoint.isdecimal() and len(endpoint) < 18:
        rows = live_endpoints(request.access).select_related("environment__customer", "platform_domain")
        row = rows.filter(pk=int(endpoint)).first()
        if row is not None:
            known = {"where": ONE_HOST, "host": str(row), "endpoint": row}
            return known | {"scenario": Scenario.NEW_KEY_SAME_INTERMEDIATE}
    domain = request.GET.get("platform_domain", "")
    return {"where": domain or EVERYWHERE, "scenario": Scenario.NEW_KEY_SAME_INTERMEDIATE}


def _of_app(app: App, place: Endpoint | int | None) -> dict[str, object]:
    known = {"app": app.pk, "scenario": Scenario.NEW_KEY_SAME_INTERMEDIATE}
    if isinstance(place, Endpoint):
        return known | {"where": ONE_HOST, "host": str(place), "endpoint": place}
    return known | {"where": OF_APP if place is None else str(place)}


def _change(form: SimulationForm) -> _Change | None:
    if form.cleaned_data["scenario"] != MATERIAL:
        scenario = Scenario(form.cleaned_data["scenario"])
        return _Change(scenario, WHAT[scenario])
    field = "file" if form.cleaned_data.get("file") else "material"
    try:
        candidate = read_candidate(form.source, _target(form), now=timezone.now())
    except PinError as fault:
        place = f" ({fault.place})" if str(fault.place) else ""
        form.add_error(field, f"{fault.sentence}{place}")
        if fault.code == "private_key":
            form.data = {**form.data.dict(), "material": ""}  # type: ignore[attr-defined]  # a QueryDict
        return None
    return _Change(Registered(candidate.announced), SERVES_THIS, candidate)


def _target(form: SimulationForm) -> Target:
    """A host below a platform domain serves the platform's certificate; here it alone is looked at.

    Before anything is asked it is what the link of another page names.
    """
    if form.is_bound:
        return Target(form.domain, form.endpoint)
    return Target(form.domains.get(str(form.initial.get("where", ""))), form.initial.get("endpoint"))


def _endpoints(request: Request, form: SimulationForm) -> QuerySet[Endpoint]:
    rows = live_endpoints(request.access)
    if form.endpoint is not None:
        return rows.filter(pk=form.endpoint.pk)
    rows = rows.filter(environment__customer__archived_at=None)
    if form.of_app is not None and form.cleaned_data["where"] == OF_APP:
        return rows.filter(pk__in=hosts_of_app(form.of_app, request.access))
    return rows.filter(platform_domain=form.domain) if form.domain else rows


def _name(form: SimulationForm) -> str:
    if form.endpoint is not None:
        return str(form.endpoint)
    if form.of_app is not None and form.cleaned_data["where"] == OF_APP:
        return f"every host of {form.of_app.name}"
    return str(form.domain) if form.domain else "every host"


def _page(
    request: Request,
    form: SimulationForm,
    page: SimulationPage | None = None,
    change: _Change | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    return render(request, "simulate/page.html", _context(request, form, page, change), status=status)


def _context(
    request: Request, form: SimulationForm, page: SimulationPage | None, change: _Change | None
) -> dict[str, object]:
    target = _target(form)
    may_decide = _may_decide(request, target)
    may_keep = page is not None and may_decide
    return {
        "form": form,
        "page": page,
        "app": form.of_app,
        "candidate": change.candidate if change else None,
        "notes": change.candidate.notes if change and change.candidate else (),
        "keep_url": _keep_url(target, change) if may_keep and change else "",
        "keep": ScenarioForm() if may_keep else None,
        "said": said_about(target),
        "may_withdraw": may_decide,
    }


def _may_decide(request: Request, target: Target) -> bool:
    if target.endpoint is not None and target.endpoint.platform_domain is None:
        return request.access.may_administer(target.endpoint.environment.customer_id)
    return (target.platform_domain or target.endpoint) is not None and request.access.may_administer_platform


def _keep_url(target: Target, change: _Change) -> str:
    """Material goes on to the registration of a successor, a scenario to its own form."""
    query = f"endpoint={target.endpoint.pk}" if target.endpoint else f"platform_domain={_pk(target)}"
    if change.candidate is not None:
        return f"{reverse('successor_new')}?{query}"
    assert isinstance(change.instead, Scenario)
    return f"{reverse('scenario_keep')}?{query}&scenario={change.instead}"


def _pk(target: Target) -> int:
    return target.platform_domain.pk if target.platform_domain else 0


@require_POST
@signed_in
def scenario_keep(request: Request) -> HttpResponse:
    target, scenario = _asked_target(request), request.GET.get("scenario", "")
    if scenario not in WHAT:
        raise Http404
    allow(_may_decide(request, target))
    form = ScenarioForm(request.POST)
    if not form.is_valid():
        page = FormPage(f"Keep a scenario for {target.name}", "Say how likely it is and why.", "Keep", _back(target))
        return show_form(request, form, page)
    likelihood = Likelihood(form.cleaned_data["likelihood"])
    set_scenario(
        target,
        Scenario(scenario),
        likelihood,
        reason=form.cleaned_data["reason"],
        actor=request.user,
        now=timezone.now(),
    )
    _evaluate(target)
    messages.success(request, f"Kept: {target.name} {WHAT[Scenario(scenario)]} is {likelihood}. Verdicts follow.")
    return redirect(_back(target))


@for_forms
@signed_in
def scenario_withdraw(request: Request, pk: int) -> HttpResponse:
    rows = ScenarioOverride.objects.filter(withdrawn_at=None)
    row = found(rows.select_related("platform_domain", "endpoint__environment__customer"), pk=pk)
    if row.endpoint is not None and not request.access.may_see(row.endpoint.environment.customer_id):
        raise Http404
    target = Target(row.platform_domain, row.endpoint)
    allow(_may_decide(request, target))
    text = f"What certdash assumes for {target.name} counts again. The reason stays in the activity."
    page = FormPage(f"Withdraw what was said about {target.name}", text, "Withdraw", _back(target))
    return ask_first(request, page, lambda: _withdraw(request, row, target))


def _withdraw(request: Request, row: ScenarioOverride, target: Target) -> str:
    withdraw_scenario(row, actor=request.user, now=timezone.now())
    _evaluate(target)
    return f"Withdrawn for {target.name}. Verdicts follow within seconds."


def _asked_target(request: Request) -> Target:
    """404 for what the reader does not see."""
    domain, endpoint = request.GET.get("platform_domain", ""), request.GET.get("endpoint", "")
    if endpoint.isdecimal() and len(endpoint) < 18:
        rows = live_endpoints(request.access).select_related("environment__customer", "platform_domain")
        return Target(endpoint=found(rows, pk=int(endpoint)))
    if domain.isdecimal() and len(domain) < 18:
        allow(request.access.may_administer_platform)
        return Target(platform_domain=found(PlatformDomain.objects.filter(archived_at=None), pk=int(domain)))
    raise Http404


def _back(target: Target) -> str:
    query = f"endpoint={target.endpoint.pk}" if target.endpoint else f"platform_domain={_pk(target)}"
    return f"{reverse('simulate')}?{query}"


def _evaluate(target: Target) -> None:
    if target.endpoint is not None:
        evaluate_soon(endpoints=[target.endpoint.pk])
    else:
        transaction.on_commit(lambda: evaluate_domain.delay(_pk(target)))


urlpatterns: list[URLPattern] = [
    path("simulate/", simulation, name="simulate"),
    path("simulate/keep/", scenario_keep, name="scenario_keep"),
    path("simulate/kept/<int:pk>/withdraw/", scenario_withdraw, name="scenario_withdraw"),
]
