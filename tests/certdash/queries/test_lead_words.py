"""What ship-by dates leave time for."""

from datetime import date

from certdash.models import App
from certdash.queries.risk.lead_words import leads_of

DAY = date(2026, 12, 4)


def app(review: int, adoption: int, buffer: int, ship_by: date | None = DAY) -> App:
    return App(review_days=review, adoption_days=adoption, target_share=90, buffer_days=buffer, ship_by=ship_by)


def test_apps_with_one_lead_time_are_told_it_whole() -> None:
    assert leads_of([app(3, 28, 7), app(3, 28, 7), app(1, 1, 1, ship_by=None)]) == (
        "Ship-by dates leave 3 d review + 28 d until 90 % have it + 7 d buffer before the window opens."
    )


def test_apps_with_their_own_are_told_the_span() -> None:
    assert leads_of([app(3, 28, 7), app(3, 7, 3)]) == (
        "Ship-by dates leave 13 to 38 d before the window opens: each app's own store review, adoption and buffer."
    )


def test_without_a_date_there_is_nothing_to_say() -> None:
    assert leads_of([app(3, 28, 7, ship_by=None)]) == ""
