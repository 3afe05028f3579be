"""Where the clock has an edge: the steps of the lifetime policy, 29 February, Berlin in spring and in autumn."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pins.chains import chain_findings
from pins.forecast import Notice, Window, WindowEvidence, following, window
from pins.lifetimes import lifetime_days, maximum_days
from pins.remedy import Lead, runway_days, ship_by
from pins.trust import TrustStore
from tests.pki import Authority

ROOT = Authority.root("Root", not_before=datetime(2016, 1, 1, tzinfo=UTC), not_after=datetime(2040, 1, 1, tzinfo=UTC))
STORE = TrustStore("store", (ROOT.facts,))
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
STEPS = [
    (datetime(2026, 3, 15, tzinfo=UTC), 398, 200),
    (datetime(2027, 3, 15, tzinfo=UTC), 200, 100),
    (datetime(2029, 3, 15, tzinfo=UTC), 100, 47),
]


def codes(not_before: datetime, days: int) -> list[str]:
    """Of a leaf that lives so many days, both ends counted, on its second day."""
    leaf = ROOT.leaf("a.example", not_before=not_before, not_after=not_before + days * DAY - SECOND)
    found = chain_findings((leaf.facts,), STORE, host="a.example", instant=not_before + DAY)
    return [one.code for one in found]


@pytest.mark.parametrize(("start", "before", "after"), STEPS)
def test_a_certificate_of_the_second_before_keeps_the_old_limit(start: datetime, before: int, after: int) -> None:
    last = start - SECOND

    assert (codes(last, before), codes(last, before + 1)) == ([], ["lifetime_too_long"])


@pytest.mark.parametrize(("start", "before", "after"), STEPS)
@pytest.mark.parametrize("later", [timedelta(0), SECOND])
def test_from_the_first_second_on_the_new_limit_counts(
    start: datetime, before: int, after: int, later: timedelta
) -> None:
    assert (codes(start + later, after), codes(start + later, after + 1)) == ([], ["lifetime_too_long"])


@pytest.mark.parametrize(("start", "before", "after"), STEPS)
@pytest.mark.parametrize(("offset", "is_old"), [(-SECOND, True), (timedelta(0), False), (SECOND, False)])
def test_the_rotation_after_next_is_capped_by_the_policy_of_the_day_on_which_its_certificate_is_issued(
    start: datetime, before: int, after: int, offset: timedelta, is_old: bool
) -> None:
    opens = start + offset
    leaf = ROOT.leaf("a.example", not_before=opens - 370 * DAY, not_after=opens + 30 * DAY).facts
    first = Window(opens, opens + 30 * DAY, WindowEvidence.PLATFORM_RULE)

    second = following(leaf, first, now=opens - DAY, until=opens + 500 * DAY)[0]

    life = (before if is_old else after) * DAY
    assert second == Window(opens + life - life * 0.075, opens + life, WindowEvidence.PLATFORM_RULE)


def test_the_step_counts_in_utc_wherever_the_issuer_sits() -> None:
    midnight_in_berlin = datetime(2027, 3, 15, tzinfo=BERLIN)  # an hour before UTC's

    assert [maximum_days(midnight_in_berlin + timedelta(hours=hours)) for hours in (0, 1)] == [200, 100]


def test_a_leap_day_is_a_day_of_a_lifetime() -> None:
    start = datetime(2028, 2, 28, tzinfo=UTC)

    assert lifetime_days(start, datetime(2028, 3, 1, tzinfo=UTC) - SECOND) == 2
    assert lifetime_days(start.replace(year=2027), datetime(2027, 3, 1, tzinfo=UTC) - SECOND) == 1


def test_windows_and_ship_by_dates_fall_on_the_leap_day_and_cross_it() -> None:
    leaf = ROOT.leaf(
        "a.example", not_before=datetime(2027, 11, 22, tzinfo=UTC), not_after=datetime(2028, 3, 30, tzinfo=UTC)
    )
    found = window(leaf.facts, now=datetime(2028, 1, 1, tzinfo=UTC), is_platform_owned=True)

    assert found.earliest == datetime(2028, 2, 29, tzinfo=UTC)
    assert ship_by(found.earliest, Lead(1, 28, 90, 1)) == date(2028, 1, 30)
    assert ship_by(datetime(2028, 3, 1, tzinfo=UTC), Lead(1, 0, 90, 0)) == date(2028, 2, 29)
    assert runway_days(date(2028, 3, 1), datetime(2028, 2, 28, 23, 59, tzinfo=UTC)) == 2


@pytest.mark.parametrize(
    ("earliest", "expected"),
    [
        (datetime(2027, 3, 28, 1, 59, tzinfo=BERLIN), date(2027, 3, 21)),  # the minute before 3 o'clock
        (datetime(2027, 3, 28, 3, 0, tzinfo=BERLIN), date(2027, 3, 21)),
        (datetime(2027, 3, 28, 0, 30, tzinfo=BERLIN), date(2027, 3, 20)),  # still Saturday in UTC
        (datetime(2027, 10, 31, 2, 30, tzinfo=BERLIN, fold=0), date(2027, 10, 24)),
        (datetime(2027, 10, 31, 2, 30, tzinfo=BERLIN, fold=1), date(2027, 10, 24)),
        (datetime(2027, 10, 31, 1, 30, tzinfo=BERLIN), date(2027, 10, 23)),  # the clock is two hours ahead
    ],
)
def test_a_lead_counts_days_of_utc_however_long_the_night_is_in_berlin(earliest: datetime, expected: date) -> None:
    assert ship_by(earliest, Lead(0, 7, 90, 0)) == expected


def test_an_announced_start_is_an_instant_whatever_zone_it_is_written_in() -> None:
    now = datetime(2027, 3, 1, tzinfo=UTC)
    leaf = ROOT.leaf("a.example", not_before=now - 90 * DAY, not_after=now + 60 * DAY).facts
    berlin, utc = datetime(2027, 3, 28, 3, 0, tzinfo=BERLIN), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)

    found = [window(leaf, now=now, notice=Notice(announced_start=one)) for one in (berlin, utc)]

    assert found[0] == found[1]
    assert found[0].latest - found[0].earliest == timedelta(days=32, hours=23)
