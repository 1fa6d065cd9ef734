"""Free times: what a client can take instead, or move to, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from application.accounts.callers import Caller
from application.bookings.reschedule_booking import RescheduleBookingCommand
from application.bookings.views import BookingDetails
from application.consultants.update_profile import UpdateProfileCommand
from application.paging import PageRequest
from domain.availability import Slot
from domain.bookings import DayFull, NoticeTooShort, TooFarAhead
from domain.consultants import BookingLimits
from domain.money import Money
from domain.refusals import Refusal
from tests.marketplace import Marketplace

DAY = timedelta(days=1)


@dataclass
class Mover:
    """A client with a paid seat who looks for another time."""

    marketplace: Marketplace
    consultant: Caller
    client: Caller
    slot: Slot
    booking: BookingDetails

    async def free(self, slot_id: UUID | None = None) -> list[UUID]:
        """Where the booking can move to."""
        page = await self.marketplace.product.free_time_queries.to_move_to(
            self.client.account_id, self.booking.id, slot_id=slot_id
        )
        return [free.id for free in page.items]

    async def limit(self, limits: BookingLimits) -> None:
        """The consultant changes their mind about when to work."""
        await self.marketplace.product.update_profile(self.consultant, UpdateProfileCommand(limits=limits))


@pytest.fixture
async def mover(marketplace: Marketplace) -> Mover:
    """In a session of the day after tomorrow."""
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant, starts_in=2 * DAY)
    return Mover(marketplace, consultant, client, slot, await marketplace.confirmed_booking(client, slot))


async def test_all_other_free_times_at_the_price_are_there_soonest_first(mover: Mover) -> None:
    slots = [await mover.marketplace.slot(mover.consultant, starts_in=days * DAY) for days in (5, 3, 4)]
    await mover.marketplace.slot(mover.consultant, starts_in=6 * DAY, price=Money(600_000, "NGN"))
    await mover.marketplace.slot(await mover.marketplace.consultant(), starts_in=3 * DAY)
    assert await mover.free() == [slots[1].id, slots[2].id, slots[0].id]
    assert await mover.free(slot_id=slots[0].id) == [slots[0].id]
    assert await mover.free(slot_id=mover.slot.id) == []


async def test_a_full_one_is_not_there_until_its_hold_runs_out(mover: Mover) -> None:
    slot = await mover.marketplace.slot(mover.consultant, starts_in=3 * DAY)
    held = await mover.marketplace.booking(await mover.marketplace.client(), slot)
    assert await mover.free() == []
    await mover.marketplace.lapse_hold(held.id)
    assert await mover.free() == [slot.id]


async def test_one_that_overlaps_another_session_of_the_client_is_not_there(mover: Mover) -> None:
    slot = await mover.marketplace.slot(mover.consultant, starts_in=3 * DAY)
    beside = await mover.marketplace.slot(
        await mover.marketplace.consultant(), starts_in=3 * DAY + timedelta(minutes=30)
    )
    held = await mover.marketplace.booking(mover.client, beside)
    assert await mover.free() == []
    await mover.marketplace.lapse_hold(held.id)
    assert await mover.free() == [slot.id]


async def test_the_own_session_is_not_in_its_own_way(mover: Mover) -> None:
    beside = await mover.marketplace.slot(mover.consultant, starts_in=2 * DAY + timedelta(hours=1))
    assert await mover.free() == [beside.id]
    await mover.limit(BookingLimits(sessions_per_day=1))
    assert await mover.free() == [beside.id]


@pytest.mark.parametrize(
    ("limits", "starts_in", "refusal"),
    [
        (BookingLimits(minimum_notice=4 * DAY), 3 * DAY, NoticeTooShort),
        (BookingLimits(window=2 * DAY), 3 * DAY, TooFarAhead),
    ],
)
async def test_what_the_consultants_limits_refuse_is_not_there(
    mover: Mover, limits: BookingLimits, starts_in: timedelta, refusal: type[Refusal]
) -> None:
    slot = await mover.marketplace.slot(mover.consultant, starts_in=starts_in)
    assert await mover.free() == [slot.id]
    await mover.limit(limits)
    assert await mover.free() == []
    with pytest.raises(refusal):
        await mover.marketplace.product.reschedule_booking(
            mover.client, RescheduleBookingCommand(booking_id=mover.booking.id, slot_id=slot.id)
        )


async def test_a_day_that_is_full_without_the_own_seat_is_not_there(mover: Mover) -> None:
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - datetime.now(UTC)
    taken, free = [
        await mover.marketplace.slot(mover.consultant, starts_in=noon + 5 * DAY + timedelta(hours=hours))
        for hours in (0, 2)
    ]
    await mover.marketplace.confirmed_booking(await mover.marketplace.client(), taken)
    assert await mover.free() == [free.id]
    await mover.limit(BookingLimits(sessions_per_day=1))
    assert await mover.free() == []
    with pytest.raises(DayFull):
        await mover.marketplace.product.reschedule_booking(
            mover.client, RescheduleBookingCommand(booking_id=mover.booking.id, slot_id=free.id)
        )
    await mover.limit(BookingLimits(sessions_per_day=2))
    assert await mover.free() == [free.id]


async def test_pages_of_free_times_lose_and_repeat_nothing(mover: Mover) -> None:
    slots = [await mover.marketplace.slot(mover.consultant, starts_in=(3 + number) * DAY) for number in range(5)]
    seen: list[UUID] = []
    page = PageRequest(limit=2)
    while True:
        found = await mover.marketplace.product.free_time_queries.to_move_to(
            mover.client.account_id, mover.booking.id, page=page
        )
        seen += [free.id for free in found.items]
        if found.next_key is None:
            break
        page = PageRequest(limit=2, after=found.next_key)
    assert seen == [slot.id for slot in slots]


async def test_somebody_elses_booking_moves_nowhere(mover: Mover) -> None:
    await mover.marketplace.slot(mover.consultant, starts_in=3 * DAY)
    stranger = await mover.marketplace.client()
    found = await mover.marketplace.product.free_time_queries.to_move_to(stranger.account_id, mover.booking.id)
    assert found.items == []


async def test_the_three_nearest_are_taken_from_both_sides_at_any_price(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    wanted = await marketplace.slot(consultant, starts_in=10 * DAY)
    slots = {
        days: await marketplace.slot(consultant, starts_in=days * DAY, price=Money(days * 100_000, "NGN"))
        for days in (2, 8, 9, 11, 20)
    }
    near = await marketplace.product.free_time_queries.near(wanted.id)
    assert [free.id for free in near] == [slots[8].id, slots[9].id, slots[11].id]
    client = await marketplace.client()
    await marketplace.booking(client, slots[9])
    near = await marketplace.product.free_time_queries.near(wanted.id, client.account_id)
    assert [free.id for free in near] == [slots[2].id, slots[8].id, slots[11].id]
