"""The date of a run: one function, London's calendar, both clock changes."""

from datetime import UTC, date, datetime

import pytest

from include.run_date import known_date, run_date


@pytest.mark.parametrize(
    ("starts", "day"),
    [
        (datetime(2026, 3, 31, 1, tzinfo=UTC), date(2026, 3, 31)),  # 02:00 in London, summer time
        (datetime(2026, 3, 29, 1, tzinfo=UTC), date(2026, 3, 29)),  # the hour that is skipped
        (datetime(2026, 10, 25, 2, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), date(2026, 7, 1)),  # after midnight in London
    ],
)
def test_a_scheduled_run_speaks_of_the_day_in_london_on_which_its_interval_starts(starts, day):
    assert run_date({}, starts) == day


def test_a_run_by_hand_says_its_day():
    assert run_date({"as_at": "2026-03-31"}, None) == date(2026, 3, 31)


def test_a_run_without_any_day_is_refused():
    with pytest.raises(ValueError, match="needs the Param as_at"):
        run_date({}, None)


def test_known_on_is_the_same_day_unless_said():
    assert known_date({}, date(2022, 3, 31)) == date(2022, 3, 31)
    assert known_date({"known_on": "2022-07-01"}, date(2022, 3, 31)) == date(2022, 7, 1)
