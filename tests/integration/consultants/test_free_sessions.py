"""Which session of a consultant is the next free one, and who counts as free: what can be booked, nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from application.accounts.callers import Caller
from application.availability.save_availability import SlotRow
from application.availability.save_service import SaveServiceCommand
from application.consultants.views import DiscoveryQuery, Sorting
from application.paging import PageRequest
from domain.availability import Slot, SlotStatus
from domain.bookings import DayFull, NoticeTooShort, SlotFull, TooFarAhead
from domain.consultants import BookingLimits
from tests.integration.consultants.finding import consultant, found, shown
from tests.marketplace import PRICE, Marketplace

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
AUCKLAND = ZoneInfo("Pacific/Auckland")


async def ada(marketplace: Marketplace, **limits: Any) -> Caller:
    """A consultant far east of Greenwich who sets limits."""
    return await consultant(marketplace, slug="ada", time_zone=AUCKLAND.key, limits=BookingLimits(**limits))


async def at(marketplace: Marketplace, caller: Caller, day: int, hour: int, *, capacity: int = 1) -> Slot:
    """A session at that hour of the consultant's own wall clock, so many days from today."""
    date = datetime.now(AUCKLAND).date() + day * DAY
    starts_at = datetime.combine(date, time(hour), AUCKLAND).astimezone(UTC)
    row = SlotRow(starts_at=starts_at, ends_at=starts_at + HOUR, capacity=capacity, price=PRICE)
    [slot] = await marketplace.product.save_availability(caller, [row])
    return slot


async def next_free(marketplace: Marketplace) -> UUID | None:
    """Ada's next free session, on which the profile, the card and the filter have to agree."""
    free = (await shown(marketplace, "ada")).next_free_slot
    for sorting in Sorting:
        assert await found(marketplace, is_bookable=True, sorting=sorting) == (["ada"] if free else [])
    page = await marketplace.product.consultant_queries.slots(
        "ada", since=None, until=None, page=PageRequest(limit=100)
    )
    assert page is not None
    assert (free.id if free else None) == next((slot.id for slot in page.items if slot.seats_left), None)
    return free.id if free else None


async def test_the_next_free_session_is_the_next_one_with_a_seat(marketplace: Marketplace) -> None:
    caller = await ada(marketplace)
    taken = await marketplace.slot(caller, starts_in=DAY)
    free = await marketplace.slot(caller, starts_in=2 * DAY, capacity=2)
    booking = await marketplace.booking(await marketplace.client(), taken)
    assert await next_free(marketplace) == free.id
    await marketplace.lapse_hold(booking.id)
    assert await next_free(marketplace) == taken.id


async def test_a_lapsed_hold_makes_a_full_session_free_even_when_there_is_no_other(
    marketplace: Marketplace,
) -> None:
    slot = await marketplace.slot(await ada(marketplace), capacity=2)
    bookings = [await marketplace.booking(await marketplace.client(), slot) for _ in range(2)]
    assert await next_free(marketplace) is None
    await marketplace.lapse_hold(bookings[0].id)
    assert await next_free(marketplace) == slot.id
    free = (await shown(marketplace, "ada")).next_free_slot
    assert free is not None
    assert free.seats_left == 1


async def test_closed_cancelled_and_past_sessions_are_not_free(marketplace: Marketplace) -> None:
    caller = await ada(marketplace)
    closed, cancelled, past = [await marketplace.slot(caller, starts_in=day * DAY) for day in (1, 2, 3)]
    await marketplace.product.save_availability(caller, [SlotRow(slot_id=closed.id, status=SlotStatus.CLOSED)])
    await marketplace.product.cancel_slot(caller, cancelled.id)
    await marketplace.move_into_past(past.id)
    assert await next_free(marketplace) is None


async def test_a_session_within_the_minimum_notice_is_not_free(marketplace: Marketplace) -> None:
    caller = await ada(marketplace, minimum_notice=DAY)
    soon = await marketplace.slot(caller, starts_in=DAY - timedelta(minutes=5))
    assert await next_free(marketplace) is None
    with pytest.raises(NoticeTooShort):
        await marketplace.booking(await marketplace.client(), soon)
    later = await marketplace.slot(caller, starts_in=DAY + HOUR)
    assert await next_free(marketplace) == later.id
    await marketplace.booking(await marketplace.client(), later)


