"""What past renewals say: counts and leads."""

from datetime import timedelta

from pins.renewals import Renewal, TrackRecord, track_record


def test_renewals_are_counted_and_their_leads_ordered() -> None:
    seen = [
        Renewal(kept_key=False, kept_intermediate=True, lead=timedelta(30)),
        Renewal(kept_key=True, kept_intermediate=True, lead=timedelta(12)),
        Renewal(kept_key=False, kept_intermediate=False, lead=timedelta(-1)),
        Renewal(kept_key=False, kept_intermediate=True, lead=timedelta(20)),
    ]

    assert track_record(seen) == TrackRecord(
        4, kept_key=1, kept_intermediate=3, longest=timedelta(30), middle=timedelta(20), shortest=timedelta(-1)
    )


def test_nothing_seen_is_no_habit() -> None:
    assert track_record([]) is None
