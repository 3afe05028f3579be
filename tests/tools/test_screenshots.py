"""The contact sheet of a running demo: what keeps it from never coming to an end."""

from pathlib import Path

import pytest

from tools.screenshots import LOOKS, MORE, in_time, shots_of, whole_album


def test_a_browser_that_never_answers_is_stopped_and_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    is_done = in_time("sheet", str(tmp_path), longest=0.01)

    assert (is_done, capfd.readouterr().out) == (
        False,
        f"sheet {tmp_path}  STOPPED after 0 s at picture 0\n",
    )


def test_a_wide_screen_and_paper_are_for_the_pages_that_fill_them() -> None:
    taken = {look: len(shots_of("manager", look[0], str(look[1]))) for look in (*LOOKS, *MORE)}

    assert taken == dict.fromkeys(LOOKS, 4) | dict.fromkeys(MORE, 2)


def test_a_person_without_a_page_in_a_look_is_passed_over(tmp_path: Path) -> None:
    whole_album("http://127.0.0.1:9", str(tmp_path), "", "light", "1920")

    assert list(tmp_path.iterdir()) == []
