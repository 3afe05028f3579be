"""Settings: customers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from certdash.actions.customers import archive_customer, restore_customer, save_customer
from certdash.forms.customers import CustomerForm
from certdash.models import Customer
from certdash.queries.settings.pages import customer_list
from certdash.views.follow_up import evaluate_all_of, probe_soon
from certdash.views.form_pages import FormPage, ask_first, for_forms, next_of, show_form
from certdash.views.guard import Request, allow, found, signed_in


@require_safe
@signed_in
def customers(request: Request) -> HttpResponse:
    allow(request.access.sees_everything)
    return render(request, "settings/list.html", {"list": customer_list(request.access)})


@for_forms
@signed_in
def customer_new(request: Request) -> HttpResponse:
    allow(request.access.may_administer_platform)
    return _edit(request, Customer(), "Register a customer", "Register customer")


@for_forms
@signed_in
def customer_edit(request: Request, pk: int) -> HttpResponse:
    allow(request.access.may_administer_platform)
    customer = found(Customer.objects.all(), pk=pk)
    return _edit(request, customer, f"Edit {customer}", "Save")


def _edit(request: Request, customer: Customer, title: str, submit: str) -> HttpResponse:
    form = CustomerForm(request.POST or None, instance=customer)
    if form.is_valid():
        saved = save_customer(form.save(commit=False), actor=request.user, now=timezone.now())
        messages.success(request, f"{saved} is saved. Its environments and apps can be registered now.")
        return redirect(next_of(request, reverse("customers")))
    sentence = "A customer owns environments and apps; its members see nothing of other customers."
    return show_form(request, form, FormPage(title, sentence, submit, reverse("customers")))


@for_forms
@signed_in
def customer_archive(request: Request, pk: int) -> HttpResponse:
    allow(request.access.may_administer_platform)
    customer = found(Customer.objects.all(), pk=pk)
    return ask_first(request, _question(customer), lambda: _flip(request, customer))


def _question(customer: Customer) -> FormPage:
    back = reverse("customers")
    if customer.archived_at:
        text = f"{customer} comes back with its environments and apps, and its endpoints are probed again."
        return FormPage(f"Restore {customer}", text, "Restore", back)
    text = f"{customer} leaves every list and its endpoints are probed no more. Its history stays; you can restore it."
    return FormPage(f"Archive {customer}", text, "Archive", back)


def _flip(request: Request, customer: Customer) -> str:
    now = timezone.now()
    if customer.archived_at:
        restore_customer(customer, actor=request.user, now=now)
        probe_soon()
        told = f"{customer} is back; its endpoints are probed again."
    else:
        archive_customer(customer, actor=request.user, now=now)
        told = f"{customer} is archived; its endpoints are probed no more."
    evaluate_all_of(customer.pk)
    return told


urlpatterns: list[URLPattern] = [
    path("settings/customers/", customers, name="customers"),
    path("settings/customers/new/", customer_new, name="customer_new"),
    path("settings/customers/<int:pk>/edit/", customer_edit, name="customer_edit"),
    path("settings/customers/<int:pk>/archive/", customer_archive, name="customer_archive"),
]
