"""The form with which an owner says what they will do about a rotation."""

from datetime import date
from typing import Any

from django import forms


class AcknowledgementForm(forms.Form):
    """A release that ships, or a reason to be asked again later; one of the two."""

    version = forms.CharField(
        required=False,
        max_length=40,
        label="Release that brings the fix",
        widget=forms.TextInput(attrs={"data-wide": "half"}),
        help_text="For example 4.3.",
    )
    ships_on = forms.DateField(
        required=False,
        label="Ships on",
        widget=forms.DateInput(attrs={"type": "date", "data-wide": "half"}, format="%Y-%m-%d"),
    )
    text = forms.CharField(
        required=False,
        max_length=500,
        label="Plan or reason",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What the platform's people should know.",
    )
    snoozed_until = forms.DateField(
        required=False,
        label="Or ask again on",
        widget=forms.DateInput(attrs={"type": "date", "data-wide": "half"}, format="%Y-%m-%d"),
        help_text="No reminder comes before that day. Needs a reason.",
    )

    use_required_attribute = False

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ships_on, later = cleaned.get("ships_on"), cleaned.get("snoozed_until")
        if ships_on and ships_on < self.today:
            self.add_error("ships_on", "This day has passed. Give the day on which the release is to ship.")
        if later and later <= self.today:
            self.add_error("snoozed_until", "This day has passed. Give a later one, or leave it empty.")
        elif later and ships_on:
            self.add_error("snoozed_until", "A release that ships needs no later reminder. Clear one of the two days.")
        elif later and not cleaned.get("text"):
            self.add_error("text", "Say why it can wait: this is what others read.")
        if not self.errors and not (ships_on or later or cleaned.get("version") or cleaned.get("text")):
            self.add_error(None, "Nothing was said. Name the release that ships, or a day to be asked again.")
        return cleaned
