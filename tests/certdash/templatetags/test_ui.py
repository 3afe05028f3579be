"""What templates make of sentences."""

import pytest
from django.template.context import Context
from django.test import RequestFactory

from certdash.templatetags.ui import code_spans, keep_dates, navigation, short_hashes, trail

HEX, COLONS = "0" * 64, ":".join(["AB"] * 32)
PIN = "jEzuaf2y+4NQYogJNYN4KecDelJylSpfrFLYsUzqkrw="


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"The pin sha256/{PIN} fits.", f'The pin <code title="sha256/{PIN}">jEzuaf2y…</code> fits.'),
        (f"The pin /{PIN[1:]} fits.", f'The pin <code title="/{PIN[1:]}">/Ezuaf2y…</code> fits.'),
        (f"sha256//{PIN} is it.", f'<code title="sha256//{PIN}">jEzuaf2y…</code> is it.'),
        (f"Of {HEX}.", f'Of <code title="{HEX}">00000000…</code>.'),
        (f"Of {COLONS} it is.", f'Of <code title="{COLONS}">AB:AB:AB:AB…</code> it is.'),
        ("<b>No</b> pin & no hash.", "&lt;b&gt;No&lt;/b&gt; pin &amp; no hash."),
    ],
)
def test_whole_pins_become_short_ones_with_the_whole_in_the_tooltip(text: str, expected: str) -> None:
    assert short_hashes(text) == expected


def test_simulating_belongs_to_rotations_in_the_navigation() -> None:
    items = navigation(Context({"request": RequestFactory().get("/simulate/")}))

    assert [item.label for item in items if item.is_current] == ["Rotations"]


def test_what_stands_between_backticks_is_set_as_code_and_stays_text() -> None:
    assert code_spans("Write `<pin>` alone.") == "Write <code>&lt;pin&gt;</code> alone."


def test_a_command_at_the_end_of_a_remedy_is_set_as_code() -> None:
    assert code_spans("Print it: openssl x509 -noout | base64") == "Print it: <code>openssl x509 -noout | base64</code>"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("by 4 December 2026.", "by 4\xa0December\xa02026."),
        ("5–20 Aug and 2 May", "5–20\xa0Aug and 2\xa0May"),
        ("4.3 Android has the fix", "4.3\xa0Android has the fix"),
        ("10 Decades", "10 Decades"),
    ],
)
def test_dates_and_releases_stay_on_one_line(text: str, kept: str) -> None:
    assert keep_dates(text) == kept


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/", []),
        ("/findings/", []),
        ("/findings/help/", ["Findings"]),
        ("/settings/channels/", ["Settings"]),
        ("/settings/channels/new/", ["Settings", "Channels"]),
        ("/endpoints/7/edit/", ["Environments"]),
        ("/simulate/keep/", ["Rotations"]),
    ],
)
def test_a_page_names_what_stands_above_it(rf: RequestFactory, path: str, above: list[str]) -> None:
    assert [part.text for part in trail(Context({"request": rf.get(path)}))] == above
