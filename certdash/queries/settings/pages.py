"""Rows of the settings pages."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, F, Q
from django.urls import reverse

from certdash.models import BackupKey, Customer, Membership, PlatformDomain, TrustStore, User
from certdash.queries.access import Access
from certdash.queries.formatting import base64_of, full_day
from certdash.queries.loading import BUILT_IN
from certdash.queries.settings import words as settings_words

EVERYWHERE = "all customers"
# Told, because databases differ in where they put rows without a value.
ACTIVE_FIRST = F("archived_at").asc(nulls_first=True)


@dataclass(frozen=True, slots=True)
class Section:
    """One line of the settings page: where it leads and how much is there."""

    title: str
    url: str
    text: str
    count: str


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A row of any settings list: bold name, cells in the order of the heads, links to edit, archive and see it."""

    name: str
    cells: tuple[str, ...]
    edit_url: str
    archive_url: str
    is_archived: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class SettingList:
    """One settings list: its sentence, column heads, rows, and the way to add one (empty where the reader may not)."""

    title: str
    sentence: str
    heads: tuple[str, ...]
    rows: tuple[SettingRow, ...]
    empty_text: str
    new_url: str = ""
    new_label: str = ""
    away: str = "Archive"

    @property
    def columns(self) -> tuple[tuple[str, bool], ...]:
        """Each head, and whether all below it are numbers."""
        below = zip(*(row.cells for row in self.rows), strict=True)
        return ((self.heads[0], False), *zip(self.heads[1:], (_are_numbers(cells) for cells in below), strict=True))

    @property
    def labelled(self) -> tuple[tuple[SettingRow, tuple[tuple[str, str, bool], ...]], ...]:
        """Each row with its cells under their heads, which a phone shows beside them."""
        columns = self.columns[1:]
        pairs = ((row, zip(columns, row.cells, strict=True)) for row in self.rows)
        return tuple((row, tuple((head, cell, number) for (head, number), cell in cells)) for row, cells in pairs)


def _are_numbers(cells: tuple[str, ...]) -> bool:
    return all(cell.replace(",", "").isdecimal() for cell in cells)


def settings_sections(access: Access) -> tuple[Section, ...]:
    """Only what this reader may open."""
    members = Membership.objects.filter(access.rows()).count()
    keys = BackupKey.objects.filter(access.rows(), archived_at=None).count()
    sections = [
        Section("Members", reverse("members"), "Who may see and change what.", str(members)),
        Section(
            "Backup keys", reverse("backup_keys"), "Keys kept for later certificates of custom domains.", str(keys)
        ),
        Section("Channels", reverse("channels"), "Where notices go: e-mail, webhooks, chat.", ""),
        Section("Calendar", reverse("calendar"), "Rotation windows and ship-by dates in your own calendar.", ""),
    ]
    if access.may_administer_any:
        sections.append(Section("Who is told", reverse("preferences"), "Which notices each role gets.", ""))
    if access.sees_everything:
        sections += _platform_sections()
    if access.may_edit_any:
        sections.append(Section("Archived", reverse("archived"), "What was put away, and the way back.", ""))
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
            str(TrustStore.objects.filter(**active).count() if TrustStore.objects.exists() else 1),
        ),
    ]


def customer_list(access: Access) -> SettingList:
    rows = _customers(access)
    active = sum(not row.is_archived for row in rows)
    return SettingList(
        "Customers",
        settings_words.of_customers(active),
        ("Customer", "Environments", "Apps"),
        rows,
        "Register the first customer; its environments, apps and members follow.",
        _new(access, "customer_new"),
        "Register customer",
    )


def _new(access: Access, name: str) -> str:
    return reverse(name) if access.may_administer_platform else ""


def _links(access: Access, name: str, pk: int) -> tuple[str, str]:
    if not access.may_administer_platform:
        return "", ""
    return reverse(f"{name}_edit", args=(pk,)), reverse(f"{name}_archive", args=(pk,))


def _customers(access: Access) -> tuple[SettingRow, ...]:
    rows = Customer.objects.annotate(
        environment_total=Count("environments", filter=Q(environments__archived_at=None), distinct=True),
        app_total=Count("apps", filter=Q(apps__archived_at=None), distinct=True),
    ).order_by(ACTIVE_FIRST, "name")
    return tuple(
        SettingRow(
            row.name,
            (str(row.environment_total), str(row.app_total)),
            *_links(access, "customer", row.pk),
            row.archived_at is not None,
            "" if row.archived_at else reverse("customer_risk_report", args=(row.pk,)),
        )
        for row in rows
    )


