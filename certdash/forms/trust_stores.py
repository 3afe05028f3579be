"""The form of a trust store: a name and a PEM bundle, read before anything is stored."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from certdash.models import TrustStore
from certdash.queries.limits import is_last_in_scope
from pins.certificate import parse_certificates
from pins.errors import PinError
from pins.pem import refuse_private_key

MOST_BYTES = 4 * 1024 * 1024


class TrustStoreForm(forms.ModelForm[TrustStore]):
    bundle = forms.FileField(required=False, label="PEM file")
    pem = forms.CharField(
        required=False, label="or paste PEM", widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"})
    )

    class Meta:
        model = TrustStore
        fields = ("name", "version", "is_public", "is_in_scope", "bundle", "pem")
        labels = {"is_public": "Public", "is_in_scope": "In scope"}
        help_texts = {
            "name": "For example Android 7, or the name of your own CA.",
            "version": "Optional: the date or number of this state of the store.",
            "is_public": "Certificates under it must keep the public lifetime limits.",
            "is_in_scope": "Verdicts are decided on every store in scope.",
        }

    def clean_is_in_scope(self) -> bool:
        wanted: bool = self.cleaned_data["is_in_scope"]
        if not wanted and self.instance.pk and is_last_in_scope(self.instance):
            raise ValidationError("This is the only store in scope. Put another one into scope first.")
        return wanted

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_builtin = self.instance.pk is not None and not self.instance.pem
        upload = cleaned.get("bundle")
        source: bytes = upload.read(MOST_BYTES + 1) if upload else cleaned.get("pem", "").encode()
        if self._has_private_key(source, "bundle" if upload else "pem"):
            return cleaned
        if not source.strip():
            if not is_builtin:
                self.add_error("pem", "A trust store needs at least one certificate. Choose a PEM file or paste one.")
            return cleaned
        if is_builtin:
            self.add_error("pem", "The built-in store has its certificates from certifi. Create a new store instead.")
        elif len(source) > MOST_BYTES:
            self.add_error("bundle", "The bundle is larger than 4 MB. Upload the trust anchors only.")
        else:
            self._read(source, cleaned)
        return cleaned

    def _has_private_key(self, source: bytes, field: str) -> bool:
        """Such a text goes into no page, not even back into the field that it came from."""
        try:
            refuse_private_key(source)
        except PinError as fault:
            self.add_error(field, fault.sentence)
            self.data = {**self.data, "pem": ""}
            return True
        return False

    def _read(self, source: bytes, cleaned: dict[str, Any]) -> None:
        try:
            parse_certificates(source)
        except PinError as fault:
            place = f" ({fault.place})" if str(fault.place) else ""
            self.add_error("bundle" if cleaned.get("bundle") else "pem", f"{fault.sentence}{place}")
            return
        cleaned["pem"] = source.decode("ascii", "replace")
