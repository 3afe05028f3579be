"""Settings: members and their roles, invitations by link."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.views.decorators.http import require_safe

from certdash.actions.members import change_role, invite, record_new_link, remove
from certdash.forms.members import CUSTOMER_ROLES, InvitationForm, RoleForm
from certdash.models import PLATFORM_ROLES, Membership, Role, User
from certdash.queries.settings.pages import may_let_in, member_list
from certdash.views.form_pages import FormPage, Refused, ask_first, for_forms, show_form
from certdash.views.guard import Request, allow, found, signed_in
from certdash.views.welcome import LINKS


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
    sentence = "A member sees one customer; the two platform roles see all. You get a link to send to them."
    return show_form(request, form, FormPage("Invite a member", sentence, "Invite", reverse("members")))


def _invite(request: Request, form: InvitationForm) -> HttpResponse | None:
    given = form.cleaned_data
    role, customer = Role(given["role"]), given["customer"]
    membership = invite(given["email"], given["name"], role, customer, actor=request.user, now=timezone.now())
    if membership is None:
        form.add_error("email", "This person has a role there already. Change it in the list of members.")
        return None
    user = membership.user
    needs_link = not user.has_usable_password()
    link = _link(request, user) if needs_link and may_let_in(request.access, user) else ""
    return render(request, "settings/invited.html", {"user_in": user, "link": link, "needs_link": needs_link})


def _link(request: Request, user: User) -> str:
    return request.build_absolute_uri(invitation_path(user))


@for_forms
@signed_in
def member_link(request: Request, pk: int) -> HttpResponse:
    """For who lost the first link or the password."""
    membership = found(_visible(request), pk=pk)
    user = membership.user
    allow(may_let_in(request.access, user))
    if request.method == "POST":
        record_new_link(membership, actor=request.user, now=timezone.now())
        context = {"user_in": user, "link": _link(request, user), "is_renewed": True}
        return render(request, "settings/invited.html", context)
    text = f"You get a link with which {user} sets a password, once, within three days. Until then nothing changes."
    page = FormPage(f"Make a new link for {user}", text, "Make the link", reverse("members"))
    return render(request, "confirm.html", {"page": page})


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
    links = [("Remove …", reverse("member_archive", args=(pk,)))]
    if may_let_in(request.access, membership.user):
        links.insert(0, ("New link to set a password …", reverse("member_link", args=(pk,))))
    title = f"Role of {membership.user}"
    return show_form(request, form, FormPage(title, sentence, "Save", reverse("members"), links=tuple(links)))


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
    return Refused(f"{name} is the last platform admin and stays: make somebody else admin first.")


def invitation_path(user: User) -> str:
    """A link that lets this user set a password once; it lapses when they do, or after three days."""
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("invitation", args=(key, LINKS.make_token(user)))


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
    path("settings/members/<int:pk>/link/", member_link, name="member_link"),
    path("settings/members/<int:pk>/archive/", member_archive, name="member_archive"),
]
