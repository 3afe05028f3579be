"""The form with which somebody asks the owners of an app: one sentence of their own, if they like."""

from django import forms
from django.core.exceptions import ValidationError

from pins.errors import PinError
from pins.pem import refuse_private_key

LONGEST = 300
TOO_OLD = "This page is too old to ask from. Open it again, then ask."


class OwnerQuestionForm(forms.Form):
    """`seen` is the newest question that the asker was shown: a second click on the button finds a newer one."""

    note = forms.CharField(
        required=False,
        max_length=LONGEST,
        label="Your own sentence",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For example: when does the fix ship, and who can approve it?",
    )
    seen = forms.IntegerField(
        min_value=0,
        max_value=2**62,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), TOO_OLD),
    )

    use_required_attribute = False

    def clean_note(self) -> str:
        note: str = " ".join(self.cleaned_data["note"].split())
        try:
            refuse_private_key(note.encode())
        except PinError as fault:
            self.data = {name: self.data.get(name, "") for name in self.fields} | {"note": ""}
            raise ValidationError(fault.sentence) from None
        return note
