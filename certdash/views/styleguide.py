"""A living style guide: every component with made-up values; reachable while DEBUG is on."""

from datetime import UTC, date, datetime, timedelta

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from certdash.drawing import lifetime, runway
from certdash.queries.formatting import WORDS, Moment, Part, key_hash
from pins.verdict import Value

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class ExampleForm(forms.Form):
    name = forms.CharField(help_text="As people say it.", widget=forms.TextInput(attrs={"data-wide": "half"}))
    stage = forms.ChoiceField(
        choices=[("production", "production"), ("test", "test")], widget=forms.Select(attrs={"data-wide": "half"})
    )
    hosts = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    is_public = forms.BooleanField(label="Counts as a public trust store", required=False)


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    form = ExampleForm({"stage": "production"})
    form.is_valid()
    context = {
        "sentence": (
            Part("If the platform certificate rotates on 14 Jan 2027, "),
            Part("7 of 52 apps", "#"),
            Part("."),
        ),
        "values": [value.value for value in Value],
        "words": WORDS,
        "age": Moment("4 min", "24 Nov 2026, 11:56 UTC", "2026-11-24T11:56:00+00:00"),
        "hash": key_hash("47" * 32, "leaf *.cloud.example, serial 1a2b"),
        "form": form,
        **_drawings(),
    }
    return render(request, "styleguide.html", context)


def _drawings() -> dict[str, object]:
    opens, closes = NOW + timedelta(days=21), NOW + timedelta(days=51)
    scale = lifetime.scale_for([closes + timedelta(days=60)], NOW)
    lives = [lifetime.Life(value.value, NOW - timedelta(days=300), closes, opens, closes) for value in Value]
    lives.append(lifetime.Life("unknown", silent_since=NOW - timedelta(days=90)))
    runs = [
        runway.Run("will_fail", date(2026, 12, 2), opens, closes),
        runway.Run("failing", date(2026, 11, 7), opens, closes),
    ]
    ground = runway.scale_for(runs, NOW)
    return {
        "scale": lifetime.head_of(scale),
        "bars": [lifetime.bar(life, scale) for life in lives],
        "head": runway.head_of(runs, ground),
        "runways": [runway.runway(run, ground) for run in runs],
    }


urlpatterns: list[URLPattern] = [path("styleguide/", styleguide, name="styleguide")]
