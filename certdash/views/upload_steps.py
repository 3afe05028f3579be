"""The two pages of an upload: asking for the files, and the preview with the releases that they would be saved as."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render

from certdash.forms.source import SourceForm
from certdash.forms.upload import UploadForm, release_named
from certdash.models import App, Release
from certdash.queries.uploads.drafts import Batch, Part, platforms_of
from certdash.queries.uploads.page import Chosen, Plan, upload_page
from certdash.views.drafts import seal
from certdash.views.guard import Request

CARRIED = ("platform", "version", "build", "share", "client_version")
NAMED = ("platform", "version", "build")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to one app's upload page; `release` is the one that the address preselects."""

    request: Request
    app: App
    release: Release | None
    now: datetime

    @property
    def context(self) -> dict[str, object]:
        return {"app": self.app, "action": self.request.get_full_path()}


def ask(
    visit: Visit, form: SourceForm, *, status: int = 200, told: tuple[str, ...] = (), is_read: bool = True
) -> HttpResponse:
    """Step 1. What is known of the release already travels along; `is_read` False: nothing of the body may be used."""
    sent = visit.request.POST if is_read else {}
    carried = [(name, sent[name]) for name in CARRIED if sent.get(name)]
    context = visit.context | {"form": form, "carried": carried, "told": told}
    return render(visit.request, "apps/upload.html", context, status=status)


def show_preview(
    visit: Visit,
    batch: Batch,
    parts: Sequence[Part],
    forms: Sequence[UploadForm] = (),
    *,
    status: int = 200,
    told: tuple[str, ...] = (),
) -> HttpResponse:
    """Step 2: the verdicts of the files and the releases that they would be saved as."""
    saves = forms or release_forms(visit, batch, parts)
    page = upload_page(batch, [plan_of(form) for form in saves], visit.app, visit.request.access, visit.now)
    context = {
        "page": page,
        "preview": page.files[0].preview,
        "draft": batch.drafts[0],
        "files": len(batch.drafts),
        "saves": saves,
        "save": saves[0],
        "token": seal(batch, app_id=visit.app.pk, user_id=visit.request.user.pk),
        "replaces": "; ".join(filter(None, (_replaces(form.instance, form.parts) for form in saves))),
        "save_label": _label(saves),
        "told": (*told, *_doubts(batch, saves)),
    }
    return render(visit.request, "apps/upload.html", visit.context | context, status=status)


def _doubts(batch: Batch, forms: Sequence[UploadForm]) -> Iterator[str]:
    """Where a release was chosen that is not the one that the app says it is."""
    for form in forms:
        names = {part.draft.app for part in form.parts}
        typed = [str(form[name].value() or "").strip() for name in ("version", "build")]
        for app in (app for app in batch.apps if app.file_name in names and app.version and typed[0]):
            says = [app.version[:40], app.build[:40]]
            count = 2 if typed[1] and says[1] else 1
            if typed[:count] != says[:count]:
                its, own = (f"{version} ({build})" if build else version for version, build in (says, typed))
                yield f"{app.file_name} says that it is {its}, and it would be saved as {own}. Check which is right."


def release_forms(visit: Visit, batch: Batch, parts: Sequence[Part], *, is_sent: bool = False) -> list[UploadForm]:
    """One release, or one for each platform where no platform takes all files."""
    forms: list[UploadForm] = []
    for platform in platforms_of(parts) or ("",):
        own = [part for part in parts if not platform or platform in part.platforms]
        form = _sent_form(visit, own, platform) if is_sent else _new_form(visit, batch, own, platform)
        form.beside = forms[0] if forms else None
        forms.append(form)
    return forms


def _sent_form(visit: Visit, parts: Sequence[Part], platform: str) -> UploadForm:
    sent, prefix = visit.request.POST, f"{platform}-" if platform else ""
    named = release_named(visit.app, *(sent.get(prefix + name, "") for name in NAMED))
    return UploadForm(sent, instance=named, parts=parts, platform=platform)


def _new_form(visit: Visit, batch: Batch, parts: Sequence[Part], platform: str) -> UploadForm:
    """Filled from what was typed before, from the release of the address, or from what a built app says of itself."""
    sent = {name: visit.request.POST[name] for name in CARRIED if visit.request.POST.get(name)}
    told = {} if sent.get("version") or visit.release else _told(batch, parts)
    fallback = visit.release if visit.release and platform in ("", visit.release.platform) else Release(app=visit.app)
    initial: dict[str, object] = {"clients": [one.value for part in parts for one in part.clients], **told, **sent}
    if visit.release is None or platform:
        initial["platform"] = platform or initial.get("platform") or _platform(parts)
    named = (
        release_named(visit.app, *(str(initial.get(name, "")) for name in NAMED))
        if initial.get("version")
        else fallback
    )
    return UploadForm(instance=named, initial=initial, parts=parts, platform=platform)


def _told(batch: Batch, parts: Sequence[Part]) -> dict[str, str]:
    """By the app of these files, in the length that the fields take."""
    names = {part.draft.app for part in parts}
    app = next((app for app in batch.apps if app.file_name in names), None)
    if app is None:
        return {}
    return {"platform": app.platform, "version": app.version[:40], "build": app.build[:40]}


def _platform(parts: Sequence[Part]) -> str:
    return "ios" if all(one.platform == "ios" for part in parts for one in part.clients) else "android"


def plan_of(form: UploadForm) -> Plan:
    """As far as the form can be understood; what cannot be is judged as the files have it."""
    platform = form["platform"].value()
    version = str(form["client_version"].value() or "")
    return Plan(
        platform if platform in ("android", "ios") else "android",
        tuple(Chosen(part, form.chosen_clients(part) or part.clients) for part in form.parts),
        version[:20],
        form.instance,
        str(form["version"].value() or "")[:40],
    )


def _replaces(release: Release, parts: Sequence[Part]) -> str:
    """What saving does to a release that exists."""
    if release.pk is None:
        return ""
    what = "this pin set" if len(parts) == 1 else "these pin sets"
    formats = {part.draft.format for part in parts}
    if release.pin_sets.filter(format__in=formats, replaced_at=None).exists():
        verb, pronoun = ("takes", "this one") if len(parts) == 1 else ("take", "these")
        return f"{title(release)} has a pin set of this kind already: {pronoun} {verb} its place, the old one is kept"
    return f"{title(release)} exists and gets {what}"


def title(release: Release) -> str:
    return f"{release} ({release.build})" if release.build else str(release)


def _label(forms: Sequence[UploadForm]) -> str:
    if len(forms) > 1:
        return "Save both releases"
    version, build = (str(forms[0][name].value() or "").strip() for name in ("version", "build"))
    if not version:
        return "Save release"
    return f"Save release {version} ({build})" if build else f"Save release {version}"
