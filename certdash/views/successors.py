"""Successors: show what was understood and what it would change, register it, withdraw it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from certdash.actions.successors import Announcement, register, withdraw
from certdash.forms.successors import SuccessorForm
from certdash.models import PlatformDomain, Rotation, Successor
from certdash.queries.access import Access
from certdash.queries.judging.candidates import Target
from certdash.queries.judging.pairs import watched_endpoints
from certdash.queries.rotations.list import OVER
from certdash.queries.rotations.scope import live_endpoints
from certdash.queries.simulation.successor_preview import successor_preview
from certdash.views.follow_up import evaluate_scope
from certdash.views.form_pages import FormPage, ask_first, for_forms
from certdash.views.guard import Request, allow, found, signed_in

CHANGED_SINCE = "What you typed has changed since the preview, so nothing was stored. This is its effect now."


@for_forms
@signed_in
def successor_new(request: Request) -> HttpResponse:
    target = _target(request)
    now = timezone.now()
    if request.method != "POST":
        return _page(request, SuccessorForm(target=target, now=now), target)
    form = SuccessorForm(request.POST, request.FILES, target=target, now=now)
    is_valid = form.is_valid()
    form.keep()
    if not is_valid:
        return _page(request, form, target, status=422)
    is_shown = request.POST.get("shown") == form.mark
    if request.POST.get("do") == "register" and is_shown:
        return _register(request, form, target)
    notices = [CHANGED_SINCE] if request.POST.get("do") == "register" else []
    preview = successor_preview(form.candidate, target, form.window, now)
    return _page(request, form, target, preview=preview, notices=notices)


def _target(request: Request) -> Target:
    """404 for what the reader does not see, 403 for what they see and may not decide."""
    domain, endpoint = request.GET.get("platform_domain", ""), request.GET.get("endpoint", "")
    if endpoint.isdecimal() and len(endpoint) < 18:
        rows = live_endpoints(request.access).select_related("environment__customer", "platform_domain")
        row = found(rows, pk=int(endpoint))
        allow(_may_decide(Target(row.platform_domain, None if row.platform_domain else row), request.access))
        return Target(platform_domain=row.platform_domain) if row.platform_domain else Target(endpoint=row)
    if domain.isdecimal() and len(domain) < 18:
        allow(request.access.may_administer_platform)
        return Target(platform_domain=found(PlatformDomain.objects.filter(archived_at=None), pk=int(domain)))
    raise Http404


def _may_decide(target: Target, access: Access) -> bool:
    if target.endpoint is None:
        return access.may_administer_platform
    return access.may_administer(target.endpoint.environment.customer_id)


NOT_MAILED = (
    "No mail server is set (SMTP_HOST), so nobody is told of this by e-mail: tell the owners of the apps that stop, or "
    "add a webhook under Settings, Channels."
)


def _page(request: Request, form: SuccessorForm, target: Target, *, status: int = 200, **more: object) -> HttpResponse:
    query = f"endpoint={target.endpoint.pk}" if target.endpoint else f"platform_domain={_pk(target)}"
    context = {
        "form": form,
        "target": target,
        "action": f"{reverse('successor_new')}?{query}",
        "back": _back(target),
        "endpoint_count": 1 if target.endpoint else watched_endpoints().filter(platform_domain=_pk(target)).count(),
        **more,
    }
    return render(request, "successors/new.html", context, status=status)


def _pk(target: Target) -> int:
    return target.platform_domain.pk if target.platform_domain else 0


def _register(request: Request, form: SuccessorForm, target: Target) -> HttpResponse:
    start, end = form.window
    announcement = Announcement(start, end, form.cleaned_data["source_url"], form.cleaned_data["note"])
    register(form.candidate, target, announcement, actor=request.user, now=timezone.now())
    _evaluate(target)
    messages.success(
        request,
        f"The successor for {target.name} is registered. Verdicts follow within seconds; reload the page to see them.",
    )
    if not settings.SMTP_HOST:
        messages.warning(request, NOT_MAILED)
    return redirect(_back(target))


def _evaluate(target: Target) -> None:
    evaluate_scope(platform_domain=_pk(target) or None, endpoint=target.endpoint.pk if target.endpoint else None)


def _back(target: Target) -> str:
    """The open rotation of the target, or the list while none has opened."""
    rows = Rotation.objects.exclude(state__in=OVER)
    row = rows.filter(platform_domain=target.platform_domain, endpoint=target.endpoint).order_by("pk").first()
    return reverse("rotation", args=[row.pk]) if row else reverse("rotations")


@for_forms
@signed_in
def successor_withdraw(request: Request, pk: int) -> HttpResponse:
    rows = Successor.objects.filter(withdrawn_at=None)
    row = found(rows.select_related("platform_domain", "endpoint__environment__customer"), pk=pk)
    if row.endpoint is not None and not request.access.may_see(row.endpoint.environment.customer_id):
        raise Http404
    target = Target(row.platform_domain, row.endpoint)
    allow(_may_decide(target, request.access))
    text = (
        f"Verdicts on {target.name} then rest on assumptions again: every plausible renewal counts until a successor "
        "is registered or seen."
    )
    kind = "found in a log" if row.is_logged else "registered"
    page = FormPage(f"Withdraw the successor {kind} for {target.name}", text, "Withdraw", _back(target))
    return ask_first(request, page, lambda: _withdraw(request, row, target))


def _withdraw(request: Request, row: Successor, target: Target) -> str:
    withdraw(row, actor=request.user, now=timezone.now())
    _evaluate(target)
    return f"The successor for {target.name} is withdrawn. Verdicts follow within seconds."


urlpatterns: list[URLPattern] = [
    path("successors/new/", successor_new, name="successor_new"),
    path("successors/<int:pk>/withdraw/", successor_withdraw, name="successor_withdraw"),
]
