"""Uploading a file that belongs to no client: it is judged for a default, and for whichever client is chosen."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from certdash.models import App, Role
from tests.certdash import builders, fleet
from tests.certdash.builders import signed_in

pytestmark = pytest.mark.django_db

PIN = fleet.pin(fleet.WILDCARD)


def send(client: Client, app: App, source: str, **fields: Any) -> Any:
    return client.post(f"/apps/{app.pk}/upload/", {"file": SimpleUploadedFile("pins.csv", source.encode()), **fields})


def test_a_table_can_be_judged_for_a_client_beside_its_default() -> None:
    app = builders.app()
    client = signed_in(builders.user(Role.APP_OWNER, app.customer))

    first = send(client, app, f"host,pin\napi.cloud.test,{PIN}\n")
    draft = str(first.context["token"])
    chosen = {"draft": draft, "version": "1", "preview": "again", "platform": "ios", "clients": ["trustkit_ios"]}
    again = client.post(f"/apps/{app.pk}/upload/", chosen)

    assert first.context["save"]["clients"].value() == ["android_nsc"]
    assert [answer.context["preview"].hosts[0].now for answer in (first, again)] == ["unknown", "failing"]


def test_a_list_names_no_host_and_is_shown_all_the_same() -> None:
    app = builders.app()
    client = signed_in(builders.user(Role.APP_OWNER, app.customer))

    response = send(client, app, f"# pins\n{PIN}\n{fleet.pin(fleet.BACKUP)}\n")

    assert (response.status_code, response.context["preview"].hosts) == (200, ())
    assert response.context["save"]["clients"].value() == ["okhttp", "trustkit_ios"]
