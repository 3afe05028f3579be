"""The first visit, which creates the first admin, and the link of an invitation."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode

from certdash.actions.members import create_first_admin, set_password
from certdash.forms.members import FirstAdminForm, NewPasswordForm
from certdash.models import Membership, User
from certdash.views.form_pages import FormPage, for_forms, show_form


class LinkTokens(PasswordResetTokenGenerator):
    """A link lets in to what its maker knew of: it lapses with any change of the person's roles."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        roles = Membership.objects.filter(user_id=user.pk).order_by("pk").values_list("pk", "role")
        return f"{super()._make_hash_value(user, timestamp)}{list(roles)}"


LINKS = LinkTokens()
LAPSED = (
    "This link has been used, or is older than three days. Log in if you have set a password with it; otherwise ask "
    "who invited you for a new link."
)


@for_forms
def welcome(request: HttpRequest) -> HttpResponse:
    """Open until there is a user; afterwards it leads to the log-in page."""
    if User.objects.exists():
        return redirect("log_in")
    form = FirstAdminForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        user = create_first_admin(given["email"], given["name"], given["password"], now=timezone.now())
        if user is None:
            return redirect("log_in")
        login(request, user)
        return redirect("overview")
    sentence = "Welcome to certdash. You are the first one here: this account becomes the platform admin."
    return show_form(request, form, FormPage("Welcome", sentence, "Create account", back=""))


@for_forms
def invitation(request: HttpRequest, key: str, token: str) -> HttpResponse:
    user = _invited(key)
    if user is None or not LINKS.check_token(user, token):
        messages.warning(request, LAPSED)
        return redirect("log_in")
    form = NewPasswordForm(request.POST or None, initial={"email": user.email})
    if form.is_valid():
        set_password(user, form.cleaned_data["password"], now=timezone.now())
        login(request, user)
        return redirect("overview")
    sentence = f"Hello {user}. Set a password, and you are in."
    return show_form(request, form, FormPage("Set your password", sentence, "Set password", reverse("log_in")))


def _invited(key: str) -> User | None:
    try:
        return User.objects.filter(pk=force_str(urlsafe_base64_decode(key))).first()
    except (ValueError, OverflowError):
        return None


urlpatterns: list[URLPattern] = [
    path("welcome/", welcome, name="welcome"),
    path("welcome/<str:key>/<str:token>/", invitation, name="invitation"),
]
