"""The two pages that every kind of own data shares: a form, and a question before something is put away."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods

from certdash.models import Customer
from certdash.views.guard import Request

# A page with a form is asked for and sent; nothing else means anything there.
for_forms = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class FormPage:
    """`sentence` opens the page and says what the form is for; `back` is where Cancel leads, `links` to the rest."""

    title: str
    sentence: str
    submit: str
    back: str
    note: str = ""
    links: tuple[tuple[str, str], ...] = ()

    @property
    def is_gentle(self) -> bool:
        """What brings back or gives is not asked in the colour of what takes away."""
        return self.submit in ("Restore", "Make the link")


class Refused(str):
    """Why something was not done, told as a warning and not as a success."""

    __slots__ = ()


def show_form(request: HttpRequest, form: BaseForm, page: FormPage) -> HttpResponse:
    """A form with faults answers 422, so that programs see that nothing was stored."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "form.html", {"form": form, "page": page}, status=status)


def needs_customer(request: Request) -> bool:
    """On a new installation an admin may register everything and has nobody yet to register it for."""
    return request.access.is_platform_admin and not Customer.objects.filter(archived_at=None).exists()


def customer_first(request: Request) -> HttpResponse:
    messages.info(request, "Environments and apps belong to a customer, and there is none yet: register the first one.")
    return redirect(f"{reverse('customer_new')}?{urlencode({'next': request.path})}")


def next_of(request: HttpRequest, otherwise: str) -> str:
    """Where the reader was on the way to; an address elsewhere is none."""
    wanted = request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else otherwise


def ask_first(request: HttpRequest, page: FormPage, act: Callable[[], str]) -> HttpResponse:
    """Show what will happen; on POST do it, tell it in the sentence that `act` gives, and go back."""
    if request.method == "POST":
        told = act()
        messages.add_message(request, messages.WARNING if isinstance(told, Refused) else messages.SUCCESS, told)
        return redirect(page.back)
    return render(request, "confirm.html", {"page": page})
