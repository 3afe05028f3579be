"""What an owner announces of a rotation beside the certificate: its days, and where that stands."""

from datetime import UTC, date, datetime, time

from django import forms

DAY = {"type": "date", "data-wide": "half"}


class AnnouncedWindowForm(forms.Form):
    """The fields, and what cannot be said of a certificate that ends on a known day."""

    window_start = forms.DateField(
        required=False,
        label="Earliest day",
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text="When its owner may install it first; verdicts and ship-by dates count from it.",
    )
    window_end = forms.DateField(
        required=False,
        label="Latest day",
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text="As announced. Verdicts count until today's certificate expires, because plans slip.",
    )
    source_url = forms.URLField(
        required=False,
        max_length=500,
        label="Where it was announced",
        assume_scheme="https",
        help_text="For example the page of the announcement.",
    )

    use_required_attribute = False

    def refuse_days(self, *, today: date, expires: date | None) -> None:
        """`expires`: the last day of what is served, where that is known and ahead."""
        start, end = self.cleaned_data.get("window_start"), self.cleaned_data.get("window_end")
        if start and end and end < start:
            self.add_error("window_end", f"The latest day is before the earliest, {start}. Swap them, or clear one.")
        elif end and end < today:
            self.add_error("window_end", "This day has passed, so it says nothing about what comes. Give a later one.")
        if start and expires and start > expires:
            expiry = f"Today's certificate expires on {expires}"
            self.add_error("window_start", f"{expiry}, so the change comes before this day. Give an earlier one.")

    @property
    def window(self) -> tuple[datetime | None, datetime | None]:
        """From the first minute of the earliest day to the last one of the latest."""
        start: date | None = self.cleaned_data.get("window_start")
        end: date | None = self.cleaned_data.get("window_end")
        return (
            datetime.combine(start, time.min, UTC) if start else None,
            datetime.combine(end, time(23, 59), UTC) if end else None,
        )
