"""A page as PDF where the extra is installed; where it is not, a sentence says how to get it."""

from collections.abc import Mapping
from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

MISSING = (
    "A PDF cannot be written on this server: WeasyPrint or the library Pango is missing. "
    "Print the page instead, or ask whoever runs certdash to install the extra “pdf”."
)


class WriterMissingError(Exception):
    """Nothing here can write a PDF; `MISSING` says what to do."""


def can_write() -> bool:
    """Whether the extra is installed; that a system library is missing shows when it is loaded."""
    return find_spec("weasyprint") is not None


def pdf_response(request: HttpRequest, template: str, context: Mapping[str, object], name: str) -> HttpResponse:
    try:
        # Half a second and tens of megabytes, which only those pay who ask for a PDF.
        from certdash.views.paper_writing import write
    except (ImportError, OSError) as error:
        raise WriterMissingError from error
    response = HttpResponse(write(render_to_string(template, context, request)), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
