"""The second step of an upload: the release that its files are saved as, one for each platform."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.forms.utils import ErrorDict

from certdash.forms.apps import ReleaseForm
from certdash.models import App, Release
from certdash.models.app import Platform
from certdash.queries.apps.client_words import client_name
from certdash.queries.limits import share_taken
from certdash.queries.uploads.drafts import Part, possible_clients
from pins.decision import Client


class UploadForm(ReleaseForm):
    """The release that read pin files are saved as; an existing one keeps its share where none is given.

    `platform` is there where an upload has files for both: then each platform has a form with its own prefix.
    """

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

    def __init__(self, *args: Any, parts: Sequence[Part], platform: str = "", **kwargs: Any) -> None:
        super().__init__(*args, prefix=platform or None, **kwargs)
        self.parts = parts
        self.beside: UploadForm | None = None
        del self.fields["is_retired"]
        clients, choice = self.fields["clients"], self.fields["platform"]
        assert isinstance(clients, forms.MultipleChoiceField)
        assert isinstance(choice, forms.ChoiceField)
        possible = dict.fromkeys(one for part in parts for one in possible_clients(part.draft, platform))
        clients.choices = [(one.value, client_name(one)) for one in possible]
        if platform:
            choice.choices = [(platform, Platform(platform).label)]
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
        for part in self.parts if clients else ():
            if not any(one in clients for one in possible_clients(part.draft)):
                name = part.draft.name or "the text"
                self.add_error("clients", f"No client is chosen for {name}, so nothing would decide it. Choose one.")
        return cleaned

    def clean_share(self) -> Decimal | None:
        share = super().clean_share()
        share = self.instance.share if share is None and self.instance.pk else share
        if share is not None and self.beside is not None:
            self._refuse_beside(share, self.beside)
        return share

    def _refuse_beside(self, share: Decimal, other: "UploadForm") -> None:
        """The two releases of one upload share the users of one app, and neither is stored yet."""
        new: Decimal = other.cleaned_data.get("share") or Decimal(0)
        rest = share_taken(self.instance.app, besides=self.instance) + share
        old = other.instance.share if other.instance.pk and other.instance.retired_at is None else None
        if rest - (old or 0) + new > 100:
            raise ValidationError(
                f"With the {new.normalize():f} % of the other platform the releases of this app add up to more than "
                "100 %. Lower one of the two shares."
            )

    def save(self, commit: bool = True) -> Release:
        return forms.ModelForm.save(self, commit=False)

    def without_faults(self) -> "UploadForm":
        """With what was typed and no word about it: it is looked at when it is to be saved."""
        self._errors = ErrorDict()
        return self

    def chosen_clients(self, part: Part) -> tuple[Client, ...]:
        """Those of this part; as far as the form can be understood, where it is not valid."""
        chosen = self["clients"].value() or ()
        return tuple(one for one in possible_clients(part.draft) if one.value in chosen)


def release_named(app: App, platform: str, version: str, build: str) -> Release:
    """The app's release of that name, else a new one."""
    name = {"platform": platform.strip(), "version": version.strip(), "build": build.strip()}
    if any("\x00" in text for text in name.values()):
        return Release(app=app)
    return Release.objects.filter(app=app, **name).first() or Release(app=app)
