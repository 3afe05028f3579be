"""Logging in and out, and the pages for what went wrong."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.forms import CharField, EmailInput, PasswordInput
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.cache import never_cache

from certdash.actions.log_ins import begin_log_in, forget_attempts
from certdash.models import User
from certdash.views.form_pages import for_forms


class LogInForm(AuthenticationForm):
    """`wait` is set when there were too many attempts: the password was not looked at."""

    username = UsernameField(label="E-mail", widget=EmailInput(attrs={"autofocus": True, "autocomplete": "username"}))
    # Declared here, so that what is missing is said in the words of every other form.
    password = CharField(strip=False, widget=PasswordInput(attrs={"autocomplete": "current-password"}))
    error_messages = {
        "invalid_login": "This e-mail address and password do not belong together. Check both; the password is "
        "case-sensitive. If you have lost it, an admin can set a new one.",
        "inactive": "This account is closed. An admin of your organisation can open it again.",
    }
    wait: timedelta | None = None

    def clean(self) -> dict[str, Any]:
        account, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not account or not password or self.request is None:
            return super().clean()
        place = address_of(self.request)
        self.wait = begin_log_in(account, place, now=timezone.now())
        if self.wait:
            raise ValidationError(_too_many(self.wait))
        cleaned = super().clean()
        forget_attempts(account, place)
        return cleaned


class LogIn(auth.LoginView):
    template_name = "session/log_in.html"
    authentication_form = LogInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_invalid(form)
        if isinstance(form, LogInForm) and form.wait:
            response.status_code = 429
            response.headers["Retry-After"] = str(int(form.wait.total_seconds()) + 1)
        return response


@for_forms
@never_cache
def log_in(request: HttpRequest) -> HttpResponseBase:
    """While there is no user at all, the first visit makes one."""
    if not request.user.is_authenticated and not User.objects.exists():
        return redirect("welcome")
    return LogIn.as_view()(request)


def address_of(request: HttpRequest) -> str:
    """Who connects. Behind the TLS proxy that is the last address of the header: the others anybody can write."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_TLS else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def _too_many(wait: timedelta) -> str:
    minutes = -int(-wait.total_seconds() // 60)
    span = "a minute" if minutes <= 1 else f"{minutes} minutes"
    return (
        f"There were too many attempts, so this one was not looked at. Wait {span}, then try again. "
        "If you have lost the password, an admin can set a new one."
    )


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django does not pass on to a view. Its page needs no user: that may be what could not be read."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "errors/413.html", status=413)
    return render(request, "400.html", status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Also what a reader sees of other customers' rows: nothing that tells them apart from rows that never were."""
    return render(request, "errors/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


urlpatterns: list[URLPattern] = [
    path("log-in/", log_in, name="log_in"),
    path("log-out/", auth.LogoutView.as_view(), name="log_out"),
]
