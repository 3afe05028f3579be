"""The overview as it is opened: the visit before is told once there was one, and looking again changes nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from certdash.models import Role, User
from tests.certdash import builders

pytestmark = pytest.mark.django_db


def test_whoever_was_never_here_is_told_nothing_about_it() -> None:
    client = builders.signed_in(builders.user(Role.PLATFORM_MANAGER))

    assert client.get("/").context["page"].since is None


def test_the_visit_before_stays_while_the_page_is_loaded_again() -> None:
    user = builders.user(Role.PLATFORM_MANAGER)
    before = timezone.now() - timedelta(days=3)
    User.objects.filter(pk=user.pk).update(last_overview_at=before)
    client = builders.signed_in(user)

    pages = [client.get("/").context["page"] for _ in range(3)]

    assert [page.since.when.text for page in pages] == ["3 d", "3 d", "3 d"]
    user.refresh_from_db()
    assert user.previous_overview_at == before
