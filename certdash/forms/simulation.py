"""The form of a simulation: where, and what would be served; and the form that keeps a scenario."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from certdash.forms.fields import parse_host_and_port
from certdash.models import App, Endpoint, PlatformDomain
from certdash.queries.access import Access
from certdash.queries.rotations.scope import live_endpoints
from certdash.queries.simulation.scenario_words import SCENARIO_CHOICES
from pins.errors import PinError
from pins.pem import refuse_private_key
from pins.scenarios import Likelihood

EVERYWHERE, ONE_HOST, OF_APP = "all", "host", "app"
MATERIAL = "material"
MOST_BYTES = 256 * 1024


class SimulationForm(forms.Form):
    """After `is_valid`, `domain` or `endpoint` is the place (neither: every host, or those of the app), `source` a
    candidate's bytes. `of_app` is the app that the reader asks for, whose hosts may be chosen.
    """

    where = forms.ChoiceField(label="Where")
    host = forms.CharField(
        required=False,
        max_length=300,
        label="Host",
        help_text="For one host: its name as it is registered, with its port if that is not 443.",
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off", "inputmode": "url"}),
    )
    scenario = forms.ChoiceField(label="What comes next", choices=[(MATERIAL, "What I paste below"), *SCENARIO_CHOICES])
    material = forms.CharField(
        required=False,
        label="Certificate, chain, request, key or hash",
        widget=forms.Textarea(attrs={"rows": 7, "spellcheck": "false", "class": "code", "autocomplete": "off"}),
        help_text="Chain or leaf in PEM, a certificate request, a public key, or sha256/… of a key. Nothing is stored.",
    )
    file = forms.FileField(required=False, label="or a file", help_text="PEM or DER, at most 256 kB.")
    app = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    use_required_attribute = False
    domain: PlatformDomain | None = None
    endpoint: Endpoint | None = None
    source = b""

    def __init__(self, *args: Any, access: Access, of_app: App | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access, self.of_app = access, of_app
        self.domains = {str(one.pk): one for one in _domains(access)}
        where = self.fields["where"]
        assert isinstance(where, forms.ChoiceField)
        where.choices = [
            *([(OF_APP, f"The hosts of {of_app.name}")] if of_app else []),
            *((key, f"{domain}, the platform certificate") for key, domain in self.domains.items()),
            (ONE_HOST, "One host"),
            (EVERYWHERE, "Every host"),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._place(cleaned)
        if not self._has_private_key(cleaned) and cleaned.get("scenario") == MATERIAL:
            self._material(cleaned)
        return cleaned

    def _has_private_key(self, cleaned: dict[str, Any]) -> bool:
        """Such a text goes into no page, whatever else is asked or wrong."""
        try:
            refuse_private_key(cleaned.get("material", "").encode())
        except PinError as fault:
            self.add_error("material", fault.sentence)
            self.data = {name: self.data.get(name, "") for name in self.fields} | {"material": ""}
            return True
        return False

    def _place(self, cleaned: dict[str, Any]) -> None:
        where = cleaned.get("where", "")
        self.domain = self.domains.get(where)
        if where == ONE_HOST:
            self._host(cleaned.get("host", ""))

    def _host(self, text: str) -> None:
        try:
            name = parse_host_and_port(text)
        except ValidationError as error:
            self.add_error("host", "Write the name of a registered host." if not text.strip() else error)
            return
        rows = live_endpoints(self.access).filter(host=name.host, port=name.port)
        self.endpoint = rows.select_related("environment__customer", "platform_domain").first()
        if self.endpoint is None:
            self.add_error("host", f"No host {name.host} with port {name.port} is registered. Add it, or correct it.")

    def _material(self, cleaned: dict[str, Any]) -> None:
        upload = cleaned.get("file")
        field = "file" if upload else "material"
        self.source = upload.read(MOST_BYTES + 1) if upload else cleaned.get("material", "").strip().encode()
        if cleaned.get("where") in (EVERYWHERE, OF_APP):
            self.add_error("where", "One certificate is served by one domain or host. Choose which, or a scenario.")
        elif not self.source.strip():
            self.add_error(field, "Nothing was given. Paste what would be served, or choose a scenario above.")
        elif len(self.source) > MOST_BYTES:
            self.add_error(field, "This is larger than 256 kB. Give one chain, without other certificates.")


class ScenarioForm(forms.Form):
    """Keeps what the simulation showed: how likely a scenario is from now on, with the reason on record."""

    likelihood = forms.ChoiceField(
        label="From now on it is",
        choices=[
            (Likelihood.EXPECTED, "expected: apps that it stops will fail"),
            (Likelihood.PLAUSIBLE, "plausible: apps that it stops are at risk"),
            (Likelihood.REMOTE, "remote: shown and not counted"),
        ],
    )
    reason = forms.CharField(
        max_length=2000,
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What you know, and from whom. It stands beside every verdict that rests on it.",
    )

    use_required_attribute = False


def _domains(access: Access) -> list[PlatformDomain]:
    """Those with a host that the reader sees."""
    rows = PlatformDomain.objects.filter(archived_at=None)
    if access.sees_everything:
        return list(rows)
    return list(rows.filter(pk__in=live_endpoints(access).values("platform_domain")))
