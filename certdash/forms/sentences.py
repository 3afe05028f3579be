"""What a form answers where Django has only a stock sentence: what is wrong, and what to write instead."""

from django import forms
from django.contrib.auth.forms import UsernameField
from django.core import validators
from django.db.models.fields import BLANK_CHOICE_DASH

_CHOICE_GONE = "This choice does not exist here, or not any more. Choose one from the list."
_FIELDS: dict[type[forms.Field], dict[str, str]] = {
    forms.Field: {"required": "This is empty. Fill it in."},
    UsernameField: {"required": "This is empty. Write your e-mail address."},
    forms.IntegerField: {"invalid": "This is not a whole number. Write digits alone, like 28."},
    forms.DecimalField: {"invalid": "This is not a number. Write it like 12.5."},
    forms.DateField: {"invalid": "This is not a date. Write year, month and day, like 2027-01-31."},
    forms.DateTimeField: {"invalid": "This is not a date and time. Write it like 2027-01-31 14:30."},
    forms.BooleanField: {"required": "Tick the box to go on."},
    forms.ChoiceField: {"required": "Nothing is chosen. Choose one from the list.", "invalid_choice": _CHOICE_GONE},
    forms.MultipleChoiceField: {
        "required": "Nothing is chosen. Choose at least one.",
        "invalid_choice": _CHOICE_GONE,
        "invalid_list": _CHOICE_GONE,
    },
    forms.ModelChoiceField: {
        "required": "Nothing is chosen. Choose one from the list.",
        "invalid_choice": _CHOICE_GONE,
    },
    forms.ModelMultipleChoiceField: {
        "invalid_list": _CHOICE_GONE,
        "invalid_choice": _CHOICE_GONE,
        "invalid_pk_value": _CHOICE_GONE,
    },
    forms.URLField: {"invalid": "This is not an address. Write it with https:// in front."},
    forms.FileField: {
        "required": "No file was given. Choose one.",
        "invalid": "No file was given. Choose one.",
        "missing": "No file was given. Choose one.",
        "empty": "This file is empty. Choose the one with the content.",
        "max_length": "The name of this file is too long: %(length)d characters, and %(max)d are kept. Rename it.",
    },
}
_TOO_LONG = "This is too long: %(show_value)d characters, and %(limit_value)d are kept. Shorten it."
_VALIDATORS: dict[type, str] = {
    validators.MaxLengthValidator: _TOO_LONG,
    validators.MinLengthValidator: "This is too short: it needs at least %(limit_value)d characters.",
    validators.MaxValueValidator: "This is too much. Write %(limit_value)s or less.",
    validators.MinValueValidator: "This is too little. Write %(limit_value)s or more.",
    validators.EmailValidator: "This is not an e-mail address. Write it like name@example.com.",
    validators.URLValidator: "This is not an address. Write it with https:// in front.",
    validators.ProhibitNullCharactersValidator: "There is a character in it that cannot be kept. Type it anew.",
}


def replace_stock_sentences() -> None:
    """Fields read their sentences when they are made: this comes before any form is defined."""
    BLANK_CHOICE_DASH[:] = [("", "choose one")]
    for field, sentences in _FIELDS.items():
        field.default_error_messages = {**field.default_error_messages, **sentences}
    for validator, sentence in _VALIDATORS.items():
        validator.message = sentence  # type: ignore[attr-defined]
