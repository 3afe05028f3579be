"""The form of a customer."""

from django import forms

from certdash.models import Customer


class CustomerForm(forms.ModelForm[Customer]):
    class Meta:
        model = Customer
        fields = ("name",)
        error_messages = {
            "name": {"unique": "There is a customer of that name already. Choose another name, or restore that one."}
        }
        help_texts = {"name": "The company or team whose environments and apps these are."}
