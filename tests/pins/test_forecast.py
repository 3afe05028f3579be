"""When the next rotation happens."""

from datetime import UTC, datetime, timedelta

import pytest

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


def test_later_rotations_come_as_often_as_the_policy_of_their_day_demands() -> None:
    # 181 days now, 100 days for what is issued from 15 March 2027 on
    first = window(LEAF, now=NOW, is_platform_owned=True)

    found = following(LEAF, first, until=LEAF_UNTIL + timedelta(210))

    assert [entry.latest for entry in found] == [LEAF_UNTIL + timedelta(days) for days in (100, 200, 300)]


def test_a_private_authority_keeps_its_rhythm() -> None:
    first = window(LEAF, now=NOW, is_platform_owned=True)

    found = following(LEAF, first, until=LEAF_UNTIL + timedelta(150), is_public=False)

    assert [entry.latest for entry in found] == [LEAF_UNTIL + timedelta(180)]
