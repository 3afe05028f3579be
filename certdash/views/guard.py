"""Who may reach a view: signed in, with an access to ask; what is another customer's does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from certdash.models import User
from certdash.queries.access import Access, access_of

ENDED = "Your session has ended. Log in, and you are back where you were."
Arguments = ParamSpec("Arguments")
Row = TypeVar("Row", bound=Model)


class Request(HttpRequest):
    """A request behind `signed_in`: the user is real and `access` says what they may do."""

    user: User
    htmx: HtmxDetails
    access: Access


View = Callable[Concatenate[Request, Arguments], HttpResponseBase]


def signed_in(view: View[Arguments]) -> Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase]:
    """Send strangers to the log-in page; a fragment whose session died reloads the page instead of showing a form."""

    @wraps(view)
    def guarded(request: Any, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if settings.SESSION_COOKIE_NAME in request.COOKIES and request.method != "HEAD":
                messages.info(request, ENDED)
            if request.htmx:
                back = QueryDict(mutable=True)
                back["next"] = request.htmx.current_url_abs_path or "/"
                return HttpResponseClientRedirect(f"{reverse('log_in')}?{back.urlencode(safe='/')}")
            return redirect_to_login(_back(request))
        request.access = access_of(request.user)
        return view(request, *args, **kwargs)

    return guarded


def _back(request: HttpRequest) -> str:
    """Where to go on after logging in: what was asked for, or for something sent the page that it was sent from."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    sent_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(sent_from, allowed_hosts={request.get_host()})
    parts = urlsplit(sent_from)
    return f"{parts.path}?{parts.query}".removesuffix("?") if is_ours and parts.path else reverse("overview")


def found(rows: QuerySet[Row], **key: object) -> Row:
    """The one row, or 404: rows of another customer are filtered out before and look like rows that never were."""
    row = rows.filter(**key).first()
    if row is None:
        raise Http404
    return row


def allow(is_allowed: bool) -> None:
    """403 for what the reader may see and not do."""
    if not is_allowed:
        raise PermissionDenied
