"""The form of a backup key: a request or a public key, read before anything is stored."""

from typing import Any

from django import forms

from certdash.forms.environments import customers_to_administer
from certdash.models import BackupKey, Certificate, Endpoint
from certdash.queries.access import Access
from pins.csr import parse_public_key, parse_request
from pins.errors import PinError
from pins.keys import PublicKey
from pins.pem import refuse_private_key

MOST_BYTES = 64 * 1024


class BackupKeyForm(forms.ModelForm[BackupKey]):
    """After `is_valid` the instance has the key's hashes; a request must be signed with the key that it asks for."""

    material = forms.CharField(
        label="Certificate request or public key",
        widget=forms.Textarea(attrs={"rows": 9, "spellcheck": "false", "class": "code", "autocomplete": "off"}),
        help_text="In PEM. A request proves that you hold the key. Never paste the private key: it is refused.",
    )

    class Meta:
        model = BackupKey
        fields = ("customer", "name", "material")
        help_texts = {"name": "How you know it, for example backup key 2027, in the safe."}

    use_required_attribute = False

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        customer = self.fields["customer"]
        assert isinstance(customer, forms.ModelChoiceField)
        customer.queryset = customers_to_administer(access)
        customer.empty_label = "Choose whose key it is"
        if not self.is_bound and customer.queryset.count() == 1:
            self.initial.setdefault("customer", customer.queryset.get().pk)

    def clean_material(self) -> str:
        text: str = self.cleaned_data["material"]
        source = text.strip().encode()
        if len(source) > MOST_BYTES:
            raise forms.ValidationError("This is larger than 64 kB. Give one request or one public key.")
        try:
            key, self.instance.is_proved = _read(source)
        except PinError as fault:
            if fault.code == "private_key":
                self.data = {**self.data, "material": ""}
            raise forms.ValidationError(fault.sentence) from None
        if owner := owner_of(key.spki_sha256.hex()):
            raise forms.ValidationError(
                f"This is the key of {owner}, so it cannot be the next one of your own certificates. Give a key that "
                "you keep."
            )
        self.instance.spki_sha256 = key.spki_sha256.hex()
        self.instance.spki_sha1 = key.spki_sha1.hex()
        return text.strip()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        twin = BackupKey.objects.filter(customer=cleaned.get("customer"), spki_sha256=self.instance.spki_sha256)
        if self.instance.spki_sha256 and (known := twin.exclude(pk=self.instance.pk).first()):
            state = "is archived: restore it" if known.archived_at else "is registered already"
            self.add_error("material", f"This key {state}, as {known}.")
        return cleaned


def owner_of(spki_sha256: str) -> str:
    """The authority, or the platform's certificate, that has this key; empty where it may be a customer's own."""
    authority = Certificate.objects.filter(spki_sha256=spki_sha256, is_ca=True).first()
    if authority is not None:
        return f"the authority {authority}"
    mine = Endpoint.objects.filter(chain__leaf__spki_sha256=spki_sha256, platform_domain__isnull=False)
    served = mine.select_related("platform_domain").first()
    return f"the platform's certificate for {served.platform_domain}" if served else ""


def _read(source: bytes) -> tuple[PublicKey, bool]:
    """The key, and whether its holder proved to hold it."""
    refuse_private_key(source)
    if b"REQUEST" not in source[:200]:
        return parse_public_key(source), False
    request = parse_request(source)
    if not request.is_signature_valid:
        raise PinError(
            "The signature of this request does not fit its key, so nobody proved to hold it. Create it again.",
            code="signature_invalid",
        )
    return request.public_key, True
