"""Settings: backup keys, so that an unknown pin is known to be the customer's next key."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from certdash.actions.backup_keys import archive_backup_key, restore_backup_key, save_backup_key
from certdash.forms.backup_keys import BackupKeyForm
from certdash.models import BackupKey, Release
from certdash.queries.settings.pages import backup_key_list
from certdash.views.follow_up import evaluate_soon
from certdash.views.form_pages import FormPage, ask_first, for_forms, show_form
from certdash.views.guard import Request, allow, found, signed_in


@require_safe
@signed_in
def backup_keys(request: Request) -> HttpResponse:
    return render(request, "settings/list.html", {"list": backup_key_list(request.access)})


@for_forms
@signed_in
def backup_key_new(request: Request) -> HttpResponse:
    allow(request.access.may_administer_any)
    sent = request.POST if request.method == "POST" else None
    form = BackupKeyForm(sent, access=request.access)
    if form.is_valid():
        saved = save_backup_key(form.save(commit=False), actor=request.user, now=timezone.now())
        evaluate_soon(releases=_releases(saved))
        messages.success(request, f"{saved} is registered. Verdicts follow within seconds.")
        return redirect("backup_keys")
    sentence = "A registered backup key turns an unknown pin into the known key of your next certificate."
    note = "It counts on custom domains, whose certificates are yours; the platform's next key is not yours to choose."
    return show_form(
        request, form, FormPage("Register a backup key", sentence, "Register", reverse("backup_keys"), note)
    )


@for_forms
@signed_in
def backup_key_archive(request: Request, pk: int) -> HttpResponse:
    key = found(BackupKey.objects.filter(request.access.rows()).select_related("customer"), pk=pk)
    allow(request.access.may_administer(key.customer_id))
    return ask_first(request, _question(key), lambda: _flip(request, key))


def _question(key: BackupKey) -> FormPage:
    back = reverse("backup_keys")
    if key.archived_at:
        return FormPage(f"Restore {key}", "Pins of this key count as yours again.", "Restore", back)
    return FormPage(
        f"Archive {key}", "Pins of this key are then unknown again, and verdicts may turn.", "Archive", back
    )


def _flip(request: Request, key: BackupKey) -> str:
    now = timezone.now()
    if key.archived_at:
        restore_backup_key(key, actor=request.user, now=now)
    else:
        archive_backup_key(key, actor=request.user, now=now)
    evaluate_soon(releases=_releases(key))
    return f"{key} is {'archived' if key.archived_at else 'back'}. Verdicts follow within seconds."


def _releases(key: BackupKey) -> Iterable[int]:
    """Those that pin this key; no verdict of another depends on it."""
    rows = Release.objects.filter(
        app__customer=key.customer_id,
        pin_sets__replaced_at=None,
        pin_sets__rules__pins__digest__in=(key.spki_sha256, key.spki_sha1),
    )
    return list(rows.values_list("pk", flat=True).distinct())


urlpatterns: list[URLPattern] = [
    path("settings/backup-keys/", backup_keys, name="backup_keys"),
    path("settings/backup-keys/new/", backup_key_new, name="backup_key_new"),
    path("settings/backup-keys/<int:pk>/archive/", backup_key_archive, name="backup_key_archive"),
]
