"""How much one request may send: decided on its announced length, before anything of it is read or written to disk."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

# A file of 4 MB, its form around it, and room for the sentence about a file that is somewhat larger.
MAXIMUM_REQUEST = 32 * 1024 * 1024

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def limits(get_response: GetResponse) -> GetResponse:
    """Middleware. Without it the check of a form's token would take up whatever anybody sends, signed in or not."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        # A length of many digits is far beyond the limit and not worth a number.
        if len(length) > 12 or (length.isdecimal() and int(length) > MAXIMUM_REQUEST):
            return render(request, "errors/413.html", status=413)
        return get_response(request)

    return respond
