"""A living style guide: every component with made-up values; reachable while DEBUG is on."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from certdash.drawing.tokens import GROUNDS, SHEET, TEXTS, VERDICTS, Contrast, contrasts, read_colours
from certdash.views import examples
from pins.verdict import Value

PARTS = (
    ("tokens", "Tokens"),
    ("verdicts", "Status"),
    ("time", "Time"),
    ("hash", "Hash"),
    ("chain", "Chain"),
    ("matrix", "Matrix and panel"),
    ("sentence", "Sentence, age, notices"),
    ("progress", "Progress and questions"),
    ("controls", "Controls"),
    ("lists", "Lists"),
    ("form", "Form"),
    ("file", "File view"),
)


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    context = {
        "parts": PARTS,
        "values": [value.value for value in Value],
        "chains": examples.chains(),
        "explanation": examples.explanation(),
        "progresses": examples.progresses(),
        "form": examples.form(),
        **_tokens(),
        **examples.words(),
        **examples.lifetimes(),
        **examples.runways(),
        **examples.matrix(),
        **examples.lists(),
    }
    return render(request, "styleguide/page.html", context)


def _tokens() -> dict[str, object]:
    colours = read_colours(SHEET.read_text())
    measured = {(pair.text, pair.ground): pair for pair in contrasts(colours)}
    texts = [(colours[name], [measured[name, ground] for ground in GROUNDS]) for name in TEXTS]
    tints = [(colours[name], colours[f"{name}-fill"], colours[f"{name}-soft"]) for name in VERDICTS]
    rest = [measured["on-accent", "accent"], measured["page", "ink"], *_on_tints(measured)]
    return {"grounds": [colours[name] for name in GROUNDS], "texts": texts, "tints": tints, "rest": rest}


def _on_tints(measured: dict[tuple[str, str], Contrast]) -> list[Contrast]:
    return [measured[name, f"{name}-soft"] for name in VERDICTS]


urlpatterns: list[URLPattern] = [path("styleguide/", styleguide, name="styleguide")]
