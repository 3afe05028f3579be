"""The form of a customer."""

from django import forms

from certdash.models import Customer


class CustomerForm(forms.ModelForm[Customer]):
    class Meta:
        model = Customer
        fields = ("name",)
        help_texts = {"name": "The company or team whose environments and apps these are."}