def platform_domain_list(access: Access) -> SettingList:
    rows = _platform_domains(access)
    return SettingList(
        "Platform domains",
        settings_words.of_platform_domains([int(row.cells[1]) for row in rows if not row.is_archived]),
        ("Domain", "Name", "Endpoints"),
        rows,
        "Register the domain below which customers get their environments, for example cloud.example.",
        _new(access, "platform_domain_new"),
        "Register domain",
    )


def _platform_domains(access: Access) -> tuple[SettingRow, ...]:
    rows = PlatformDomain.objects.annotate(
        endpoint_total=Count("endpoints", filter=Q(endpoints__archived_at=None))
    ).order_by(ACTIVE_FIRST, "domain")
    return tuple(
        SettingRow(
            str(row),
            (row.name, str(row.endpoint_total)),
            *_links(access, "platform_domain", row.pk),
            row.archived_at is not None,
        )
        for row in rows
    )


def trust_store_list(access: Access) -> SettingList:
    rows = _trust_stores(access)
    active = [row for row in rows if not row.is_archived]
    return SettingList(
        "Trust stores",
        settings_words.of_trust_stores(sum(row.cells[2] == "in scope" for row in active), len(active)),
        ("Trust store", "Anchors", "Kind", "Scope"),
        rows,
        "Add the store of a device or of your own authority.",
        _new(access, "trust_store_new"),
        "Add trust store",
    )


def _trust_stores(access: Access) -> tuple[SettingRow, ...]:
    """Where nobody has added one, the built-in store is what verdicts rest on."""
    rows = tuple(
        SettingRow(
            str(row),
            (
                "uploaded" if row.pem else "certifi",
                "public" if row.is_public else "private",
                "in scope" if row.is_in_scope else "not in scope",
            ),
            *_links(access, "trust_store", row.pk),
            row.archived_at is not None,
        )
        for row in TrustStore.objects.order_by(ACTIVE_FIRST, "name", "version")
    )
    return rows or (SettingRow(BUILT_IN, ("built in", "public", "in scope"), "", ""),)


def backup_key_list(access: Access) -> SettingList:
    rows = _backup_keys(access)
    return SettingList(
        "Backup keys",
        settings_words.of_backup_keys(sum(not row.is_archived for row in rows)),
        ("Backup key", "Customer", "Pin", "Proof", "Registered"),
        rows,
        "Make a key, keep it safe, pin it, and register its request here: then a renewal with it stops no app.",
        reverse("backup_key_new") if access.may_administer_any else "",
        "Register backup key",
    )


def _backup_keys(access: Access) -> tuple[SettingRow, ...]:
    rows = BackupKey.objects.filter(access.rows()).select_related("customer").order_by(ACTIVE_FIRST, "customer", "name")
    return tuple(
        SettingRow(
            str(row),
            (
                str(row.customer),
                f"sha256/{base64_of(row.spki_sha256)}",
                "by request" if row.is_proved else "public key only",
                full_day(row.created_at),
            ),
            "",
            reverse("backup_key_archive", args=(row.pk,)) if access.may_administer(row.customer_id) else "",
            row.archived_at is not None,
        )
        for row in rows
    )


def member_list(access: Access) -> SettingList:
    may_invite = access.is_platform_admin or any(access.may_administer(key) for key in access.customer_roles)
    rows = _members(access)
    return SettingList(
        "Members",
        settings_words.of_members(len(rows), sum(row.cells[2] == EVERYWHERE for row in rows)),
        ("Member", "E-mail", "Role", "Customer"),
        rows,
        "Nobody else has access yet. Invite the people who own environments and apps.",
        reverse("member_new") if may_invite else "",
        "Invite a member",
        "Remove",
    )


def _members(access: Access) -> tuple[SettingRow, ...]:
    """Members of the reader's customers; the links only where the reader may change them."""
    rows = Membership.objects.filter(access.rows()).select_related("user", "customer").order_by("user__name", "pk")
    return tuple(
        SettingRow(
            str(row.user),
            (row.user.email, _role(row), str(row.customer or EVERYWHERE)),
            reverse("member_edit", args=(row.pk,)) if may_change_member(access, row) else "",
            reverse("member_archive", args=(row.pk,)) if may_change_member(access, row) else "",
        )
        for row in rows
    )


def _role(row: Membership) -> str:
    """Who was invited and has set no password cannot act on anything yet."""
    return f"{row.get_role_display()}{'' if row.user.has_usable_password() else ', invited'}"


def may_let_in(access: Access, user: User) -> bool:
    """Whoever holds a person's link sees what the person sees: only who administers all of that may have it."""
    if access.is_platform_admin:
        return True
    customers = Membership.objects.filter(user=user).values_list("customer", flat=True)
    return all(key is not None and access.may_administer(key) for key in customers)


def may_change_member(access: Access, row: Membership) -> bool:
    return access.is_platform_admin or (row.customer_id is not None and access.may_administer(row.customer_id))
