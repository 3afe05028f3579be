"""Settings: channels, where notices go."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certdash.actions.channels import archive_channel, note_test, restore_channel, save_channel
from certdash.actions.composing import test_message
from certdash.actions.sending import limits, send
from certdash.forms.channels import ChannelForm
from certdash.models import Channel, ChannelKind
from certdash.probes.connection import Failure
from certdash.queries.settings.channels import broken_channels, channel_list, channel_page, visible_channels
from certdash.views.form_pages import FormPage, ask_first, show_form
from certdash.views.guard import Request, found, signed_in


@require_safe
@signed_in
def channels(request: Request) -> HttpResponse:
    context = {"list": channel_list(request.access), "notices": broken_channels(request.access)}
    return render(request, "settings/list.html", context)


@require_safe
@signed_in
def channel(request: Request, pk: int) -> HttpResponse:
    row = found(visible_channels(request.access), pk=pk)
    return render(request, "channels/detail.html", {"channel": channel_page(row, timezone.now())})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def channel_new(request: Request) -> HttpResponse:
    sentence = "A channel takes notices to you, to a customer's people or programs, or to the platform's."
    return _edit(request, Channel(), FormPage("Add a channel", sentence, "Add channel", reverse("channels")))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def channel_edit(request: Request, pk: int) -> HttpResponse:
    row = found(visible_channels(request.access), pk=pk)
    back = reverse("channel", args=(pk,))
    return _edit(request, row, FormPage(f"Edit {row}", f"Where {row} leads, and what it gets.", "Save", back))


def _edit(request: Request, row: Channel, page: FormPage) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    form = ChannelForm(sent, instance=row, access=request.access, limits=limits(), has_chat=settings.NOTIFY_CHAT)
    if not form.is_valid():
        return show_form(request, form, page)
    is_new = row.pk is None
    saved = save_channel(form.save(commit=False), actor=request.user, now=timezone.now())
    if is_new and saved.kind == ChannelKind.WEBHOOK:
        return render(request, "channels/secret.html", {"channel": saved})
    messages.success(request, f"{saved} is saved. Send a test to see whether it arrives.")
    return redirect("channel", saved.pk)


@require_POST
@signed_in
def channel_test(request: Request, pk: int) -> HttpResponse:
    """The person waits for the answer: at most as long as an attempt may take."""
    row = found(visible_channels(request.access).filter(archived_at=None), pk=pk)
    answer = send(test_message(row, now=timezone.now()), row)
    note_test(row, answer, now=timezone.now())
    if isinstance(answer, Failure):
        messages.error(request, f"The test did not arrive. {answer.reason}")
    else:
        messages.success(request, f"The test was taken. The answer: {answer.answer}")
    return redirect("channel", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def channel_archive(request: Request, pk: int) -> HttpResponse:
    row = found(visible_channels(request.access), pk=pk)
    return ask_first(request, _question(row), lambda: _flip(request, row))


def _question(row: Channel) -> FormPage:
    back = reverse("channels")
    if row.archived_at:
        return FormPage(f"Restore {row}", "Notices go there again, what waited included.", "Restore", back)
    return FormPage(
        f"Archive {row}", "Nothing goes there any more. What waits stays until you restore it.", "Archive", back
    )


def _flip(request: Request, row: Channel) -> str:
    if row.archived_at:
        restore_channel(row, actor=request.user, now=timezone.now())
        return f"{row} is back."
    archive_channel(row, actor=request.user, now=timezone.now())
    return f"{row} is archived."


urlpatterns: list[URLPattern] = [
    path("settings/channels/", channels, name="channels"),
    path("settings/channels/new/", channel_new, name="channel_new"),
    path("settings/channels/<int:pk>/", channel, name="channel"),
    path("settings/channels/<int:pk>/edit/", channel_edit, name="channel_edit"),
    path("settings/channels/<int:pk>/test/", channel_test, name="channel_test"),
    path("settings/channels/<int:pk>/archive/", channel_archive, name="channel_archive"),
]
