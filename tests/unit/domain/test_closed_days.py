"""Days on which a weekly pattern does not apply."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.closed_days import dates_asked_for, dates_closed, with_dates_closed, with_dates_open
from domain.day_ranges import DayRange
from domain.refusals import Invalid
from domain.weekly_patterns import Hours, PatternException, PatternTerms
from tests.unit.domain.examples import HOUR, PRICE

MORNING, EVENING = Hours(time(9), time(12)), Hours(time(18), time(20))
MONDAY = date(2030, 1, 7)
LAGOS = ZoneInfo("Africa/Lagos")


def a_pattern(**changes: Any) -> PatternTerms:
    """Mondays and Wednesdays in the morning, from 7 January 2030 on."""
    facts: dict[str, Any] = {
        "weekdays": frozenset({1, 3}),
        "hours": MORNING,
        "session_length": HOUR,
        "first_date": MONDAY,
        "time_zone": "Africa/Lagos",
        "capacity": 1,
        "price": PRICE,
    }
    return PatternTerms(**facts | changes)


def days(first: int, last: int) -> DayRange:
    """Of January 2030."""
    return DayRange(date(2030, 1, first), date(2030, 1, last))


def test_a_pattern_asks_for_its_weekdays_within_its_own_dates() -> None:
    assert dates_asked_for(a_pattern(last_date=date(2030, 1, 14)), days(1, 31)) == [
        date(2030, 1, 7),
        date(2030, 1, 9),
        date(2030, 1, 14),
    ]


def test_dates_with_other_hours_are_asked_for_and_closed_ones_are_not() -> None:
    pattern = a_pattern(
        exceptions=(PatternException(date(2030, 1, 8), EVENING), PatternException(date(2030, 1, 9)))
    )
    assert dates_asked_for(pattern, days(7, 13)) == [date(2030, 1, 7), date(2030, 1, 8)]
    assert dates_closed(pattern, days(7, 13)) == [date(2030, 1, 9)]
    assert dates_closed(pattern, days(10, 13)) == []


def test_closed_dates_have_no_sessions_even_where_they_had_other_hours() -> None:
    pattern = a_pattern(exceptions=(PatternException(date(2030, 1, 8), EVENING),))
    closed = with_dates_closed(pattern, dates_asked_for(pattern, days(7, 8)))
    assert closed.exceptions == (PatternException(date(2030, 1, 7)), PatternException(date(2030, 1, 8)))
    assert {one.wall.date() for one in closed.sessions(LAGOS, MONDAY, date(2030, 1, 14))} == {
        date(2030, 1, 9),
        date(2030, 1, 14),
    }


@given(st.integers(0, 60), st.integers(0, 60), st.sets(st.integers(1, 7), min_size=1))
def test_closing_days_and_opening_them_again_changes_nothing(start: int, length: int, weekdays: set[int]) -> None:
    pattern = a_pattern(weekdays=frozenset(weekdays))
    range_ = DayRange(MONDAY + timedelta(days=start), MONDAY + timedelta(days=start + length))
    closed = with_dates_closed(pattern, dates_asked_for(pattern, range_))
    assert dates_asked_for(closed, range_) == []
    assert not list(closed.sessions(LAGOS, range_.first, range_.last))
    assert with_dates_open(closed, dates_closed(closed, range_)) == pattern


def test_more_exceptions_than_a_pattern_can_have_are_refused() -> None:
    pattern = a_pattern(weekdays=frozenset(range(1, 8)))
    year = DayRange(MONDAY, MONDAY + timedelta(days=365))
    full = with_dates_closed(pattern, dates_asked_for(pattern, year))
    assert len(full.exceptions) == 366
    with pytest.raises(Invalid) as refusal:
        with_dates_closed(full, [MONDAY + timedelta(days=366)])
    assert [error.field for error in refusal.value.errors] == ["last_date"]
