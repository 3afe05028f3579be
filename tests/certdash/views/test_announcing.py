"""What people paste for the next certificate, and what they are told when they have announced it."""

from typing import Any

import pytest
from django.test import Client

from certdash.models import Successor
from tests.certdash.fleet import ISSUING, NEXT, Fleet, serve
from tests.certdash.views.test_successors import HASH, admin, errors, fleet, register, url

pytestmark = pytest.mark.django_db

__all__ = ("admin", "fleet")


def test_the_fingerprint_is_taken_as_openssl_prints_it(fleet: Fleet, admin: Client) -> None:
    digits = NEXT.facts.sha256.hex().upper()
    printed = "sha256 Fingerprint=" + ":".join(digits[at : at + 2] for at in range(0, 64, 2))

    register(admin, url(fleet), material=printed)

    row = Successor.objects.get()
    assert (row.kind, row.certificate_sha256) == ("fingerprint", NEXT.facts.sha256.hex())


def test_text_that_is_nothing_is_answered_with_all_that_it_could_be(fleet: Fleet, admin: Client) -> None:
    response = admin.post(url(fleet), {"do": "preview", "material": "hello"})

    told = "This holds no certificate, request or public key. Give PEM, or the whole hash of a key written as sha256/…"
    assert errors(response) == {"material": [told]}


def test_who_announces_without_a_mail_server_is_told_that_nobody_is_told(
    fleet: Fleet, admin: Client, settings: Any
) -> None:
    settings.SMTP_HOST = ""
    serve(fleet.host("a.cloud.test"), ISSUING.leaf("*.cloud.test"), ISSUING)
    register(admin, url(fleet), material=HASH)

    told = [str(one) for one in admin.get("/rotations/").context["messages"]]

    assert told[1:] == [
        (
            "No mail server is set (SMTP_HOST), so nobody is told of this by e-mail: tell the owners of the apps that "
            "stop, or add a webhook under Settings, Channels."
        )
    ]
