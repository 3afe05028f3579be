"""Logging in and out, and the pages for what went wrong."""

from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.forms import EmailInput
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path


class LogInForm(AuthenticationForm):
    username = UsernameField(label="E-mail", widget=EmailInput(attrs={"autofocus": True, "autocomplete": "username"}))
    error_messages = {
        "invalid_login": "This e-mail address and password do not belong together. Check both; the password is "
        "case-sensitive. If you have lost it, an admin can set a new one.",
        "inactive": "This account is closed. An admin of your organisation can open it again.",
    }


log_in = auth.LoginView.as_view(
    template_name="session/log_in.html", authentication_form=LogInForm, redirect_authenticated_user=True
)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Also what a reader sees of other customers' rows: nothing that tells them apart from rows that never were."""
    return render(request, "errors/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


urlpatterns: list[URLPattern] = [
    path("log-in/", log_in, name="log_in"),
    path("log-out/", auth.LogoutView.as_view(), name="log_out"),
]
