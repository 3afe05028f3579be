"""The forms of channels, and of what each role is told."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.validators import validate_email

from certdash.forms.environments import customers_to_administer
from certdash.models import Channel, ChannelKind, Event, Role
from certdash.notify import chat, webhook
from certdash.probes.connection import Failure, Limits, locate
from certdash.queries.access import Access
from certdash.queries.risk.recipients import possible

ME, PLATFORM = "me", "platform"
HOURS = [(hour, f"{hour:02}:00 UTC") for hour in range(24)]
EVENTS_HELP = "Tick nothing to get what is usual: for you, what your roles are told."


class ChannelForm(forms.ModelForm[Channel]):
    """`owner` and `kind` are chosen once. After `is_valid` the instance has its owner, and its target was looked at."""

    owner = forms.ChoiceField(label="For", widget=forms.Select(attrs={"data-wide": "half"}))
    kind = forms.ChoiceField(widget=forms.Select(attrs={"data-wide": "half"}))
    target = forms.CharField(
        label="Where to",
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    events = forms.MultipleChoiceField(
        label="What", choices=Event.choices, required=False, widget=forms.CheckboxSelectMultiple, help_text=EVENTS_HELP
    )
    digest_hour = forms.TypedChoiceField(
        label="Digest at", choices=HOURS, coerce=int, widget=forms.Select(attrs={"data-wide": "half"})
    )

    class Meta:
        model = Channel
        fields = ("owner", "kind", "name", "target", "events", "pace", "digest_hour")
        labels = {"pace": "When"}
        help_texts = {
            "name": "How you know it, for example on call, or build channel.",
            "pace": "Webhooks get each notice by itself, at once.",
        }
        widgets = {"pace": forms.Select(attrs={"data-wide": "half"})}

    use_required_attribute = False

    def __init__(self, *args: Any, access: Access, limits: Limits, has_chat: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access, self.limits = access, limits
        self._offer_owners(access)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [choice for choice in ChannelKind.choices if has_chat or choice[0] != ChannelKind.CHAT]
        rooms = f" For chat a room in Apprise's notation: {chat.NAMES}." if has_chat else ""
        self.fields["target"].help_text = f"An e-mail address, or the https address of a webhook.{rooms}"
        self.fields["digest_hour"].initial = 7
        if self.instance.pk:
            kind.choices = ChannelKind.choices
            for name in ("owner", "kind"):
                self.fields[name].disabled = True
            self.initial["owner"] = _owner_key(self.instance)

    def _offer_owners(self, access: Access) -> None:
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)
        choices = [(ME, "yourself")]
        if access.is_platform_admin:
            choices.append((PLATFORM, "the platform"))
        choices += [(str(row.pk), row.name) for row in customers_to_administer(access)]
        if self.instance.customer_id and str(self.instance.customer_id) not in dict(choices):
            choices.append((str(self.instance.customer_id), str(self.instance.customer)))
        owner.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "owner" in cleaned and not self.instance.pk:
            chosen = cleaned["owner"]
            self.instance.user_id = self.access.user_id if chosen == ME else None
            self.instance.customer_id = int(chosen) if chosen not in (ME, PLATFORM) else None
        is_new_target = "target" in cleaned and "kind" in cleaned and "target" in self.changed_data
        if is_new_target and (fault := self._fault(cleaned["kind"], cleaned["target"])):
            self.add_error("target", fault)
        return cleaned

    def _fault(self, kind: str, target: str) -> str:
        if kind == ChannelKind.EMAIL:
            return _address_fault(target)
        if kind == ChannelKind.CHAT:
            return chat.address_fault(target)
        place = urlsplit(target)
        return webhook.address_fault(place, self.limits) or self._guarded(place.hostname or "", place.port)

    def _guarded(self, host: str, port: int | None) -> str:
        """A name server that is slow is no reason to refuse an address; an internal network is."""
        found = locate(host, port or 443, self.limits)
        return found.reason if isinstance(found, Failure) and not found.is_passing else ""


def _owner_key(channel: Channel) -> str:
    if channel.user_id is not None:
        return ME
    return str(channel.customer_id) if channel.customer_id else PLATFORM


def _address_fault(target: str) -> str:
    try:
        validate_email(target)
    except forms.ValidationError:
        return "This is not an e-mail address. Write it like name@example.com."
    return ""


class PreferenceForm(forms.Form):
    events = forms.MultipleChoiceField(
        label="Told of",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick nothing and members with this role are told nothing, unless they choose otherwise themselves.",
    )

    def __init__(self, *args: Any, role: Role, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        events = self.fields["events"]
        assert isinstance(events, forms.MultipleChoiceField)
        events.choices = [(event.value, event.label) for event in possible(role)]
