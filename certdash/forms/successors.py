"""The form of a successor: material as text or file, the announced window, where it was announced."""

import hashlib
from datetime import date, datetime
from typing import Any

from django import forms

from certdash.forms.announced_window import AnnouncedWindowForm
from certdash.queries.judging.candidates import Candidate, Target, last_expiry, read_candidate, sighted
from pins.errors import PinError

MOST_BYTES = 256 * 1024


class SuccessorForm(AnnouncedWindowForm):
    """After `is_valid`, `candidate` is what was understood; `readable` is the material as the field can carry it on."""

    field_order = ("material", "file", "is_logged", "window_start", "window_end", "source_url", "note")

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
    note = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    candidate: Candidate

    def __init__(self, *args: Any, target: Target, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target, self.now, self.readable = target, now, ""
        # One of the two is needed; the page calls only the second one optional.
        self.fields["material"].required = not self.is_bound

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_logged, days = cleaned.get("is_logged"), cleaned.get("window_start") or cleaned.get("window_end")
        expires = last_expiry(self.target) if days and not is_logged else None
        is_ahead = expires is not None and expires > self.now
        self.refuse_days(today=self.now.date(), expires=expires.date() if expires and is_ahead else None)
        self._read(cleaned)
        if is_logged and not self.errors:
            self._take_as_logged(days)
        return cleaned

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


def _text(source: bytes) -> str:
    """Empty for a file that is no text: a field could not carry it."""
    try:
        return source.decode()
    except UnicodeDecodeError:
        return ""
