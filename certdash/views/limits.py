"""How much one request may send: decided on its announced length, before anything of it is read or written to disk."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve

from certdash.views.receiving import MAXIMUM_UPLOAD

# A file of 4 MB, its form around it, and room for the sentence about a file that is somewhat larger.
MAXIMUM_REQUEST = 32 * 1024 * 1024

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def limits(get_response: GetResponse) -> GetResponse:
    """Middleware. Without it the check of a form's token would take up whatever anybody sends, signed in or not."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        # A length of many digits is far beyond the limit and not worth a number.
        if len(length) > 12 or (length.isdecimal() and _is_too_much(request, int(length))):
            is_signed_out = _is_upload(request.path_info) and not request.user.is_authenticated
            return render(request, "errors/413.html", {"is_signed_out": is_signed_out}, status=413)
        return get_response(request)

    return respond


def _is_too_much(request: HttpRequest, length: int) -> bool:
    """Only an upload takes a built app, only of somebody who is signed in; its view looks at the rights, then reads."""
    if length <= MAXIMUM_REQUEST:
        return False
    return length > MAXIMUM_UPLOAD or not _is_upload(request.path_info) or not request.user.is_authenticated


def _is_upload(path: str) -> bool:
    try:
        return resolve(path).view_name == "upload"
    except Resolver404:
        return False
