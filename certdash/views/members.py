"""Settings: members and their roles, invitations by link."""

from django.contrib import messages
from django.contrib.auth.tokens import default_token_generator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.views.decorators.http import require_safe

from certdash.actions.members import change_role, invite, remove
from certdash.forms.members import CUSTOMER_ROLES, InvitationForm, RoleForm
from certdash.models import PLATFORM_ROLES, Membership, Role, User
from certdash.queries.settings import member_list
from certdash.views.form_pages import FormPage, ask_first, for_forms, show_form
from certdash.views.guard import Request, allow, found, signed_in


@require_safe
@signed_in
def members(request: Request) -> HttpResponse:
    return render(request, "settings/list.html", {"list": member_list(request.access)})


@for_forms
@signed_in
def member_new(request: Request) -> HttpResponse:
    allow(request.access.is_platform_admin or bool(_administered(request)))
    form = InvitationForm(request.POST or None, access=request.access)
    if form.is_valid() and (response := _invite(request, form)):
        return response
    sentence = "A member sees one customer; the two platform roles see all. You get a link to set a password with."
    return show_form(request, form, FormPage("Invite a member", sentence, "Invite", reverse("members")))


def _invite(request: Request, form: InvitationForm) -> HttpResponse | None:
    given = form.cleaned_data
    role, customer = Role(given["role"]), given["customer"]
    membership = invite(given["email"], given["name"], role, customer, actor=request.user, now=timezone.now())
    if membership is None:
        form.add_error("email", "This person has a role there already. Change it in the list of members.")
        return None
    link = "" if membership.user.has_usable_password() else request.build_absolute_uri(invitation_path(membership.user))
    return render(request, "settings/invited.html", {"membership": membership, "link": link})


@for_forms
@signed_in
def member_edit(request: Request, pk: int) -> HttpResponse:
    membership = found(_visible(request), pk=pk)
    roles = CUSTOMER_ROLES if membership.customer_id else PLATFORM_ROLES
    form = RoleForm(request.POST or None, roles=roles, initial={"role": membership.role})
    if form.is_valid():
        if change_role(membership, Role(form.cleaned_data["role"]), actor=request.user, now=timezone.now()):
            messages.success(request, f"{membership.user} has a new role.")
            return redirect("members")
        form.add_error("role", "This is the last platform admin. Make somebody else admin first.")
    sentence = f"What {membership.user} may do for {membership.customer or 'all customers'}."
    return show_form(request, form, FormPage(f"Role of {membership.user}", sentence, "Save", reverse("members")))


@for_forms
@signed_in
def member_archive(request: Request, pk: int) -> HttpResponse:
    membership = found(_visible(request), pk=pk)
    where = membership.customer or "all customers"
    text = f"{membership.user} loses access to {where} at once. What they did stays in the activity list."
    page = FormPage(f"Remove {membership.user}", text, "Remove", reverse("members"))
    return ask_first(request, page, lambda: _remove(request, membership))


def _remove(request: Request, membership: Membership) -> str:
    name = str(membership.user)
    if remove(membership, actor=request.user, now=timezone.now()):
        return f"{name} has no access any more."
    return f"{name} is the last platform admin and stays: make somebody else admin first."


def invitation_path(user: User) -> str:
    """A link that lets this user set a password once; it lapses when they do, or after three days."""
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("invitation", args=(key, default_token_generator.make_token(user)))


def _administered(request: Request) -> list[int]:
    return [key for key in request.access.customer_roles if request.access.may_administer(key)]


def _visible(request: Request) -> QuerySet[Membership]:
    """Memberships that this user may change; those of others do not exist for them."""
    rows = Membership.objects.select_related("user", "customer")
    return rows if request.access.is_platform_admin else rows.filter(customer__in=_administered(request))


urlpatterns: list[URLPattern] = [
    path("settings/members/", members, name="members"),
    path("settings/members/new/", member_new, name="member_new"),
    path("settings/members/<int:pk>/edit/", member_edit, name="member_edit"),
    path("settings/members/<int:pk>/archive/", member_archive, name="member_archive"),
]
