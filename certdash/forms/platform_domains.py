"""The form of a platform domain."""

from django import forms
from django.core.exceptions import ValidationError

from certdash.forms.fields import parse_host_and_port
from certdash.models import PlatformDomain


class PlatformDomainForm(forms.ModelForm[PlatformDomain]):
    class Meta:
        model = PlatformDomain
        fields = ("domain", "name")
        error_messages = {"domain": {"unique": "This domain is registered already. Edit or restore it in the list."}}
        help_texts = {
            "domain": "Every host below it serves the certificate you own, for example cloud.example.",
            "name": "Optional, for people.",
        }

    def clean_domain(self) -> str:
        # People copy it from the address line of a browser.
        domain = parse_host_and_port(self.cleaned_data["domain"].strip().removeprefix("*.")).host
        if "." not in domain:
            raise ValidationError(f"“{domain}” is a whole top-level domain. Name the domain that you own below it.")
        return domain
