"""The first admin, invitations, roles."""

import pytest

from certdash.actions.members import change_role, create_first_admin, invite, remove
from certdash.models import Membership, Role, User
from tests.certdash import builders
from tests.certdash.builders import NOW

pytestmark = pytest.mark.django_db


def roles() -> list[tuple[str, str | None, str]]:
    return list(Membership.objects.order_by("id").values_list("user__email", "customer__name", "role"))


def test_only_the_first_visitor_becomes_admin() -> None:
    create_first_admin("a@example.test", "A", builders.PASSWORD, now=NOW)

    late = create_first_admin("b@example.test", "B", builders.PASSWORD, now=NOW)

    assert (late, roles()) == (None, [("a@example.test", None, "platform_admin")])


def test_an_invited_user_cannot_log_in_before_setting_a_password() -> None:
    acme = builders.customer("Acme")

    invite("o@example.test", "O", Role.APP_OWNER, acme, actor=None, now=NOW)

    assert (roles(), User.objects.get().has_usable_password()) == ([("o@example.test", "Acme", "app_owner")], False)


def test_inviting_somebody_who_is_there_already_changes_nothing() -> None:
    acme = builders.customer("Acme")
    builders.user(Role.MANAGER, acme, "o@example.test")

    again = invite("O@example.test", "O", Role.APP_OWNER, acme, actor=None, now=NOW)

    assert (again, roles()) == (None, [("o@example.test", "Acme", "manager")])


def test_the_last_platform_admin_can_neither_be_demoted_nor_removed() -> None:
    builders.user(Role.PLATFORM_ADMIN, email="a@example.test")
    only = Membership.objects.get()

    done = (
        change_role(only, Role.PLATFORM_MANAGER, actor=None, now=NOW),
        remove(only, actor=None, now=NOW),
    )

    assert (done, roles()) == ((False, False), [("a@example.test", None, "platform_admin")])


def test_one_of_two_platform_admins_can_be_removed() -> None:
    builders.user(Role.PLATFORM_ADMIN, email="a@example.test")
    second = builders.user(Role.PLATFORM_ADMIN, email="b@example.test")

    remove(Membership.objects.get(user=second), actor=None, now=NOW)

    assert roles() == [("a@example.test", None, "platform_admin")]
