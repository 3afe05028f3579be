"""When the next rotation happens."""

from datetime import UTC, date, datetime, timedelta

import pytest

from pins.certificate import Certificate
from pins.forecast import Change, Notice, Window, WindowEvidence, following, learned_lead, window
from pins.scenarios import Evidence, Likelihood, Scenario, Successor
from tests.pki import LEAF_UNTIL, NOW, Authority

ROOT = Authority.root()
LEAF = ROOT.leaf("a.example", not_before=datetime(2026, 10, 2, tzinfo=UTC)).facts  # lives 180 days
NEXT = ROOT.leaf("a.example", not_before=datetime(2026, 12, 1, tzinfo=UTC)).facts
DAY = datetime(2027, 1, 14, tzinfo=UTC)


def successor(evidence: Evidence, not_before: datetime | None = None) -> Successor:
    return Successor(Scenario(evidence.value), evidence, Likelihood.EXPECTED, (NEXT,), not_before)


ROLLING = successor(Evidence.ROLLING_OUT)
REGISTERED = successor(Evidence.REGISTERED, NEXT.not_before)
EARLIER = successor(Evidence.REGISTERED, NOW - timedelta(days=9))


@pytest.mark.parametrize(
    ("successors", "notice", "earliest", "evidence"),
    [
        ((ROLLING, REGISTERED), Notice(announced_start=DAY), NOW, WindowEvidence.ROLLING_OUT),
        ((REGISTERED,), Notice(announced_start=DAY), DAY, WindowEvidence.ANNOUNCED),
        ((REGISTERED,), Notice(ari_start=DAY), NEXT.not_before, WindowEvidence.REGISTERED),
        ((EARLIER,), Notice(), NOW, WindowEvidence.REGISTERED),
        ((), Notice(ari_start=DAY, first_logged_at=NOW), DAY, WindowEvidence.ARI),
        ((), Notice(first_logged_at=DAY, learned_lead=timedelta(1)), DAY, WindowEvidence.LOGGED),
        ((), Notice(learned_lead=timedelta(40)), LEAF_UNTIL - timedelta(40), WindowEvidence.HISTORY),
        ((), Notice(), LEAF_UNTIL - timedelta(60), WindowEvidence.LIFETIME_RULE),
    ],
)
def test_the_strongest_news_decides_the_start_and_expiry_the_end(
    successors: tuple[Successor, ...], notice: Notice, earliest: datetime, evidence: WindowEvidence
) -> None:
    assert window(LEAF, now=NOW, successors=successors, notice=notice) == Window(earliest, LEAF_UNTIL, evidence)


@pytest.mark.parametrize(
    ("successors", "notice", "evidence"),
    [
        ((), Notice(announced_start=LEAF_UNTIL + timedelta(50)), WindowEvidence.ANNOUNCED),
        ((successor(Evidence.REGISTERED, LEAF_UNTIL + timedelta(50)),), Notice(), WindowEvidence.REGISTERED),
        ((), Notice(ari_start=LEAF_UNTIL + timedelta(50)), WindowEvidence.ARI),
    ],
    ids=["announced", "registered", "suggested"],
)
def test_no_word_about_the_start_reaches_beyond_the_expiry(
    successors: tuple[Successor, ...], notice: Notice, evidence: WindowEvidence
) -> None:
    found = window(LEAF, now=NOW, successors=successors, notice=notice)

    assert found == Window(LEAF_UNTIL, LEAF_UNTIL, evidence)


def test_a_platform_may_rotate_on_any_day_and_usually_does_a_month_before_expiry() -> None:
    assert window(LEAF, now=NOW, is_platform_owned=True) == Window(
        LEAF_UNTIL - timedelta(30), LEAF_UNTIL, WindowEvidence.PLATFORM_RULE, any_day=True
    )


def test_a_certificate_of_less_than_ten_days_is_renewed_at_half_its_life() -> None:
    short = ROOT.leaf("a.example", not_before=NOW, not_after=NOW + timedelta(6)).facts

    assert window(short, now=NOW).earliest == NOW + timedelta(3)


def test_the_learned_lead_is_the_greatest_of_the_past() -> None:
    past = [Change(LEAF, LEAF_UNTIL - timedelta(days)) for days in (20, 35, 5)]

    assert (learned_lead(past), learned_lead([])) == (timedelta(35), None)


def spans(leaf: Certificate, first: Window, days: int, *, is_public: bool = True) -> list[tuple[str, str]]:
    found = following(leaf, first, now=NOW, until=NOW + timedelta(days), is_public=is_public)
    return [(f"{one.earliest:%Y-%m-%d}", f"{one.latest:%Y-%m-%d}") for one in found]


def test_later_rotations_come_as_often_as_the_policy_of_their_day_demands() -> None:
    # 180 days with a lead of a third: issued on 30 January for 180 days, on 30 May and later for 100 with a lead of 33
    first = window(LEAF, now=NOW)

    assert (first.earliest.date(), first.latest.date()) == (date(2027, 1, 30), date(2027, 3, 31))
    assert spans(LEAF, first, 400) == [
        ("2027-05-30", "2027-07-29"),
        ("2027-08-04", "2027-09-07"),
        ("2027-10-10", "2027-11-12"),
        ("2027-12-16", "2028-01-18"),
    ]


@pytest.mark.parametrize(
    ("issued", "days"),
    [
        (datetime(2026, 3, 14, 23, 59, 59, tzinfo=UTC), 398),
        (datetime(2026, 3, 15, tzinfo=UTC), 200),
        (datetime(2027, 3, 14, 23, 59, 59, tzinfo=UTC), 200),
        (datetime(2027, 3, 15, tzinfo=UTC), 100),
        (datetime(2029, 3, 14, 23, 59, 59, tzinfo=UTC), 100),
        (datetime(2029, 3, 15, tzinfo=UTC), 47),
    ],
)
def test_the_policy_of_the_second_of_issue_decides(issued: datetime, days: int) -> None:
    old = ROOT.leaf("a.example", not_before=issued - timedelta(600), not_after=issued + timedelta(225)).facts
    first = Window(issued, old.not_after, WindowEvidence.ANNOUNCED)

    found = following(old, first, now=issued, until=issued + timedelta(1000))

    assert found[0].latest == issued + timedelta(days)


def test_a_private_authority_keeps_its_rhythm() -> None:
    first = window(LEAF, now=NOW)

    assert spans(LEAF, first, 300, is_public=False) == [("2027-05-30", "2027-07-29")]


def test_a_rotation_that_is_overdue_is_followed_by_what_can_be_issued_from_now_on() -> None:
    first = Window(NOW - timedelta(70), NOW - timedelta(10), WindowEvidence.LIFETIME_RULE)

    found = following(LEAF, first, now=NOW, until=NOW + timedelta(130))

    assert found == (Window(NOW + timedelta(120), NOW + timedelta(180), WindowEvidence.LIFETIME_RULE),)


def test_a_known_successor_says_itself_when_it_ends() -> None:
    first = window(LEAF, now=NOW)

    found = following(LEAF, first, now=NOW, until=NOW + timedelta(150), successor=NEXT)

    assert [one.latest for one in found] == [NEXT.not_after]


def test_a_certificate_that_lives_for_seconds_rotates_a_bounded_number_of_times() -> None:
    brief = ROOT.leaf("a.example", not_before=NOW, not_after=NOW + timedelta(seconds=9)).facts
    first = window(brief, now=NOW)

    assert len(following(brief, first, now=NOW, until=NOW + timedelta(730))) <= 1461
