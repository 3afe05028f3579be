"""No form answers with a stock sentence: each says what is wrong and what to write instead."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile


@pytest.mark.parametrize(
    ("field", "sent", "told"),
    [
        (forms.CharField(), "", "This is empty. Fill it in."),
        (forms.CharField(max_length=3), "long", "This is too long: 4 characters, and 3 are kept. Shorten it."),
        (forms.CharField(), "a\0b", "There is a character in it that cannot be kept. Type it anew."),
        (forms.IntegerField(), "many", "This is not a whole number. Write digits alone, like 28."),
        (forms.IntegerField(max_value=60), "61", "This is too much. Write 60 or less."),
        (forms.IntegerField(min_value=1), "0", "This is too little. Write 1 or more."),
        (forms.DecimalField(), "many", "This is not a number. Write it like 12.5."),
        (forms.DateField(), "soon", "This is not a date. Write year, month and day, like 2027-01-31."),
        (forms.EmailField(), "name", "This is not an e-mail address. Write it like name@example.com."),
        (forms.URLField(assume_scheme="https"), "//", "This is not an address. Write it with https:// in front."),
        (forms.ChoiceField(choices=[("a", "a")]), "", "Nothing is chosen. Choose one from the list."),
        (
            forms.ChoiceField(choices=[("a", "a")]),
            "b",
            "This choice does not exist here, or not any more. Choose one from the list.",
        ),
        (forms.MultipleChoiceField(choices=[("a", "a")]), [], "Nothing is chosen. Choose at least one."),
        (forms.FileField(), None, "No file was given. Choose one."),
        (forms.FileField(), SimpleUploadedFile("a.pem", b""), "This file is empty. Choose the one with the content."),
    ],
)
def test_what_a_field_refuses_it_refuses_in_words_of_its_own(field: forms.Field, sent: object, told: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(sent)

    assert refused.value.messages == [told]
