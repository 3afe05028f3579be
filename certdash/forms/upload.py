"""The two steps of an upload: the file or its text, then the release that it is saved as."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator, RegexValidator

from certdash.forms.apps import ReleaseForm
from certdash.models import App, Release
from certdash.models.app import Platform
from certdash.queries.client_words import client_name, format_name
from pins import formats
from pins.decision import Client
from pins.errors import PinError
from pins.pem import refuse_private_key
from pins.reading import MAXIMUM_BYTES

TOO_LARGE = (
    "{} has {:.1f} MB; a pin file has a few kB and is read up to 4 MB. Check that it is the right file, "
    "and give the one in which the app keeps its pins."
)


class PastedText(forms.CharField):
    """Text exactly as pasted, but with the line ends of files; what is wrong in it the reader says with its place."""

    widget = forms.Textarea(attrs={"rows": 12, "class": "code", "spellcheck": "false", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.validators = [one for one in self.validators if not isinstance(one, ProhibitNullCharactersValidator)]

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class SourceForm(forms.Form):
    """A file or pasted text; a file given beside a text is refused, because one of them would be lost."""

    file = forms.FileField(required=False, allow_empty_file=True, label="Pin file")
    text = PastedText(required=False, label="Or paste its text")
    file_name = forms.CharField(required=False, max_length=200, label="File name of the text")
    format = forms.ChoiceField(
        required=False,
        label="Format",
        choices=[("", "Detect it"), *((one, format_name(one)) for one in formats.FORMATS)],
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file, text = cleaned.get("file"), cleaned.get("text", "")
        if file is not None and text.strip():
            self._drop_private_key(text)
            self.add_error("text", "There is a file and a text. Give one of them, so that the right one is saved.")
        elif file is None and not text.strip() and not self.errors:
            self.add_error("file", "Choose the pin file of the build, or paste its text below.")
        elif file is not None:
            self._take("file", file.name or "", file.size or 0, file.read)
        else:
            self._take("text", cleaned.get("file_name", ""), len(text.encode(errors="replace")), text.encode)
        return cleaned

    def _drop_private_key(self, text: str) -> None:
        """A key goes into no page, not even back into the field that it came from."""
        try:
            refuse_private_key(text.encode(errors="replace"))
        except PinError:
            self.data = {name: self.data.get(name, "") for name in self.fields} | {"text": ""}

    def _take(self, field: str, name: str, size: int, read: Any) -> None:
        """The size is known before anything is read."""
        if size > MAXIMUM_BYTES:
            if field == "text":
                self._drop_private_key(self.cleaned_data["text"])
            what = name or ("The file" if field == "file" else "The text")
            self.add_error(field, ValidationError(TOO_LARGE.format(what, size / 1024 / 1024), code="too_large"))
            return
        self.cleaned_data |= {"source": read(), "name": name, "field": field}

    def fitting_format(self) -> str:
        """The name of the format that the source looks like, where another one was chosen by hand; else empty."""
        given = self.cleaned_data
        if not given.get("format") or "source" not in given:
            return ""
        try:
            looks_like = formats.detect(given["source"], name=given["name"])
        except PinError:
            return ""
        return "" if looks_like == given["format"] else format_name(looks_like)

    @property
    def is_too_large(self) -> bool:
        return any(self.has_error(name, "too_large") for name in ("file", "text"))


class UploadForm(ReleaseForm):
    """The release that a read pin file is saved as; an existing one keeps its share where none is given."""

    draft = forms.CharField(widget=forms.HiddenInput)
    clients = forms.MultipleChoiceField(
        label="Client",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one client: it decides how the file is read on a device."},
    )
    client_version = forms.CharField(
        required=False,
        max_length=20,
        label="Client version",
        validators=[RegexValidator(r"^\d+(\.\d+)*$", "Write the version as numbers with full stops, like 4.12.0.")],
    )

    def __init__(self, *args: Any, format: str, **kwargs: Any) -> None:  # noqa: A002
        super().__init__(*args, **kwargs)
        del self.fields["is_retired"]
        clients = self.fields["clients"]
        assert isinstance(clients, forms.MultipleChoiceField)
        clients.choices = [(one.value, client_name(one)) for one in formats.clients_of(format)]
        self.fields["share"].label = "Share, %"
        self.fields["share"].help_text = ""
        if self.instance.share is not None:
            self.initial["share"] = f"{self.instance.share.normalize():f}"

    def clean(self) -> dict[str, Any]:
        """A file for a client of the other platform would be decided by code that is not in the build."""
        cleaned = super().clean() or {}
        platform, clients = cleaned.get("platform"), [Client(one) for one in cleaned.get("clients") or ()]
        if platform and clients and all(one.platform not in ("", platform) for one in clients):
            names = " and ".join(map(client_name, clients[:3]))
            verb, where = "does" if len(clients) == 1 else "do", Platform(platform).label
            self.add_error("platform", f"{names} {verb} not run on {where}. Choose the other platform or client.")
        return cleaned

    def clean_share(self) -> Decimal | None:
        share = super().clean_share()
        return self.instance.share if share is None and self.instance.pk else share

    def save(self, commit: bool = True) -> Release:
        return forms.ModelForm.save(self, commit=False)

    @property
    def chosen_clients(self) -> tuple[Client, ...]:
        return tuple(Client(one) for one in self.cleaned_data["clients"])


def release_named(app: App, platform: str, version: str, build: str) -> Release:
    """The app's release of that name, else a new one."""
    name = {"platform": platform.strip(), "version": version.strip(), "build": build.strip()}
    if any("\x00" in text for text in name.values()):
        return Release(app=app)
    return Release.objects.filter(app=app, **name).first() or Release(app=app)
