"""The report: whose rows it holds, on the page, as CSV and as PDF, and what happens where no PDF can be written."""

import csv
import sys
from datetime import datetime
from io import BytesIO, StringIO

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import App, Customer, Role
from certdash.views import paper
from tests.certdash import builders
from tests.certdash.fleet import DAY, ISSUING, Fleet, nsc, pin, serve

pytestmark = pytest.mark.django_db

PAGE = "/reports/pinning-risk/"


def fleet_of(name: str, *apps: str) -> Fleet:
    """Each app stops with the next certificate of a host that is served now."""
    now = timezone.now()
    fleet = Fleet(customer=builders.customer(name))
    for number, app in enumerate(apps):
        host = fleet.host(f"{name.lower()}{number}.cloud.test")
        served = ISSUING.leaf(host.host, not_before=now - DAY, not_after=now + 100 * DAY)
        serve(host, served, ISSUING, at=now)
        release = fleet.app(nsc(host.host, pin(served)))
        App.objects.filter(pk=release.app_id).update(name=app)
        evaluate_endpoints([host.pk], now=now)
    return fleet


def manager_of(fleet: Fleet) -> Client:
    return builders.signed_in(builders.user(Role.MANAGER, fleet.customer))


def lines(client: Client, query: str = "?format=csv") -> list[list[str]]:
    return list(csv.reader(StringIO(client.get(PAGE + query).getvalue().decode())))


def test_a_manager_reads_of_their_customer_alone() -> None:
    acme, globex = fleet_of("Acme", "Field Service"), fleet_of("Globex", "Wallet")
    page = manager_of(acme).get(PAGE).context["page"]

    assert [(row.name, row.customer) for row in page.rows] == [("Field Service", "Acme")]
    assert (page.scope, page.holds) == ("Acme", "1 customer, 1 environment with 1 host, 1 app in 1 release in use")
    assert globex.customer.name not in manager_of(acme).get(PAGE).content.decode()


def test_the_platform_reads_of_all_or_of_one_at_its_own_address() -> None:
    acme = fleet_of("Acme", "Field Service")
    fleet_of("Globex", "Wallet")
    client = builders.signed_in(builders.user(Role.PLATFORM_MANAGER))

    everyone = client.get(PAGE).context["page"]
    one = client.get(f"{PAGE}customers/{acme.customer.pk}/").context["page"]

    assert sorted(row.name for row in everyone.rows) == ["Field Service", "Wallet"]
    assert (everyone.title, everyone.scope) == ("Pinning risk of all customers", "all customers")
    assert ([row.name for row in one.rows], one.title) == (["Field Service"], "Pinning risk of Acme")


def test_the_filter_leads_to_the_address_of_the_customer_and_back() -> None:
    acme, _ = fleet_of("Acme"), fleet_of("Globex")
    client = builders.signed_in(builders.user(Role.PLATFORM_MANAGER))
    own = f"{PAGE}customers/{acme.customer.pk}/"

    there = client.get(f"{PAGE}?customer={acme.customer.pk}&period=30")
    back = client.get(own, {"customer": "", "period": "30"})
    nonsense = client.get(own, {"customer": "'"})

    assert [answer["Location"] for answer in (there, back, nonsense)] == [f"{own}?period=30", f"{PAGE}?period=30", PAGE]


def test_a_period_that_is_none_falls_back_with_a_notice() -> None:
    client = builders.signed_in(builders.user(Role.PLATFORM_MANAGER))

    answer = client.get(PAGE, {"period": "7; drop"})

    assert answer.status_code == 200
    assert answer.context["notices"] == ("“7; drop” is not a period in this list, so the filter shows all.",)


def test_an_empty_installation_has_a_report_too() -> None:
    client = builders.signed_in(builders.user(Role.PLATFORM_MANAGER))

    page = client.get(PAGE).context["page"]

    assert (page.rows, page.rotations, page.findings, page.changes.began) == ((), (), (), "")
    assert page.method[0].text.endswith("No host is watched yet.")


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_statements_however_many_apps_stop(count: int) -> None:
    fleet = fleet_of("Acme", *(f"App {number}" for number in range(count)))
    client = manager_of(fleet)

    with CaptureQueriesContext(connection) as statements:
        client.get(PAGE)

    assert len(statements) == 31


