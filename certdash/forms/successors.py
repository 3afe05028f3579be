"""The form of a successor: material as text or file, the announced window, where it was announced."""

import hashlib
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms

from certdash.queries.candidates import Candidate, Target, last_expiry, read_candidate, sighted
from pins.errors import PinError

MOST_BYTES = 256 * 1024


class SuccessorForm(forms.Form):
    """After `is_valid`, `candidate` is what was understood; `readable` is the material as the field can carry it on."""

    material = forms.CharField(
        required=False,
        label="Paste the successor",
        widget=forms.Textarea(attrs={"rows": 9, "spellcheck": "false", "class": "code", "autocomplete": "off"}),
        help_text="Full chain, leaf certificate, certificate request, public key, sha256/… key hash, or the "
        "certificate's fingerprint. The more is known, the fewer verdicts stay open.",
    )
    file = forms.FileField(required=False, label="or upload a file", help_text="PEM or DER, at most 256 kB.")
    is_logged = forms.BooleanField(
        required=False,
        label="I found it in a public log (Certificate Transparency); nobody has announced it",
        help_text="It is then expected from today on, until its owner announces when, or which one.",
    )
    window_start = forms.DateField(
        required=False,
        label="Earliest day",
        widget=forms.DateInput(attrs={"type": "date", "data-wide": "half"}, format="%Y-%m-%d"),
        help_text="When its owner may install it first.",
    )
    window_end = forms.DateField(
        required=False,
        label="Latest day",
        widget=forms.DateInput(attrs={"type": "date", "data-wide": "half"}, format="%Y-%m-%d"),
        help_text="Without it the expiry of today's certificate.",
    )
    source_url = forms.URLField(
        required=False,
        max_length=500,
        label="Where it was announced",
        assume_scheme="https",
        help_text="For example the page of the announcement.",
    )
    note = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    use_required_attribute = False
    candidate: Candidate

    def __init__(self, *args: Any, target: Target, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target, self.now, self.readable = target, now, ""
        # One of the two is needed; the page calls only the second one optional.
        self.fields["material"].required = not self.is_bound

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("window_start"), cleaned.get("window_end")
        if start and end and end < start:
            self.add_error("window_end", f"The latest day is before the earliest, {start}. Swap them, or clear one.")
        elif end and end < self.now.date():
            self.add_error("window_end", "This day has passed, so it says nothing about what comes. Give a later one.")
        if start and "window_end" not in self.errors and not cleaned.get("is_logged"):
            self._refuse_after_expiry(start)
        self._read(cleaned)
        if cleaned.get("is_logged") and not self.errors:
            self._take_as_logged(start or end)
        return cleaned

    def _refuse_after_expiry(self, start: date) -> None:
        expires = last_expiry(self.target)
        if expires and expires > self.now and start > expires.date():
            expiry = f"Today's certificate expires on {expires.date()}"
            self.add_error("window_start", f"{expiry}, so the change comes before this day. Give an earlier one.")

    def _take_as_logged(self, announced_day: date | None) -> None:
        if announced_day:
            self.add_error("is_logged", "A log does not tell when. Clear the days, or this box if somebody named them.")
        try:
            self.candidate = sighted(self.candidate, self.target)
        except PinError as fault:
            self.add_error("is_logged", fault.sentence)

    def _read(self, cleaned: dict[str, Any]) -> None:
        upload = cleaned.get("file")
        field = "file" if upload else "material"
        source: bytes = upload.read(MOST_BYTES + 1) if upload else cleaned.get("material", "").strip().encode()
        if not source.strip():
            self.add_error(field, "Nothing was given. Paste what will be served next, or upload its file.")
        elif len(source) > MOST_BYTES:
            self.readable = "" if upload or b"PRIVATE KEY" in source else _text(source)
            self.add_error(field, "This is larger than 256 kB. Give one chain, without other certificates.")
        else:
            self._understand(source, field)

    def _understand(self, source: bytes, field: str) -> None:
        try:
            self.candidate = read_candidate(source, self.target, now=self.now)
        except PinError as fault:
            place = f" ({fault.place})" if str(fault.place) else ""
            self.add_error(field, f"{fault.sentence}{place}")
            if fault.code != "private_key":
                self.readable = _text(source)
        else:
            self.readable = self.candidate.material

    def keep(self) -> None:
        """Carry on everything typed: an uploaded file becomes text, a private key is dropped."""
        self.fields["material"].required = True
        self.data = {name: self.data.get(name, "") for name in self.fields} | {"material": self.readable}

    @property
    def mark(self) -> str:
        """Tells whether what is registered is what the preview showed."""
        shown = (self.candidate.material, self.candidate.announced.evidence, *map(str, self.window))
        return hashlib.sha256("\n".join(shown).encode()).hexdigest()

    @property
    def window(self) -> tuple[datetime | None, datetime | None]:
        """From the first minute of the earliest day to the last one of the latest."""
        start: date | None = self.cleaned_data.get("window_start")
        end: date | None = self.cleaned_data.get("window_end")
        return (
            datetime.combine(start, time.min, UTC) if start else None,
            datetime.combine(end, time(23, 59), UTC) if end else None,
        )


def _text(source: bytes) -> str:
    """Empty for a file that is no text: a field could not carry it."""
    try:
        return source.decode()
    except UnicodeDecodeError:
        return ""
