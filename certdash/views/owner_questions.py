"""Asking the owners of an app what they will do: what is sent and to whom is shown first."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from certdash.actions.owner_questions import ask_owner
from certdash.forms.owner_question import OwnerQuestionForm
from certdash.models import App
from certdash.queries.apps.owner_question import MOST_WITHIN, Question, question
from certdash.queries.apps.page import visible_apps
from certdash.queries.formatting import listed
from certdash.views.form_pages import for_forms
from certdash.views.guard import Request, allow, found, signed_in

MEANWHILE = "Somebody asked in the meantime, so nothing was sent again. Look at what they asked, then decide."
REPEATED = "The same was asked within a day, so nothing was sent. Ask again only if it is meant."
BARRED = f"The owners were asked {MOST_WITHIN} times within a day, so nothing more is sent today. Call them instead."
NOBODY = "Nobody can be reached, so nothing was sent. What to do stands below."


@sensitive_post_parameters("note")
@for_forms
@signed_in
def owner_question(request: Request, pk: int) -> HttpResponse:
    app = found(visible_apps(request.access).filter(archived_at=None), pk=pk)
    allow(request.access.may_ask_owner(app.customer_id, app.owner_id))
    if request.method != "POST":
        asked = _question(request, app, "")
        return _page(request, app, OwnerQuestionForm(initial={"seen": asked.seen}), asked)
    form = OwnerQuestionForm(request.POST)
    asked = _question(request, app, form.cleaned_data["note"] if form.is_valid() else "")
    if form.is_valid() and (refusal := _refusal(asked, form.cleaned_data["seen"], "again" in request.POST)):
        form.add_error(None, refusal)
    if not form.is_valid():
        return _page(request, app, form, asked, status=422)
    is_sent = ask_owner(app, asked.words, asked.facts, seen=asked.seen, actor=request.user, now=timezone.now())
    if is_sent:
        messages.success(request, f"Asked {listed(asked.reached)}. The notice leaves within a minute.")
    else:
        messages.warning(request, MEANWHILE)
    return redirect("app", app.pk)


def _question(request: Request, app: App, note: str) -> Question:
    return question(app, request.access, str(request.user), note, timezone.now())


def _refusal(asked: Question, seen: int, is_meant: bool) -> str:
    if not asked.reached:
        return NOBODY
    if asked.is_barred:
        return BARRED
    if asked.seen != seen:
        return MEANWHILE
    return REPEATED if asked.is_repeat and not is_meant else ""


def _page(request: Request, app: App, form: OwnerQuestionForm, asked: Question, *, status: int = 200) -> HttpResponse:
    context = {
        "app": app,
        "form": form,
        "ask": asked,  # `question` is what the search box holds
        "may_invite": request.access.may_administer(app.customer_id),
        "sets_mail": request.access.is_platform_admin,
    }
    return render(request, "apps/ask.html", context, status=status)


urlpatterns: list[URLPattern] = [path("apps/<int:pk>/ask/", owner_question, name="owner_question")]
