"""Slots under the days of the person who looks at them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.consultants.views import SlotView
from application.money_view import MoneyView
from interfaces.web.days import by_day
from interfaces.web.zones import zones_by_region

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def slot(starts_at: datetime) -> SlotView:
    """An open session of one hour."""
    return SlotView(
        id=uuid4(),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        capacity=1,
        seats_left=1,
        price=MoneyView(500_000, "NGN"),
    )


def shown(slots: list[SlotView], zone: str) -> list[tuple[str, list[str]]]:
    """Headings and times, as on the page."""
    days = by_day(slots, ZoneInfo(zone), NOW)
    return [(day.heading, [time.text for time in day.times]) for day in days]


def test_a_late_slot_belongs_to_the_next_day_further_east() -> None:
    sunday_night = [slot(datetime(2026, 11, 22, 23, 30, tzinfo=UTC))]
    assert shown(sunday_night, "UTC") == [("Sunday 22 November", ["11:30 pm"])]
    assert shown(sunday_night, "Africa/Lagos") == [("Monday 23 November", ["12:30 am"])]
    assert shown(sunday_night, "Pacific/Honolulu") == [("Sunday 22 November", ["1:30 pm"])]


def test_slots_come_by_time_whatever_their_order() -> None:
    late, early = slot(datetime(2026, 11, 23, 15, tzinfo=UTC)), slot(datetime(2026, 11, 23, 9, tzinfo=UTC))
    assert shown([late, early], "UTC") == [("Monday 23 November", ["9:00 am", "3:00 pm"])]


def test_equal_wall_times_are_told_apart_by_their_abbreviation() -> None:
    twice = [slot(datetime(2026, 11, 1, hour, 30, tzinfo=UTC)) for hour in (5, 6)]
    assert shown(twice, "America/New_York") == [("Sunday 1 November", ["1:30 am EDT", "1:30 am EST"])]


def test_a_time_that_comes_once_needs_no_abbreviation() -> None:
    assert shown([slot(datetime(2026, 11, 1, 5, 30, tzinfo=UTC))], "America/New_York")[0][1] == ["1:30 am"]


def test_today_is_the_viewers_today() -> None:
    tonight = [slot(datetime(2026, 11, 20, 13, tzinfo=UTC))]
    assert shown(tonight, "Pacific/Auckland") == [("Today, Saturday 21 November", ["2:00 am"])]


@pytest.mark.parametrize("region", ["Africa", "America", "Asia", "Europe", "Pacific"])
def test_every_zone_on_offer_shows_every_slot(region: str) -> None:
    slots = [slot(NOW + timedelta(hours=7 * number)) for number in range(30)]
    for zone in zones_by_region()[region]:
        assert sum(len(times) for _, times in shown(slots, zone)) == 30


@given(
    st.lists(st.integers(0, 2 * 365 * 24 * 60), max_size=40),
    st.sampled_from(
        ["Africa/Lagos", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu"]
    ),
)
def test_no_slot_is_lost_and_each_stands_under_its_own_date(minutes: list[int], zone: str) -> None:
    slots = [slot(NOW + timedelta(minutes=number)) for number in minutes]
    days = by_day(slots, ZoneInfo(zone), NOW)
    assert sum(len(day.times) for day in days) == len(slots)
    assert [day.on for day in days] == sorted({day.on for day in days})
    for day in days:
        assert {time.slot.starts_at.astimezone(ZoneInfo(zone)).date() for time in day.times} == {day.on}
