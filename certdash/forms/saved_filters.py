"""The form that gives filters a name."""

from typing import Any
from urllib.parse import parse_qsl

from django import forms
from django.core.exceptions import ValidationError

from certdash.models import SavedFilter
from certdash.queries.lists.saved_filters import LONGEST, MOST, canonical


class SavedFilterForm(forms.ModelForm[SavedFilter]):
    """The instance has its owner and its list already."""

    query = forms.CharField(required=False, max_length=10_000, widget=forms.HiddenInput)

    class Meta:
        model = SavedFilter
        fields = ("name", "query")
        help_texts = {"name": "How you will find it again, for example “production that expires soon”."}

    use_required_attribute = False

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = SavedFilter.objects.filter(user=self.instance.user_id, page=self.instance.page)
        if others.filter(name=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(f"You have a saved filter “{name}” in this list already. Choose another name.")
        return name

    def clean_query(self) -> str:
        query = canonical(parse_qsl(self.cleaned_data["query"].replace("\x00", "")))
        if len(query) > LONGEST:
            raise ValidationError("These filters are too long to be saved. Shorten the text that you search for.")
        return query

    def clean(self) -> dict[str, Any] | None:
        kept = SavedFilter.objects.filter(user=self.instance.user_id, page=self.instance.page)
        if self.instance.pk is None and kept.count() >= MOST:
            raise ValidationError(f"You keep {MOST} filters of this list, which is the most. Delete one first.")
        return super().clean()
