"""Which days a slot picker shows, and where its ways to other days lead."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.consultants.slot_picker import MOST_SLOTS, MOST_TIMES, OfferedTime, PickableSlot
from application.money_view import MoneyView
from interfaces.web.slot_weeks import PickerAddress, SlotWeek, slot_week

LAGOS = ZoneInfo("Africa/Lagos")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def offered(*days: int, is_free: bool = True) -> list[OfferedTime]:
    """One time so many days from now each."""
    return [OfferedTime(NOW + timedelta(days=number), is_free) for number in days]


def week(times: list[OfferedTime], asked: date | None = None, zone: ZoneInfo = LAGOS) -> SlotWeek:
    """As the page shows it now."""
    return slot_week(sorted(times, key=lambda time: time.starts_at), asked, zone, NOW)


def after(days: int) -> date:
    """So many days from today."""
    return TODAY + timedelta(days=days)


def test_the_first_view_begins_with_the_first_free_time() -> None:
    assert week([*offered(1, is_free=False), *offered(3, 5)]).first == after(3)


def test_the_first_view_of_full_times_begins_with_the_first_of_them() -> None:
    assert week(offered(2, 4, is_free=False)).first == after(2)


def test_without_any_times_the_week_is_this_one_and_leads_nowhere() -> None:
    empty = week([])
    assert (empty.first, empty.earlier, empty.later, empty.gap_until, empty.first_free) == (
        TODAY,
        None,
        None,
        None,
        None,
    )


def test_days_are_days_where_the_viewer_is() -> None:
    late = [OfferedTime(datetime(2026, 11, 22, 23, 30, tzinfo=UTC), True)]
    assert week(late).first == date(2026, 11, 23)
    assert week(late, zone=ZoneInfo("Pacific/Honolulu")).first == date(2026, 11, 22)


def test_nobody_looks_into_the_past() -> None:
    assert week(offered(1), date(2020, 1, 1)).first == TODAY
    assert week(offered(1), date(2020, 1, 1)).earlier is None


def test_earlier_and_later_go_week_by_week_and_skip_what_is_empty() -> None:
    times = offered(0, 9, 40)
    assert week(times, after(7)).earlier == TODAY
    assert week(times, TODAY).later == after(7)
    assert week(times, after(7)).later == after(40)
    assert week(times, after(40)).later is None
    assert week(times, after(40)).earlier == after(3), "a week that ends with the ninth day"
    assert week(times, after(3)).earlier == TODAY
    assert week(offered(2, 3, 10), after(9)).earlier == after(2)


def test_a_gap_of_more_than_a_week_is_named() -> None:
    assert week(offered(0, 7)).gap_until is None
    assert week(offered(0, 8)).gap_until == after(8)
    assert week([*offered(0, 20), *offered(9, is_free=False)]).gap_until == after(20)


def test_days_without_a_free_time_name_the_next_one() -> None:
    assert week(offered(0, 12), after(3)).gap_until == after(12)
    behind = week(offered(0, 1), after(3))
    assert (behind.has_free, behind.gap_until, behind.first_free) == (False, None, TODAY)


def test_beyond_what_is_known_at_once_there_may_be_more() -> None:
    times = [OfferedTime(NOW + timedelta(minutes=number), True) for number in range(MOST_TIMES)]
    assert week(times, after(30)).later == after(37)


def test_the_month_has_its_free_days_counted_and_leads_to_other_months() -> None:
    shown = week([*offered(1, 1, 3, 45, 100), *offered(2, is_free=False)]).month
    days = {day.on: day for days in shown.weeks for day in days if day}
    assert len(days) == 30
    assert {on: day.free for on, day in days.items() if day.free} == {after(1): 2, after(3): 1}
    assert [on for on, day in days.items() if day.is_shown] == [after(number) for number in range(1, 8)]
    assert (shown.first, shown.previous, shown.following) == (date(2026, 11, 1), None, date(2027, 1, 1))
    later = week(offered(1, 45, 100), date(2027, 1, 4)).month
    assert (later.previous, later.following) == (date(2026, 11, 1), date(2027, 2, 1))


@given(
    st.lists(st.tuples(st.integers(0, 200 * 24 * 60), st.booleans()), max_size=30),
    st.sampled_from(["Africa/Lagos", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_whoever_goes_on_and_on_sees_every_time_and_comes_to_an_end(
    minutes: list[tuple[int, bool]], zone: str
) -> None:
    times = [OfferedTime(NOW + timedelta(minutes=number), is_free) for number, is_free in minutes]
    seen: set[OfferedTime] = set()
    shown: SlotWeek | None = week(times, TODAY, ZoneInfo(zone))
    while shown:
        seen |= {time for time in times if shown.since_instant <= time.starts_at < shown.until_instant}
        following = shown.later
        assert following is None or following >= shown.until
        shown = week(times, following, ZoneInfo(zone)) if following else None
    assert seen == set(times)


@given(st.lists(st.integers(0, 200), min_size=1, max_size=20), st.integers(0, 220))
def test_whoever_goes_back_comes_to_the_first_time(days: list[int], start: int) -> None:
    times = offered(*days)
    shown = week(times, after(start))
    while shown.earlier is not None:
        assert TODAY <= shown.earlier < shown.first
        shown = week(times, shown.earlier)
    assert all(on >= shown.first for on in shown.offered_days)


def slots(count: int, *, every: timedelta) -> list[PickableSlot]:
    """So many from the beginning of today on."""
    begin = datetime(2026, 11, 19, 23, tzinfo=UTC)
    return [
        PickableSlot(
            id=UUID(int=number),
            starts_at=begin + number * every,
            ends_at=begin + (number + 1) * every,
            capacity=1,
            seats_left=1,
            price=MoneyView(0, "NGN"),
        )
        for number in range(count)
    ]


def test_days_that_are_more_than_a_page_has_room_for_come_on_the_next_one() -> None:
    times = offered(0, 1, 2, 3)
    whole = week(times, TODAY).with_room_for(slots(MOST_SLOTS - 1, every=timedelta(minutes=15)))
    assert (whole.last, whole.later) == (after(6), None)
    cut = week(times, TODAY).with_room_for(slots(MOST_SLOTS, every=timedelta(minutes=15)))
    assert (cut.last, cut.later) == (after(2), after(3))
    crowded = week(times, TODAY).with_room_for(slots(MOST_SLOTS, every=timedelta(minutes=4)))
    assert (crowded.last, crowded.later) == (TODAY, after(1))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (PickerAddress(slug="ada"), "/consultants/ada"),
        (PickerAddress(slug="ada", first=TODAY), "/consultants/ada?from=2026-11-20"),
        (PickerAddress(slug="ada", zone_name="Africa/Lagos"), "/consultants/ada?tz=Africa%2FLagos"),
    ],
)
def test_the_address_keeps_what_was_asked_for(address: PickerAddress, expected: str) -> None:
    assert address.address == expected


def test_other_days_keep_the_service_and_other_services_begin_anew() -> None:
    service = UUID(int=7)
    here = PickerAddress(slug="ada", first=TODAY, service_id=service, zone_name="UTC")
    assert here.of_day(after(1)) == f"/consultants/ada?from=2026-11-21&service={service}&tz=UTC"
    assert here.of_service(None) == "/consultants/ada?tz=UTC"
    assert here.kept == {"from": "2026-11-20", "service": str(service)}
