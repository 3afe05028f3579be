"""Rows of the settings pages."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse

from certdash.models import Customer, Membership, PlatformDomain, TrustStore
from certdash.queries.access import Access


@dataclass(frozen=True, slots=True)
class Section:
    """One line of the settings page: where it leads and how much is there."""

    title: str
    url: str
    text: str
    count: str


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A row of any settings list: bold name, cells in the order of the column heads, links to edit and archive."""

    name: str
    cells: tuple[str, ...]
    edit_url: str
    archive_url: str
    is_archived: bool = False


def settings_cards(access: Access) -> tuple[Section, ...]:
    """Only what this reader may open."""
    members = Membership.objects.filter(access.rows()).count()
    sections = [Section("Members", reverse("members"), "Who may see and change what.", str(members))]
    if access.sees_everything:
        sections += _platform_sections()
    interval = int(settings.PROBE_INTERVAL.total_seconds() // 60)
    return (*sections, Section("Schedule", "", f"Every endpoint is probed every {interval} min (PROBE_INTERVAL).", ""))


def _platform_sections() -> list[Section]:
    active = {"archived_at": None}
    return [
        Section(
            "Customers",
            reverse("customers"),
            "Whose environments and apps are watched.",
            str(Customer.objects.filter(**active).count()),
        ),
        Section(
            "Platform domains",
            reverse("platform_domains"),
            "Default domains whose certificate you own and rotate.",
            str(PlatformDomain.objects.filter(**active).count()),
        ),
        Section(
            "Trust stores",
            reverse("trust_stores"),
            "The roots on which verdicts are decided.",
            str(TrustStore.objects.filter(**active).count()),
        ),
    ]


def customer_rows() -> tuple[SettingRow, ...]:
    rows = Customer.objects.annotate(
        environment_total=Count("environments", filter=Q(environments__archived_at=None), distinct=True),
        app_total=Count("apps", filter=Q(apps__archived_at=None), distinct=True),
    ).order_by("archived_at", "name")
    return tuple(
        SettingRow(
            row.name,
            (str(row.environment_total), str(row.app_total)),
            reverse("customer_edit", args=(row.pk,)),
            reverse("customer_archive", args=(row.pk,)),
            row.archived_at is not None,
        )
        for row in rows
    )


def platform_domain_rows() -> tuple[SettingRow, ...]:
    rows = PlatformDomain.objects.annotate(
        endpoint_total=Count("endpoints", filter=Q(endpoints__archived_at=None))
    ).order_by("archived_at", "domain")
    return tuple(
        SettingRow(
            str(row),
            (row.name, str(row.endpoint_total)),
            reverse("platform_domain_edit", args=(row.pk,)),
            reverse("platform_domain_archive", args=(row.pk,)),
            row.archived_at is not None,
        )
        for row in rows
    )


def trust_store_rows() -> tuple[SettingRow, ...]:
    return tuple(
        SettingRow(
            str(row),
            (
                "uploaded" if row.pem else "certifi",
                "public" if row.is_public else "private",
                "in scope" if row.is_in_scope else "not in scope",
            ),
            reverse("trust_store_edit", args=(row.pk,)),
            reverse("trust_store_archive", args=(row.pk,)),
            row.archived_at is not None,
        )
        for row in TrustStore.objects.order_by("archived_at", "name", "version")
    )


def member_rows(access: Access) -> tuple[SettingRow, ...]:
    """Members of the reader's customers; the links only where the reader may change them."""
    rows = Membership.objects.filter(access.rows()).select_related("user", "customer").order_by("user__name", "pk")
    return tuple(
        SettingRow(
            str(row.user),
            (row.user.email, row.get_role_display(), str(row.customer or "all customers")),
            reverse("member_edit", args=(row.pk,)) if may_change_member(access, row) else "",
            reverse("member_archive", args=(row.pk,)) if may_change_member(access, row) else "",
        )
        for row in rows
    )


def may_change_member(access: Access, row: Membership) -> bool:
    return access.is_platform_admin or (row.customer_id is not None and access.may_administer(row.customer_id))
