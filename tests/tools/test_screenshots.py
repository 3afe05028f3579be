"""The contact sheet of a running demo: what keeps it from never coming to an end."""

from pathlib import Path

import pytest

from tools.screenshots import in_time


def test_a_browser_that_never_answers_is_stopped_and_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    is_done = in_time("sheet", str(tmp_path), longest=0.01)

    assert (is_done, capfd.readouterr().out) == (
        False,
        f"sheet {tmp_path}  STOPPED after 0 s, so pictures are missing\n",
    )
