"""The forms of apps and releases."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db.models import Q
from django.utils import timezone

from certdash.forms.fields import RowsField, taken
from certdash.models import App, Customer, Environment, Release, User
from certdash.queries.access import Access
from certdash.queries.limits import share_taken
from pins.adoption import Adoption, read_adoption
from pins.errors import PinError

# Longer spans are typing errors, not plans.
MOST_DAYS = {"review_days": 60, "adoption_days": 365, "buffer_days": 90}


class AppForm(forms.ModelForm[App]):
    """The customer is chosen first and fixed afterwards: owner and environments are that customer's."""

    adoption_table = forms.CharField(
        required=False,
        label="Adoption by day",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "code"}),
        help_text="CSV from your store: day and share of users who have a new version, like 7,12.5, as a running total "
        "or as what each day adds. A day without a row brings nobody. The adoption days then follow from it.",
    )

    class Meta:
        model = App
        fields = (
            "name",
            "owner",
            "active_users",
            "environments",
            "review_days",
            "adoption_days",
            "target_share",
            "buffer_days",
        )
        widgets = {"environments": forms.CheckboxSelectMultiple}
        field_classes = {"environments": RowsField}
        labels = {
            "review_days": "Store review, days",
            "adoption_days": "Adoption, days",
            "target_share": "Target share, %",
            "buffer_days": "Buffer, days",
        }
        help_texts = {
            "active_users": "People who use the app, on both platforms together.",
            "environments": "The app's hosts are those of these environments and those that its pin sets name.",
            "adoption_days": "How long it takes until the target share of users has a new version.",
            "target_share": "When this share has the fix, the rotation may come.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner, environments = self.fields["owner"], self.fields["environments"]
        assert isinstance(owner, forms.ModelChoiceField)
        assert isinstance(environments, forms.ModelMultipleChoiceField)
        customer = self.instance.customer
        owner.queryset = User.objects.filter(memberships__customer=customer).distinct().order_by("name")
        linked = Q(pk__in=self.instance.environments.values("pk")) if self.instance.pk else Q()
        environments.queryset = Environment.objects.filter(Q(archived_at=None) | linked, customer=customer)
        for name, most in MOST_DAYS.items():
            self.fields[name].validators.append(MaxValueValidator(most))
        for name in ("owner", "active_users", *MOST_DAYS, "target_share"):
            self.fields[name].widget.attrs["data-wide"] = "half"
        self.fields["environments"].required = False
        owner.empty_label = "nobody yet"
        self.initial["adoption_table"] = "\n".join(
            f"{day},{share:g}" for day, share in enumerate(self.instance.adoption, 1)
        )

    def clean_adoption_table(self) -> Adoption | None:
        text: str = self.cleaned_data["adoption_table"].strip()
        try:
            return read_adoption(text) if text else None
        except PinError as fault:
            place = f" ({fault.place})" if str(fault.place) else ""
            raise ValidationError(f"{fault.sentence}{place}") from None

    def clean(self) -> dict[str, Any]:
        """What the table says about the days takes the place of what was typed."""
        cleaned = super().clean() or {}
        curve, target = cleaned.get("adoption_table"), cleaned.get("target_share")
        self.instance.adoption = list(curve.shares) if curve else []
        if curve is None or target is None:
            return cleaned
        days = curve.days_until(target)
        if days is None:
            self.add_error(
                "adoption_table",
                f"After {len(curve.shares)} days {curve.shares[-1]:g} % have a new version: the target of {target} % "
                "is not reached. Give more days, or lower the target share.",
            )
        else:
            cleaned["adoption_days"] = days
        return cleaned

    def clean_target_share(self) -> int:
        share: int = self.cleaned_data["target_share"]
        if not 1 <= share <= 100:
            raise ValidationError(f"{share} % of users cannot be reached. Give a share from 1 to 100.")
        return share

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        twins = App.objects.filter(customer=self.instance.customer, name=name).exclude(pk=self.instance.pk)
        if twin := twins.first():
            raise taken(f"{self.instance.customer} has an app of that name already.", twin, "Choose another name.")
        return name


class AppCustomerForm(forms.Form):
    """The first step of a new app."""

    customer = forms.ModelChoiceField(
        Customer.objects.none(), empty_label="choose one", help_text="Whose app it is; this stays."
    )

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        customer = self.fields["customer"]
        assert isinstance(customer, forms.ModelChoiceField)
        keys = [key for key in access.customer_roles if access.may_edit_apps(key)]
        active = Customer.objects.filter(archived_at=None)
        customer.queryset = active if access.is_platform_admin else active.filter(pk__in=keys)


def _plain(share: Decimal) -> str:
    """`99`, not `99.00`."""
    return f"{share.normalize():f}"


class ReleaseForm(forms.ModelForm[Release]):
    is_retired = forms.BooleanField(
        required=False, label="Retired", help_text="Nobody uses it any more: it counts no more."
    )

    class Meta:
        model = Release
        fields = ("platform", "version", "build", "share")
        labels = {"share": "Share of users, %"}
        help_texts = {"share": "Of all users of the app, over both platforms. Leave empty when you do not know."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_retired"].initial = self.instance.retired_at is not None
        for field in self.fields.values():
            field.widget.attrs["data-wide"] = "half"

    def clean_share(self) -> Decimal | None:
        share: Decimal | None = self.cleaned_data["share"]
        if share is None:
            return None
        taken = share_taken(self.instance.app, besides=self.instance)
        if share < 0 or taken + share > 100:
            left = max(Decimal(0), 100 - taken)
            remedy = (
                f"At most {_plain(left)} % are left: lower this share or that" if left else "None is left: lower that"
            )
            raise ValidationError(
                f"With {_plain(share)} % the releases of this app add up to {_plain(taken + share)} %. "
                f"{remedy} of another release."
            )
        return share

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        same = {name: cleaned.get(name) for name in ("platform", "version", "build")}
        twins = Release.objects.filter(app=self.instance.app, **same).exclude(pk=self.instance.pk)
        if twins.exists():
            self.add_error("version", "This app has that release already. Give another build, or edit that release.")
        return cleaned

    def save(self, commit: bool = True) -> Release:
        release = super().save(commit=False)
        if self.cleaned_data["is_retired"] != (release.retired_at is not None):
            release.retired_at = timezone.now() if self.cleaned_data["is_retired"] else None
        return release
