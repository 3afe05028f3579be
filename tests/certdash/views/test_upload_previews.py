"""What a preview says of each rule and pin of a file, and of a format that was chosen by hand."""

import pytest
from django.utils import timezone

from certdash.actions.successors import Announcement, register
from certdash.models import App, PinSet
from certdash.queries.apps.client_words import format_name
from certdash.queries.judging.candidates import Target, read_candidate
from tests.certdash import builders, fleet
from tests.certdash.views.test_upload import BACKUP, FILE, KEY, PIN, owner_of, send
from tests.pki import Issued, pem

pytestmark = pytest.mark.django_db


def on_air(*chain: Issued) -> App:
    """An app with one host that serves this chain and the platform's next one registered."""
    town = fleet.Fleet()
    endpoint = town.host("api.cloud.test")
    fleet.serve(endpoint, *chain, at=timezone.now())
    target = Target(platform_domain=town.domain)
    coming = read_candidate(pem(fleet.NEXT, fleet.ISSUING), target, now=timezone.now())
    register(coming, target, Announcement(), actor=None, now=timezone.now())
    app = builders.app(town.customer)
    app.environments.add(endpoint.environment)
    return app


def test_a_client_that_looks_at_the_leaf_alone_is_not_said_to_be_saved_by_an_authority() -> None:
    app = on_air(fleet.WILDCARD, fleet.ISSUING)
    pins = f"sha256//{PIN};sha256//{fleet.pin(fleet.ISSUING)}"

    response = send(owner_of(app), app, f"curl --pinnedpubkey '{pins}' https://api.cloud.test/\n".encode(), "run.sh")

    rule = response.context["preview"].rules[0]
    assert [pin.fate.word for pin in rule.pins] == ["gone", "not in the chain"]
    assert rule.text == "Connects today through pin 1 alone. The known successor fits none."


def test_a_rule_whose_pin_leaves_is_quiet_where_another_rule_of_its_client_fits() -> None:
    app = on_air(fleet.WILDCARD, fleet.ISSUING)
    lines = f'.add("api.cloud.test", "sha256/{PIN}").add("*.cloud.test", "sha256/{fleet.pin(fleet.ISSUING)}")'

    response = send(owner_of(app), app, f"val p = CertificatePinner.Builder(){lines}.build()".encode(), "Net.kt")

    preview = response.context["preview"]
    assert [rule.text for rule in preview.rules] == [
        "Connects today through pin 1. After the rotation a pin of another rule fits, whatever comes.",
        "Connects today through pin 1. After the rotation pin 1 fits.",
    ]
    assert [note.value for note in preview.changes] == ["at_risk"]


def test_a_file_that_its_client_refuses_is_never_without_a_problem() -> None:
    app = on_air(fleet.WILDCARD, fleet.ISSUING)
    domains = f'"cloud.test": [kTSKIncludeSubdomains: true, kTSKPublicKeyHashes: ["{PIN}", "{BACKUP}"]]'
    swift = f"TrustKit.initSharedInstance(withConfiguration: [kTSKPinnedDomains: [{domains}]])\n"

    response = send(owner_of(app), app, swift.encode(), "Pinning.swift")

    preview = response.context["preview"]
    why = (
        "cloud.test does not end in a public suffix, so TrustKit refuses the configuration and the app crashes at "
        "launch."
    )
    assert [(note.title, note.text) for note in preview.loose] == [("Refused by TrustKit for iOS", why)]
    assert [(rule.now, rule.text) for rule in preview.rules] == [("failing", why)]


@pytest.mark.parametrize("chosen", ["hash_list", "flutter"])
def test_a_format_chosen_by_hand_that_finds_no_pin_is_refused_with_the_one_that_fits(chosen: str) -> None:
    app = builders.app()

    response = send(owner_of(app), app, FILE, format=chosen)

    sentence = f"No pins are found when this is read as {format_name(chosen)}."
    instead = "It looks like Android Network Security Config: choose that."
    assert (response.status_code, "preview" in response.context) == (422, False)
    assert response.context["form"].errors["format"] == [f"{sentence} {instead}"]


def test_a_format_chosen_by_hand_that_cannot_be_read_is_refused_with_the_one_that_fits() -> None:
    app = builders.app()

    response = send(owner_of(app), app, FILE, format="hpkp")

    sentence = "There is no Public-Key-Pins header with a pin. Give the header line."
    instead = "It looks like Android Network Security Config: choose that format."
    assert response.context["form"].errors["file"] == [f"{sentence} {instead}"]


def test_a_client_of_the_other_platform_is_refused() -> None:
    app = builders.app()
    client = owner_of(app)
    draft = send(client, app, FILE).context["token"]
    given = {"draft": draft, "version": "4.2", "platform": "ios", "clients": ["android_nsc"]}

    response = client.post(f"/apps/{app.pk}/upload/", given)

    assert (response.status_code, PinSet.objects.count()) == (422, 0)
    assert response.context["save"].errors == {
        "platform": ["Android Network Security Config does not run on iOS. Choose the other platform or client."]
    }


def test_a_private_key_beside_a_file_goes_into_no_page() -> None:
    app = builders.app()

    response = send(owner_of(app), app, FILE, text=KEY)

    assert (response.status_code, "PRIVATE KEY" in response.text) == (422, False)
