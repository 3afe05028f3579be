"""A page that arrives in pieces: its beginning at once, words of progress, then the answer; without JavaScript too."""

from collections.abc import Callable, Iterator

from django.http import StreamingHttpResponse
from django.template.loader import render_to_string

from certdash.drawing.scale import percent
from certdash.queries.simulation.outcome import Outcome, Step
from certdash.views.guard import Request

# Stands in no page by itself.
SEAM = "\N{DOUBLE DAGGER}seam\N{DOUBLE DAGGER}"


def in_pieces(
    request: Request, work: Iterator[Step], count: int, context: Callable[[Outcome], dict[str, object]]
) -> StreamingHttpResponse:
    """The beginning is made before the answer's headers go: it sets the cookie that the form at the end needs."""
    whole = render_to_string("simulate/working.html", {"count": count, "seam": SEAM}, request)
    beginning, end = whole.split(SEAM)
    response = StreamingHttpResponse(_pieces(request, beginning, work, context, end))
    response.headers["X-Accel-Buffering"] = "no"  # else nginx keeps the pieces until all are there
    return response


def _pieces(
    request: Request, beginning: str, work: Iterator[Step], context: Callable[[Outcome], dict[str, object]], end: str
) -> Iterator[str]:
    yield beginning
    for step in work:
        width = percent(100 * step.done / step.total if step.total else 100)
        yield render_to_string("simulate/_step.html", {"done": step.done, "total": step.total, "width": width})
        if step.outcome is not None:
            yield render_to_string("simulate/_arrived.html", context(step.outcome), request)
    yield end
