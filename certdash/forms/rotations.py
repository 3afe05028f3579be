"""The forms of a rotation: what people say of it, and why it is called off."""

from datetime import UTC, date, datetime, time
from typing import Any

from django import forms

CHANGED = (
    "Somebody has changed this rotation since you opened the form, so nothing was stored. What you typed is below: "
    "compare it with the rotation's page, then save it again."
)


class RotationForm(forms.Form):
    """`seen` says what the rotation looked like when the form was opened."""

    owner = forms.CharField(
        required=False,
        max_length=120,
        label="Who runs it",
        help_text="The person or team to ask about this rotation.",
    )
    window_start = forms.DateField(
        required=False,
        label="Earliest day",
        widget=forms.DateInput(attrs={"type": "date", "data-wide": "half"}, format="%Y-%m-%d"),
        help_text="As announced. Verdicts and ship-by dates count from it.",
    )
    window_end = forms.DateField(
        required=False,
        label="Latest day",
        widget=forms.DateInput(attrs={"type": "date", "data-wide": "half"}, format="%Y-%m-%d"),
        help_text="As announced; without it the expiry of today's certificate.",
    )
    source_url = forms.URLField(
        required=False,
        max_length=500,
        label="Where it was announced",
        assume_scheme="https",
        help_text="For example the page of the announcement.",
    )
    note = forms.CharField(
        required=False,
        max_length=2000,
        label="Notes",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Everybody who sees this rotation reads them.",
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    use_required_attribute = False

    def __init__(self, *args: Any, expires: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expires, self.today = expires, today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("window_start"), cleaned.get("window_end")
        if start and end and end < start:
            self.add_error("window_end", f"The latest day is before the earliest, {start}. Swap them, or clear one.")
        elif end and end < self.today:
            self.add_error("window_end", "This day has passed, so it says nothing about what comes. Give a later one.")
        elif start and start < self.today and start != self.initial.get("window_start"):
            self.add_error("window_start", "This day has passed. Give today or a later day, or clear it.")
        if start and start > self.expires:
            expiry = f"Today's certificate expires on {self.expires}"
            self.add_error("window_start", f"{expiry}, so the change comes before this day. Give an earlier one.")
        return cleaned

    @property
    def window(self) -> tuple[datetime | None, datetime | None]:
        """From the first minute of the earliest day to the last one of the latest."""
        start: date | None = self.cleaned_data.get("window_start")
        end: date | None = self.cleaned_data.get("window_end")
        return (
            datetime.combine(start, time.min, UTC) if start else None,
            datetime.combine(end, time(23, 59), UTC) if end else None,
        )

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