def test_the_csv_holds_every_app_and_starts_no_formula() -> None:
    fleet = fleet_of("Acme", '=cmd|"/c calc"!A1')
    fleet_of("Globex", "Wallet")

    head, *rows = lines(manager_of(fleet))

    assert head[:3] == ["Customer", "App", "Verdict"]
    assert [row[:3] for row in rows] == [["Acme", '\'=cmd|"/c calc"!A1', "will_fail"]]


def test_each_part_of_the_report_has_its_csv() -> None:
    client = manager_of(fleet_of("Acme", "Field Service"))

    heads = {
        rows: lines(client, f"?format=csv&rows={rows}")[0][0] for rows in ("rotations", "changes", "findings", "x")
    }

    assert heads == {"rotations": "Certificate", "changes": "Customer", "findings": "Code", "x": "Customer"}


def test_a_spreadsheet_gets_plain_dates_and_numbers() -> None:
    client = manager_of(fleet_of("Acme", "Field Service"))

    [_, rotation, *_] = lines(client, "?format=csv&rows=rotations")

    start, end = (datetime.fromisoformat(text) for text in rotation[2:4])
    assert (start <= end, rotation[5].isdecimal(), rotation[7]) == (True, True, "exact")


@pytest.mark.usefixtures("pango")
def test_the_pdf_says_what_the_page_says() -> None:
    client = manager_of(fleet_of("Acme", "Field Service"))

    answer = client.get(PAGE, {"format": "pdf"})

    assert answer["Content-Type"] == "application/pdf"
    written = pypdf.PdfReader(BytesIO(answer.content))
    text = " ".join(" ".join(page.extract_text() for page in written.pages).split())
    assert (len(written.pages), str(written.root_object["/Lang"])) == (2, "en")
    assert written.metadata is not None
    assert str(written.metadata.title).startswith("Pinning risk of Acme, ")
    assert "1 of 1 app stops connecting" in text
    assert "Field Service Acme, 1.0 Android" in text
    assert "How this is known" in text


@pytest.mark.usefixtures("pango")
@pytest.mark.parametrize(
    "url", ["https://example.test/x.css", "file:///etc/passwd", "https://static.invalid/../settings.py", "data:,x"]
)
def test_a_pdf_loads_nothing_but_our_own_files(url: str) -> None:
    from certdash.views.paper_writing import StaticFiles  # loads Pango

    with pytest.raises(ValueError, match=r"is no file of certdash"):
        StaticFiles().fetch(url)


def test_where_no_pdf_can_be_written_the_page_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the module, as on a server where the extra is not installed."""
    monkeypatch.setitem(sys.modules, "certdash.views.paper_writing", None)
    client = manager_of(fleet_of("Acme"))

    answer = client.get(PAGE, {"format": "pdf"})

    assert answer.status_code == 200
    assert [str(message) for message in answer.context["messages"]] == [paper.MISSING]


def test_the_customers_of_the_settings_lead_to_their_reports() -> None:
    acme, globex = builders.customer("Acme"), builders.customer("Globex")
    Customer.objects.filter(pk=globex.pk).update(archived_at=timezone.now())
    client = builders.signed_in(builders.user(Role.PLATFORM_MANAGER))

    rows = client.get("/settings/customers/").context["list"].rows

    assert [(row.name, row.url) for row in rows] == [("Acme", f"{PAGE}customers/{acme.pk}/"), ("Globex", "")]


def test_an_archived_customer_has_no_report() -> None:
    fleet = fleet_of("Acme")
    Customer.objects.filter(pk=fleet.customer.pk).update(archived_at=timezone.now())

    assert manager_of(fleet).get(f"{PAGE}customers/{fleet.customer.pk}/").status_code == 404


def test_the_navigation_shows_that_a_report_belongs_to_the_overview() -> None:
    page = builders.signed_in(builders.user(Role.PLATFORM_ADMIN)).get("/reports/pinning-risk/").content.decode()

    assert page.count('<a href="/" aria-current="page">Overview</a>') == 2
