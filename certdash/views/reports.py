"""The report on what is at risk: as page, as PDF, its rows as CSV; of one customer, or of all that the reader sees."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from certdash.models import Customer
from certdash.queries.reports.csv import csv_rows
from certdash.queries.reports.page import Subject, customers_of
from certdash.queries.reports.page import report as read_report
from certdash.views.csv import csv_response
from certdash.views.guard import Request, found, signed_in
from certdash.views.paper import MISSING, WriterMissingError, can_write, pdf_response


@require_safe
@signed_in
def risk_report(request: Request) -> HttpResponseBase:
    """Of everything that the reader may see."""
    subject = Subject(request.access, None, customers_of(request.access))
    return _moved(request, subject) or _answer(request, subject)


@require_safe
@signed_in
def customer_risk_report(request: Request, pk: int) -> HttpResponseBase:
    customer = found(Customer.objects.filter(request.access.rows("pk"), archived_at=None), pk=pk)
    subject = Subject(request.access.within(customer.pk), customer, customers_of(request.access))
    return _moved(request, subject) or _answer(request, subject)


def _moved(request: Request, subject: Subject) -> HttpResponse | None:
    """The filter names another customer: that report has an address of its own."""
    if "customer" not in request.GET:
        return None
    query = request.GET.copy()
    chosen = query.pop("customer")[-1]
    view, args = ("customer_risk_report", (int(chosen),)) if chosen in subject.names else ("risk_report", ())
    words = query.urlencode()
    return redirect(f"{reverse(view, args=args)}{'?' if words else ''}{words}")


def _answer(request: Request, subject: Subject) -> HttpResponseBase:
    now, given = timezone.now(), request.GET.dict()
    if given.get("format") == "csv":
        name, rows = csv_rows(subject.access, given, now)
        return csv_response(rows, name)
    page = read_report(subject, given, now)
    if given.get("format") == "pdf":
        try:
            return pdf_response(request, "reports/paper.html", {"page": page}, f"pinning-risk-{now:%Y-%m-%d}")
        except WriterMissingError:
            messages.warning(request, MISSING)
    return render(request, "reports/page.html", {"page": page, "notices": page.notices, "can_write": can_write()})


urlpatterns: list[URLPattern] = [
    path("reports/pinning-risk/", risk_report, name="risk_report"),
    path("reports/pinning-risk/customers/<int:pk>/", customer_risk_report, name="customer_risk_report"),
]
