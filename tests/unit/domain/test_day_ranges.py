"""Ranges of days, and when days begin and end in a zone."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.day_ranges import DayRange
from domain.refusals import Invalid
from infrastructure.time_zones import ALL

zones = st.sampled_from(sorted(ALL)).map(ZoneInfo)
days = st.dates(date(2020, 1, 1), date(2037, 12, 31))


@given(days, zones)
@example(date(2024, 3, 31), ZoneInfo("Asia/Beirut"))  # its clocks skip midnight
@example(date(2024, 11, 3), ZoneInfo("America/Havana"))  # they show midnight twice
@example(date(2025, 10, 31), ZoneInfo("Africa/Cairo"))  # the hour before midnight twice
def test_a_day_is_what_has_its_date_from_the_first_instant_to_the_last(day: date, zone: ZoneInfo) -> None:
    span = DayRange(day, day).span(zone)
    moment = timedelta(microseconds=1)
    assert span.starts_at.astimezone(zone).date() == day
    assert (span.starts_at - moment).astimezone(zone).date() < day
    assert (span.ends_at - moment).astimezone(zone).date() == day
    assert span.ends_at.astimezone(zone).date() > day


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Africa/Lagos", date(2030, 6, 1), 24),
        ("Europe/Berlin", date(2030, 3, 31), 23),
        ("Europe/Berlin", date(2030, 10, 27), 25),
        ("Australia/Lord_Howe", date(2030, 10, 6), 23.5),
    ],
)
def test_days_are_as_long_as_the_clocks_make_them(zone: str, day: date, hours: float) -> None:
    assert DayRange(day, day).span(ZoneInfo(zone)).length == timedelta(hours=hours)


def test_days_follow_each_other_without_a_gap() -> None:
    zone = ZoneInfo("Europe/Berlin")
    month = DayRange(date(2030, 3, 1), date(2030, 3, 31))
    listed = [DayRange(day, day).span(zone) for day in month]
    assert len(listed) == 31
    assert all(one.ends_at == following.starts_at for one, following in pairwise(listed))
    assert (listed[0].starts_at, listed[-1].ends_at) == (
        month.span(zone).starts_at,
        month.span(zone).ends_at,
    )


def test_a_week_has_seven_days() -> None:
    week = DayRange.week_of(date(2030, 1, 7))
    assert [day.isoweekday() for day in week] == [1, 2, 3, 4, 5, 6, 7]
    assert date(2030, 1, 13) in week
    assert date(2030, 1, 14) not in week


def test_a_range_has_at_most_366_days() -> None:
    first = date(2030, 1, 1)
    assert len(list(DayRange(first, first + timedelta(days=365)))) == 366
    with pytest.raises(Invalid):
        DayRange(first, first + timedelta(days=366))


@pytest.mark.parametrize(
    ("first", "last", "fields"),
    [
        (date(2030, 1, 2), date(2030, 1, 1), ["last_date"]),
        (date(1, 1, 1), date(2030, 1, 1), ["first_date", "last_date"]),
        (date.max, date.max, ["first_date", "last_date"]),
    ],
)
def test_a_range_is_in_order_and_in_this_century(first: date, last: date, fields: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        DayRange(first, last)
    assert [error.field for error in refusal.value.errors] == fields
