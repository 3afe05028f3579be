"""What an explanation draws: one picture where the trust stores agree, and one for each that differs."""

import pytest

from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import TrustStore, Verdict
from certdash.queries.apps.verdict_panel import Panel, panel
from tests.certdash.fleet import ISSUING, NOW, ROOT, WILDCARD, Fleet, nsc, pin, serve
from tests.pki import Authority, Issued

pytestmark = pytest.mark.django_db

HOST = "a.cloud.test"
ELDER = Authority.root("Elder Root")
CROSS = ELDER.cross_sign(ROOT)


def store(name: str, *anchors: Issued) -> None:
    TrustStore.objects.create(name=name, pem="".join(one.pem.decode() for one in anchors))


def explained(*pins: str, chain: tuple[Issued, ...] = (WILDCARD, ISSUING)) -> Panel:
    fleet = Fleet()
    endpoint = fleet.host(HOST)
    serve(endpoint, *chain)
    release = fleet.app(nsc(HOST, *pins))
    evaluate_endpoints([endpoint.pk], now=NOW)
    row = Verdict.objects.select_related("release__app", "endpoint").get(release=release)
    return panel(row, release.app, NOW)


def nodes(found: Panel, at: int = 0) -> list[tuple[str, str]]:
    """Title and note of the served path and what comes, without the pins between them."""
    return [(one.title, one.note) for one in found.pictures[at].wide.nodes if not one.title.startswith("Pin")]


def test_stores_that_see_the_same_share_one_picture() -> None:
    store("twin", ROOT)

    found = explained(pin(ROOT))

    assert [(one.title, one.words) for one in found.pictures] == [("", "")]
    assert found.stores_words == "Same on all 2 trust stores in scope: fleet and twin."


def test_a_store_that_builds_another_path_has_a_picture_of_its_own() -> None:
    store("elder", ELDER)

    found = explained(pin(ELDER), chain=(WILDCARD, ISSUING, CROSS))

    assert [(one.title, one.now, one.words) for one in found.pictures] == [
        ("fleet", "failing", "Only here: Fleet Root."),
        ("elder", "ready", "Only here: Fleet Root and Elder Root."),
    ]
    assert [len(one.wide.lines) > 0 for one in found.pictures] == [True, True]
    assert found.stores_words == "The trust stores in scope disagree: a device's own list of roots decides."


def test_a_store_without_the_root_refuses_before_any_pin_is_compared() -> None:
    store("elder", ELDER)

    found = explained(pin(WILDCARD))

    assert found.pictures[0].title == "elder"
    assert found.pictures[0].words == (
        "The chain leads to no root of this store, so devices refuse it before any pin is compared."
    )
    assert nodes(found)[:3] == [("Leaf", "*.cloud.test"), ("Intermediate", ""), ("Root", "")]
    assert (found.pictures[0].wide.lines, found.pictures[0].wide.result) == ((), "not compared")


def test_every_pin_is_listed_with_what_it_fits() -> None:
    found = explained(pin(WILDCARD), pin(ROOT), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")

    assert [(one.number, one.short, one.what, one.now, one.next) for one in found.pins] == [
        (1, pin(WILDCARD)[:8], "leaf key of *.cloud.test", "leaf", ""),
        (2, pin(ROOT)[:8], "root key of Fleet Root", "root", "root"),
        (3, "47DEQpj8", "hash of nothing", "", ""),
    ]


def test_a_pin_that_fits_is_drawn_before_those_that_do_not() -> None:
    strangers = [pin(ISSUING.leaf(f"{name}.test")) for name in "abcdef"]

    found = explained(*strangers, pin(ROOT))

    drawing = found.pictures[0].wide
    assert [one.title for one in drawing.nodes if one.title.startswith("Pin")] == [
        "Pin 1", "Pin 2", "Pin 3", "Pin 4", "Pin 7",
    ]  # fmt: skip
    assert (drawing.left_out, drawing.words.endswith("Pin 7 matches now: root; next: root.")) == (2, True)
