"""The first step of an upload: files or a pasted text, each read by itself; what is wrong is placed at its field."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import ProhibitNullCharactersValidator

from certdash.forms.upload_files import TOO_LARGE, TOO_MANY_BYTES, Reading, Refusal, read_draft, read_files, told
from certdash.queries.apps.client_words import format_name
from certdash.queries.uploads.drafts import Batch
from pins import formats
from pins.errors import PinError
from pins.pem import refuse_private_key
from pins.reading import MAXIMUM_BYTES

_MEGABYTE = 1024 * 1024


class PastedText(forms.CharField):
    """Text exactly as pasted, but with the line ends of files; what is wrong in it the reader says with its place."""

    widget = forms.Textarea(attrs={"rows": 12, "class": "code", "spellcheck": "false", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.validators = [one for one in self.validators if not isinstance(one, ProhibitNullCharactersValidator)]

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """As many files as were given, each cleaned by itself."""

    widget = _SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = [one for one in (data if isinstance(data, list) else [data]) if one]
        return [super(FilesField, self).clean(one, initial) for one in files]


class SourceForm(forms.Form):
    """Files or pasted text; a file given beside a text is refused, because one of them would be lost.

    `reading` is there once the form is valid.
    """

    file = FilesField(required=False, allow_empty_file=True, label="Pin files or a built app", max_length=255)
    text = PastedText(required=False, label="Or paste the text of one file")
    file_name = forms.CharField(required=False, max_length=200, label="File name of the text")
    format = forms.ChoiceField(
        required=False,
        label="Format",
        choices=[("", "Detect it"), *((one, format_name(one)) for one in formats.FORMATS)],
    )
    reading = Reading(Batch(), ())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        files, text = cleaned.get("file") or [], cleaned.get("text", "")
        if files and text.strip():
            self._drop_private_key(text)
            self.add_error("text", "There is a file and a text. Give one of them, so that the right one is saved.")
        elif not files and not text.strip() and not self.errors:
            self.add_error("file", "Choose the pin files of the build, or paste the text of one below.")
        elif not self.errors:
            self.reading = self._of_files(files) if files else self._of_text(cleaned)
            self._refuse("file" if files else "text")
        return cleaned

    def _of_files(self, files: list[UploadedFile[bytes]]) -> Reading:
        return read_files(files, self.cleaned_data.get("format", ""))

    def _of_text(self, given: dict[str, Any]) -> Reading:
        source, name = given["text"].encode(errors="replace"), given.get("file_name", "")
        try:
            if len(source) > MAXIMUM_BYTES:
                raise PinError(TOO_LARGE.format(name or "The text", len(source) / _MEGABYTE), code=TOO_MANY_BYTES)
            draft, pin_set = read_draft(source, name, given.get("format", ""))
            return Reading(Batch((draft,)), (), {draft: pin_set})
        except PinError as error:
            self._drop_private_key(given["text"])
            return Reading(Batch(), (Refusal("", told(error), error.code),))

    def _refuse(self, field: str) -> None:
        """Only where nothing is left to preview; one bad file does not lose the good ones."""
        batch, refusals = self.reading.batch, self.reading.refusals
        if too_much := self.reading.too_much:
            self.add_error(field, ValidationError(too_much, code=TOO_MANY_BYTES))
        for one in () if batch.drafts else refusals:
            at = "format" if one.code == "wrong_choice" else field
            is_named = len(refusals) == 1 or one.file_name in one.sentence
            sentence = one.sentence if is_named else f"{one.file_name}: {one.sentence}"
            self.add_error(at, ValidationError(sentence, code=one.code))

    def _drop_private_key(self, text: str) -> None:
        """A key goes into no page, not even back into the field that it came from."""
        try:
            refuse_private_key(text.encode(errors="replace"))
        except PinError:
            self.data = {name: self.data.get(name, "") for name in self.fields} | {"text": ""}

    @property
    def is_too_large(self) -> bool:
        return any(self.has_error(name, TOO_MANY_BYTES) for name in ("file", "text"))
