"""Acknowledging a rotation: an owner says what they will do about it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from certdash.actions.acknowledgements import Plan, acknowledge, take_back
from certdash.forms.acknowledgements import AcknowledgementForm
from certdash.models import Acknowledgement, App, Rotation
from certdash.queries.apps.page import visible_apps
from certdash.queries.rotations.list import OVER, name_of
from certdash.queries.rotations.scope import visible
from certdash.views.form_pages import FormPage, ask_first, for_forms, show_form
from certdash.views.guard import Request, allow, found, signed_in


@for_forms
@signed_in
def acknowledgement(request: Request, pk: int, app_pk: int) -> HttpResponse:
    rotation, app = _rotation(request, pk), _app(request, app_pk)
    today = timezone.now().date()
    said = Acknowledgement.objects.filter(rotation=rotation, app=app, withdrawn_at=None).first()
    sent = request.POST if request.method == "POST" else None
    form = AcknowledgementForm(sent, today=today, initial=_initial(said))
    back = f"{reverse('rotation', args=(pk,))}#acknowledgements"
    if form.is_valid():
        acknowledge(rotation, app, _plan(form), actor=request.user, now=timezone.now())
        messages.success(request, f"Noted for {app}. Everybody who follows {name_of(rotation)} sees it.")
        return redirect(back)
    page = FormPage(
        f"What will {app} do?",
        f"What will {app} do about the rotation of {name_of(rotation)}?",
        "Acknowledge",
        back,
        "The platform's people see the plan beside the apps that stop. It changes no verdict: only a release does.",
    )
    return show_form(request, form, page)


@for_forms
@signed_in
def acknowledgement_withdraw(request: Request, pk: int, app_pk: int) -> HttpResponse:
    rotation, app = _rotation(request, pk), _app(request, app_pk)
    back = f"{reverse('rotation', args=(pk,))}#acknowledgements"
    page = FormPage(f"Take back the plan of {app}", "It then counts as not answered.", "Take back", back)

    def act() -> str:
        is_taken = take_back(rotation, app, actor=request.user, now=timezone.now())
        return f"The plan of {app} is taken back." if is_taken else f"{app} has no plan, so nothing was taken back."

    return ask_first(request, page, act)


def _rotation(request: Request, pk: int) -> Rotation:
    rows = visible(request.access).select_related("platform_domain", "endpoint__environment__customer", "leaf")
    row = found(rows, pk=pk)
    if row.state in OVER:
        raise Http404
    return row


def _app(request: Request, pk: int) -> App:
    app = found(visible_apps(request.access), pk=pk)
    allow(request.access.may_edit_apps(app.customer_id))
    return app


def _plan(form: AcknowledgementForm) -> Plan:
    given = form.cleaned_data
    return Plan(given["version"], given["ships_on"], given["text"], given["snoozed_until"])


def _initial(said: Acknowledgement | None) -> dict[str, object]:
    if said is None:
        return {}
    return {
        "version": said.version,
        "ships_on": said.ships_on,
        "text": said.plan,
        "snoozed_until": said.snoozed_until,
    }


urlpatterns: list[URLPattern] = [
    path("rotations/<int:pk>/acknowledge/<int:app_pk>/", acknowledgement, name="acknowledge"),
    path(
        "rotations/<int:pk>/acknowledge/<int:app_pk>/withdraw/",
        acknowledgement_withdraw,
        name="acknowledgement_withdraw",
    ),
]
