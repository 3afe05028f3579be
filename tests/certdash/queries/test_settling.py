"""What settles a verdict, where the dates stand in columns of their own."""

import pytest

from certdash.queries.settling import settles_briefly


@pytest.mark.parametrize(
    ("code", "reason", "brief"),
    [
        (
            "no_pin_matches",
            "No pin fits. Add a pin that fits it and ship a release by 4 December 2026.",
            "Add a pin that fits next and release.",
        ),
        (
            "no_pin_matches",
            "No pin fits. Add a pin that fits it and ship a release at once: the last safe day was 9 November 2026.",
            "Add a pin that fits next, release, and force the update.",
        ),
        (
            "no_pin_matches",
            "The app cannot connect. Ship a release with a pin that fits it today.",
            "Ship a release with a pin that fits now.",
        ),
        ("expired", "It expired. Install a renewed one.", "Install a renewed certificate."),
        ("missing_intermediate", "It is not sent. Add the intermediate.", "Add the intermediate."),
    ],
)
def test_a_date_that_stands_beside_it_is_not_said_again(code: str, reason: str, brief: str) -> None:
    assert settles_briefly(code, reason) == brief