async def test_a_session_beyond_the_booking_window_is_not_free(marketplace: Marketplace) -> None:
    caller = await ada(marketplace, window=7 * DAY)
    far = await marketplace.slot(caller, starts_in=7 * DAY + timedelta(minutes=5))
    assert await next_free(marketplace) is None
    with pytest.raises(TooFarAhead):
        await marketplace.booking(await marketplace.client(), far)
    near = await marketplace.slot(caller, starts_in=7 * DAY - HOUR)
    assert await next_free(marketplace) == near.id
    await marketplace.booking(await marketplace.client(), near)


async def test_a_day_that_is_full_has_no_free_session_but_those_that_take_place_anyway(
    marketplace: Marketplace,
) -> None:
    caller = await ada(marketplace, sessions_per_day=1)
    empty, group = await at(marketplace, caller, 2, 1), await at(marketplace, caller, 2, 22, capacity=2)
    await marketplace.booking(await marketplace.client(), group)
    with pytest.raises(DayFull):
        await marketplace.booking(await marketplace.client(), empty)
    assert await next_free(marketplace) == group.id

    await marketplace.booking(await marketplace.client(), group)
    assert await next_free(marketplace) is None
    other_day = await at(marketplace, caller, 3, 0)
    assert await next_free(marketplace) == other_day.id
    await marketplace.booking(await marketplace.client(), other_day)


async def test_as_many_sessions_as_the_limit_says_fit_into_a_day(marketplace: Marketplace) -> None:
    caller = await ada(marketplace, sessions_per_day=2)
    slots = [await at(marketplace, caller, 2, hour) for hour in (1, 12, 22)]
    for slot in slots[:2]:
        assert await next_free(marketplace) == slot.id
        await marketplace.booking(await marketplace.client(), slot)
    assert await next_free(marketplace) is None


async def test_a_lapsed_hold_does_not_keep_its_own_session_on_a_full_day(marketplace: Marketplace) -> None:
    caller = await ada(marketplace, sessions_per_day=1)
    held, taken = await at(marketplace, caller, 2, 1), await at(marketplace, caller, 2, 22)
    booking = await marketplace.booking(await marketplace.client(), held)
    await marketplace.lapse_hold(booking.id)
    assert await next_free(marketplace) == held.id
    await marketplace.database.pool.execute(
        "UPDATE consultant_profiles SET sessions_per_day = 2 WHERE slug = 'ada'"
    )
    await marketplace.booking(await marketplace.client(), taken)
    await marketplace.database.pool.execute(
        "UPDATE consultant_profiles SET sessions_per_day = 1 WHERE slug = 'ada'"
    )
    assert await next_free(marketplace) is None
    with pytest.raises(DayFull):
        await marketplace.booking(await marketplace.client(), held)


async def test_a_seat_that_somebody_waits_for_is_not_free(marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await ada(marketplace))
    booking = await marketplace.booking(await marketplace.client(), slot)
    waiting = await marketplace.client()
    await marketplace.product.join_waiting_list(waiting, slot.id)
    await marketplace.lapse_hold(booking.id)
    assert await next_free(marketplace) is None
    with pytest.raises(SlotFull):
        await marketplace.booking(await marketplace.client(), slot)
    await marketplace.product.offer_seats()
    assert await next_free(marketplace) is None


async def test_a_time_filter_looks_for_a_session_within_the_limits(marketplace: Marketplace) -> None:
    caller = await ada(marketplace, minimum_notice=2 * DAY)
    await marketplace.slot(caller, starts_in=DAY)
    late = await marketplace.slot(caller, starts_in=3 * DAY)
    now = datetime.now(UTC)
    assert await found(marketplace, available_from=now, available_to=now + 2 * DAY) == []
    assert await found(marketplace, available_from=late.span.starts_at) == ["ada"]
    assert await found(marketplace, available_to=late.span.starts_at) == []
    assert await found(marketplace, available_from=late.span.starts_at + timedelta(seconds=1)) == []


async def test_a_card_names_the_service_of_the_next_free_session(marketplace: Marketplace) -> None:
    caller = await ada(marketplace)
    service = await marketplace.product.save_service(
        caller, SaveServiceCommand(name="First talk", description="", length=HOUR, price=PRICE)
    )
    row = SlotRow(starts_at=datetime.now(UTC) + DAY, service_id=service.id)
    await marketplace.product.save_availability(caller, [row])
    [card] = (await marketplace.product.consultant_queries.discover(DiscoveryQuery())).items
    for free in (card.next_free_slot, (await shown(marketplace, "ada")).next_free_slot):
        assert free is not None
        assert (free.service, free.service_id) == ("First talk", service.id)
