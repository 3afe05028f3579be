"""The forms of members: the first admin, an invitation, a change of role."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from certdash.models import PLATFORM_ROLES, Customer, Role
from certdash.queries.access import Access

CUSTOMER_ROLES = tuple(role for role in Role if role not in PLATFORM_ROLES)


class FirstAdminForm(forms.Form):
    """Asks people for what is their own: a browser that knows it fills it in (WCAG 2.2, 1.3.5)."""

    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), help_text="At least 10 characters."
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class InvitationForm(forms.Form):
    """A platform admin may give any role; a customer admin only the roles of that customer."""

    name = forms.CharField(max_length=120)
    email = forms.EmailField(label="E-mail")
    role = forms.ChoiceField()
    customer = forms.ModelChoiceField(
        Customer.objects.none(), required=False, help_text="Leave empty for the two platform roles."
    )

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role, customer = self.fields["role"], self.fields["customer"]
        assert isinstance(role, forms.ChoiceField)
        assert isinstance(customer, forms.ModelChoiceField)
        # Without a choice the first one would be given, and that is the role that may do everything.
        role.choices = [("", "choose one"), *((each.value, each.label) for each in roles_to_give(access))]
        active = Customer.objects.filter(archived_at=None)
        keys = [key for key in access.customer_roles if access.may_administer(key)]
        customer.queryset = active if access.is_platform_admin else active.filter(pk__in=keys)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_platform_role = cleaned.get("role") in PLATFORM_ROLES
        if is_platform_role and cleaned.get("customer"):
            self.add_error("customer", "A platform role is for all customers. Leave this empty or choose another role.")
        if not is_platform_role and "role" in cleaned and not cleaned.get("customer"):
            self.add_error("customer", "This role belongs to one customer. Choose which.")
        return cleaned


class RoleForm(forms.Form):
    role = forms.ChoiceField()

    def __init__(self, *args: Any, roles: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [(each.value, each.label) for each in roles]


class NewPasswordForm(forms.Form):
    """The address is shown and not asked for: it tells a password manager whose password this is."""

    email = forms.EmailField(
        label="E-mail", disabled=True, widget=forms.EmailInput(attrs={"autocomplete": "username", "readonly": True})
    )
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), help_text="At least 10 characters."
    )
    again = forms.CharField(label="Once more", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password

    def clean_again(self) -> str:
        if self.cleaned_data["again"] != self.cleaned_data.get("password", self.cleaned_data["again"]):
            raise ValidationError("The two entries differ. Type the same password twice.")
        again: str = self.cleaned_data["again"]
        return again


def roles_to_give(access: Access) -> tuple[Role, ...]:
    return tuple(Role) if access.is_platform_admin else CUSTOMER_ROLES
