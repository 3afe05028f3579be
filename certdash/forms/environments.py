"""The forms of environments, endpoints and pasted lists of hosts."""

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from certdash.forms.fields import ConnectToField, HostField, HostLine, parse_host_and_port, taken
from certdash.models import Customer, Endpoint, Environment, Stage
from certdash.probes.guard import parse_networks
from certdash.probes.reading import Target
from certdash.probes.vetting import refusals
from certdash.queries.access import Access

MOST_HOSTS = 2000
# What a person corrects in one go.
MOST_FAULTS = 20
# How long a person waits for name servers before the form is taken as it is.
VETTING_DEADLINE = timedelta(seconds=4)


def vetted(targets: list[Target]) -> dict[int, str]:
    return refusals(targets, parse_networks(settings.PROBE_ALLOWED_NETWORKS), VETTING_DEADLINE)


def customers_to_administer(access: Access) -> Any:
    """Active customers whose environments this user may change, by name."""
    keys = [key for key in access.customer_roles if access.may_administer(key)]
    everyone = Customer.objects.filter(archived_at=None)
    return everyone if access.is_platform_admin else everyone.filter(pk__in=keys)


def only_one(customers: QuerySet[Customer]) -> Customer | None:
    """Who has one customer is not asked which."""
    found = list(customers[:2])
    return found[0] if len(found) == 1 else None


class EnvironmentForm(forms.ModelForm[Environment]):
    class Meta:
        model = Environment
        fields = ("customer", "name", "stage", "hosting")
        help_texts = {"name": "Short and unique for the customer, for example acme-prod."}

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        customer = self.fields["customer"]
        assert isinstance(customer, forms.ModelChoiceField)
        customer.queryset = customers_to_administer(access)
        customer.empty_label = "choose one"
        # Moving an environment would hand its history and its apps' verdicts to another tenant.
        customer.disabled = self.instance.pk is not None
        if self.instance.pk is None:
            self.initial["customer"] = only_one(customer.queryset)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        same = {name: cleaned.get(name) for name in ("customer", "name")}
        twin = Environment.objects.filter(**same).exclude(pk=self.instance.pk).first()
        if twin:
            told = f"{twin.customer} has an environment of that name already."
            self.add_error("name", taken(told, twin, "Choose another name, or edit that one."))
        return cleaned


class EndpointForm(forms.ModelForm[Endpoint]):
    host = HostField(max_length=253, help_text="For example acme.cloud.example. Its domain kind follows from it.")
    port = forms.IntegerField(min_value=1, max_value=65_535, initial=443)
    connect_to = ConnectToField(
        required=False,
        label="Connect to",
        help_text="Optional: IP addresses to probe instead of those in DNS, one a line, with :port if it differs.",
    )

    class Meta:
        model = Endpoint
        fields = ("host", "port", "connect_to")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["port"].widget.attrs["data-wide"] = "third"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        same = {name: cleaned.get(name) for name in ("host", "port")}
        twins = Endpoint.objects.filter(environment=self.instance.environment, **same)
        if twin := twins.exclude(pk=self.instance.pk).first():
            told = "This environment has that host and port already."
            self.add_error("host", taken(told, twin, "Edit that endpoint instead."))
        if not self.errors:
            self._vet(Target(0, cleaned["host"], cleaned["port"], tuple(cleaned["connect_to"])))
        return cleaned

    def _vet(self, target: Target) -> None:
        for sentence in vetted([target]).values():
            self.add_error("connect_to" if target.connect_to else "host", sentence)


class HostListForm(forms.Form):
    """Each line: `host`, `host:port` or a URL, and optionally a comma, semicolon or tab and the environment's name."""

    customer = forms.ModelChoiceField(Customer.objects.none(), empty_label="choose one")
    stage = forms.ChoiceField(choices=Stage, initial=Stage.PRODUCTION, help_text="Of environments that are new.")
    hosts = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text="One host on each line. “, name” behind it puts the host into the environment of that name; "
        "without it the environment is named after the host. Two columns of a spreadsheet do as well.",
    )

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        customer = self.fields["customer"]
        assert isinstance(customer, forms.ModelChoiceField)
        customer.queryset = customers_to_administer(access)
        self.initial["customer"] = only_one(customer.queryset)

    def clean_hosts(self) -> tuple[HostLine, ...]:
        numbered = [(n, line) for n, line in enumerate(self.cleaned_data["hosts"].splitlines(), 1) if line.strip()]
        if len(numbered) > MOST_HOSTS:
            raise ValidationError(f"These are {len(numbered)} hosts. Paste at most {MOST_HOSTS} at a time.")
        lines, faults = [], []
        for number, line in numbered:
            try:
                lines.append(read_line(line))
            except ValidationError as fault:
                faults.append(f"Line {number}: {fault.messages[0]}")
        faults = faults or self._refused(numbered, lines)
        if len(faults) > MOST_FAULTS:
            faults[MOST_FAULTS:] = [_more(len(faults) - MOST_FAULTS)]
        if faults:
            raise ValidationError(faults)
        return tuple(lines)

    def _refused(self, numbered: list[tuple[int, str]], lines: list[HostLine]) -> list[str]:
        refused = vetted([Target(0, line.host, line.port) for line in lines])
        return [f"Line {numbered[place][0]}: {sentence}" for place, sentence in sorted(refused.items())]


def _more(count: int) -> str:
    there = "There is 1 more line" if count == 1 else f"There are {count} more lines"
    return f"{there} like these. Correct the first ones, then send the list again."


def read_line(line: str) -> HostLine:
    """A spreadsheet puts a tab or a semicolon between its cells."""
    target, name = (*re.split(r"[,;\t]", line.strip(), maxsplit=1), "")[:2]
    parsed = parse_host_and_port(target)
    return HostLine(parsed.host, parsed.port, (name.strip() or parsed.host)[:120])
