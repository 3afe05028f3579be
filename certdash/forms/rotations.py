"""The forms of a rotation: what people say of it, and why it is called off."""

from datetime import date
from typing import Any

from django import forms

from certdash.forms.announced_window import AnnouncedWindowForm

CHANGED = (
    "Somebody has changed this rotation since you opened the form, so nothing was stored. What you typed is below: "
    "compare it with the rotation's page, then save it again."
)


class RotationForm(AnnouncedWindowForm):
    """`seen` says what the rotation looked like when the form was opened."""

    field_order = ("owner", "window_start", "window_end", "source_url", "note", "seen")

    owner = forms.CharField(
        required=False,
        max_length=120,
        label="Who runs it",
        help_text="The person or team to ask about this rotation.",
    )
    note = forms.CharField(
        required=False,
        max_length=2000,
        label="Notes",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Everybody who sees this rotation reads them.",
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, expires: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expires, self.today = expires, today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start = cleaned.get("window_start")
        self.refuse_days(today=self.today, expires=self.expires)
        is_passed = start and start < self.today and start != self.initial.get("window_start")
        if is_passed and "window_end" not in self.errors:
            self.add_error("window_start", "This day has passed. Give today or a later day, or clear it.")
        return cleaned

    def show_conflict(self, seen: str) -> None:
        """Keeps what was typed; saving it once more is a decision with open eyes."""
        self.data = {**self.data.dict(), "seen": seen} if hasattr(self.data, "dict") else {**self.data, "seen": seen}
        self.add_error(None, CHANGED)


class CancellationForm(forms.Form):
    reason = forms.CharField(
        max_length=500,
        label="Why",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Everybody who has a host concerned reads it.",
        error_messages={"required": "Say why: this is what everybody concerned is told."},
    )

    use_required_attribute = False

    def clean_reason(self) -> str:
        """A whole sentence: it is quoted between others."""
        reason: str = self.cleaned_data["reason"].strip()
        return reason if reason.endswith((".", "!", "?")) else f"{reason}."
