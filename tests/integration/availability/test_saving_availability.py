"""Many slots in one save: all rows or none, on the real database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from application.accounts.callers import Caller
from application.availability.save_availability import MOST_ROWS, RowRefused, SlotRow
from application.availability.views import AvailabilityView
from application.paging import PageRequest
from domain.availability import (
    CapacityBelowSeatsTaken,
    Slot,
    SlotHasSeatsTaken,
    SlotNotOpen,
    SlotOverlap,
    SlotStatus,
)
from domain.money import Money
from domain.refusals import Invalid, NotFound, Refusal, StaleVersion
from tests.marketplace import PRICE, Marketplace

TOMORROW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)


def row(hour: float, *, length: float = 1, slot: Slot | None = None, capacity: int | None = None) -> SlotRow:
    """Some hours after this time tomorrow; a new slot, or a new time for one."""
    starts_at = TOMORROW + timedelta(hours=hour)
    return SlotRow(
        slot_id=slot.id if slot else None,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=length),
        capacity=capacity,
        price=None if slot else PRICE,
    )


async def save(marketplace: Marketplace, consultant: Caller, *rows: SlotRow) -> list[Slot]:
    return await marketplace.product.save_availability(consultant, list(rows))


async def own_slots(marketplace: Marketplace, consultant: Caller) -> list[AvailabilityView]:
    page = await marketplace.product.availability_queries.own_slots(
        consultant.account_id, since=None, until=None, page=PageRequest(limit=100)
    )
    return page.items


async def refused(
    marketplace: Marketplace, consultant: Caller, *rows: SlotRow, at: int, because: type[Refusal]
) -> RowRefused:
    """The save is refused for that row and leaves everything as it was."""
    before = await own_slots(marketplace, consultant)
    with pytest.raises(RowRefused) as refusal:
        await save(marketplace, consultant, *rows)
    assert (refusal.value.row, type(refusal.value.refusal)) == (at, because)
    assert await own_slots(marketplace, consultant) == before
    return refusal.value


async def test_many_rows_become_slots_in_the_order_of_the_rows(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    slots = await save(marketplace, consultant, row(4), row(0, capacity=3), row(2))
    assert [slot.span.starts_at - TOMORROW for slot in slots] == [timedelta(hours=hour) for hour in (4, 0, 2)]
    stored = await own_slots(marketplace, consultant)
    assert [slot.id for slot in stored] == [slots[1].id, slots[2].id, slots[0].id]
    assert (stored[0].max_slots, stored[0].seats_taken, stored[0].status) == (3, 0, "open")


async def test_back_to_back_sessions_are_no_overlap(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    await save(marketplace, consultant, row(1))
    await save(marketplace, consultant, row(0), row(2), row(3, length=0.5), row(3.5))
    assert len(await own_slots(marketplace, consultant)) == 5


@pytest.mark.parametrize(("hour", "length"), [(1, 1), (0.5, 1), (1.5, 1), (1.25, 0.5), (0, 24)])
async def test_an_overlap_with_what_is_there_is_refused(
    marketplace: Marketplace, hour: float, length: float
) -> None:
    consultant = await marketplace.consultant()
    await save(marketplace, consultant, row(1))
    await refused(marketplace, consultant, row(30), row(hour, length=length), row(40), at=1, because=SlotOverlap)


async def test_an_overlap_within_a_save_is_refused_at_the_later_row(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    await refused(marketplace, consultant, row(0), row(5), row(0.5), at=2, because=SlotOverlap)


async def test_a_closed_slot_still_takes_its_time_and_a_removed_one_does_not(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    [slot] = await save(marketplace, consultant, row(0))
    await save(marketplace, consultant, SlotRow(slot_id=slot.id, status=SlotStatus.CLOSED))
    await refused(marketplace, consultant, row(0), at=0, because=SlotOverlap)
    await save(marketplace, consultant, SlotRow(slot_id=slot.id, remove=True))
    await save(marketplace, consultant, row(0))


async def test_consultants_do_not_get_in_each_others_way(marketplace: Marketplace) -> None:
    for _ in range(2):
        await save(marketplace, await marketplace.consultant(), row(0))


async def test_a_row_may_take_the_place_that_a_later_row_gives_up(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    [slot] = await save(marketplace, consultant, row(0))
    new, removed = await save(marketplace, consultant, row(0.5), SlotRow(slot_id=slot.id, remove=True))
    assert removed.status is SlotStatus.CANCELLED
    assert [stored.id for stored in await own_slots(marketplace, consultant)] == [new.id]


async def test_a_new_row_may_take_the_place_that_another_leaves(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    [slot] = await save(marketplace, consultant, row(0))
    await save(marketplace, consultant, row(0), row(1, slot=slot))
    assert len(await own_slots(marketplace, consultant)) == 2


@pytest.mark.parametrize("order", [1, -1])
async def test_a_whole_morning_can_be_shifted_in_one_save(marketplace: Marketplace, order: int) -> None:
    consultant = await marketplace.consultant()
    slots = await save(marketplace, consultant, row(0), row(1), row(2))
    moves = [row(hour + 0.5, slot=slot) for hour, slot in enumerate(slots)]
    await save(marketplace, consultant, *moves[::order])
    shifted = [slot.starts_at - TOMORROW for slot in await own_slots(marketplace, consultant)]
    assert shifted == [timedelta(hours=hour) for hour in (0.5, 1.5, 2.5)]


async def test_two_slots_can_swap_their_times_in_one_save(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    one, other = await save(marketplace, consultant, row(0), row(5))
    await save(marketplace, consultant, row(5, slot=one), row(0, slot=other))
    assert [slot.id for slot in await own_slots(marketplace, consultant)] == [other.id, one.id]


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("starts_at", SlotRow()),
        ("ends_at", row(0, length=0)),
        ("ends_at", row(0, length=25)),
        ("starts_at", row(-48)),
        ("starts_at", row(24 * 800)),
        ("max_slots", row(0, capacity=0)),
        ("max_slots", row(0, capacity=1001)),
        ("price", replace(row(0), price=Money(1, "NGN"))),
    ],
)
async def test_a_row_out_of_bounds_names_its_field(marketplace: Marketplace, field: str, bad: SlotRow) -> None:
    consultant = await marketplace.consultant()
    told = await refused(marketplace, consultant, row(30), bad, at=1, because=Invalid)
    assert isinstance(told.refusal, Invalid)
    assert field in [error.field for error in told.refusal.errors]


async def test_one_hundred_rows_are_saved_and_one_more_is_refused(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    rows = [row(hour) for hour in range(MOST_ROWS + 1)]
    with pytest.raises(Invalid):
        await save(marketplace, consultant, *rows)
    assert len(await save(marketplace, consultant, *rows[:-1])) == MOST_ROWS


async def test_a_taken_slot_can_be_neither_moved_nor_removed(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    [slot] = await save(marketplace, consultant, row(0))
    await marketplace.booking(await marketplace.client(), slot)
    await refused(marketplace, consultant, row(9), row(1, slot=slot), at=1, because=SlotHasSeatsTaken)
    await refused(
        marketplace, consultant, row(9), SlotRow(slot_id=slot.id, remove=True), at=1, because=SlotHasSeatsTaken
    )


async def test_capacity_stays_at_or_above_the_seats_taken(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    [slot] = await save(marketplace, consultant, row(0, capacity=3))
    for _ in range(2):
        await marketplace.booking(await marketplace.client(), slot)
    await refused(
        marketplace, consultant, SlotRow(slot_id=slot.id, capacity=1), at=0, because=CapacityBelowSeatsTaken
    )
    [changed] = await save(marketplace, consultant, SlotRow(slot_id=slot.id, capacity=2))
    assert changed.seats_left == 0


async def test_a_lapsed_hold_does_not_keep_a_slot_in_its_place(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    [slot] = await save(marketplace, consultant, row(0))
    booking = await marketplace.booking(await marketplace.client(), slot)
    await marketplace.lapse_hold(booking.id)
    [moved] = await save(marketplace, consultant, row(3, slot=slot))
    assert moved.seats_taken == 0


async def test_a_change_to_something_that_was_changed_in_the_meantime_is_refused(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    [slot] = await save(marketplace, consultant, row(0))
    await save(marketplace, consultant, SlotRow(slot_id=slot.id, capacity=2, expected_version=1))
    await refused(
        marketplace,
        consultant,
        SlotRow(slot_id=slot.id, capacity=3, expected_version=1),
        at=0,
        because=StaleVersion,
    )
    await save(marketplace, consultant, SlotRow(slot_id=slot.id, capacity=3, expected_version=2))


async def test_a_changed_slot_tells_the_version_that_the_next_change_has_to_expect(
    marketplace: Marketplace,
) -> None:
    consultant = await marketplace.consultant()
    [slot] = await save(marketplace, consultant, row(0))
    [changed] = await save(marketplace, consultant, SlotRow(slot_id=slot.id, capacity=2))
    stored = await marketplace.product.availability_queries.own_slot(consultant.account_id, slot.id)
    assert stored is not None
    assert changed.version == stored.version == 2


async def test_slots_of_others_unknown_and_removed_ones_are_not_there(marketplace: Marketplace) -> None:
    owner, stranger = await marketplace.consultant(), await marketplace.consultant()
    slot, removed = await save(marketplace, owner, row(0), row(5))
    await save(marketplace, owner, SlotRow(slot_id=removed.id, remove=True))
    await refused(marketplace, stranger, SlotRow(slot_id=slot.id, capacity=9), at=0, because=NotFound)
    await refused(marketplace, stranger, SlotRow(slot_id=slot.id, remove=True), at=0, because=NotFound)
    await refused(marketplace, owner, SlotRow(slot_id=uuid4(), capacity=9), at=0, because=NotFound)
    await refused(marketplace, owner, SlotRow(slot_id=removed.id, capacity=9), at=0, because=NotFound)
    assert await marketplace.product.availability_queries.own_slot(stranger.account_id, slot.id) is None
    assert await marketplace.product.availability_queries.own_slot(owner.account_id, removed.id) is None


async def test_a_row_does_not_cancel_a_slot_in_passing(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    [slot] = await save(marketplace, consultant, row(0))
    cancelling = SlotRow(slot_id=slot.id, status=SlotStatus.CANCELLED)
    await refused(marketplace, consultant, cancelling, at=0, because=SlotNotOpen)


async def test_a_client_has_no_availability(marketplace: Marketplace) -> None:
    with pytest.raises(NotFound):
        await save(marketplace, await marketplace.client(), row(0))


async def test_of_two_saves_at_once_that_overlap_exactly_one_is_kept(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    outcomes = await asyncio.gather(
        *(save(marketplace, consultant, row(0), row(10 + 2 * number)) for number in range(6)),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["RowRefused"] * 5 + ["list"]
    assert len(await own_slots(marketplace, consultant)) == 2


async def test_capacity_and_bookings_that_race_never_oversell(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    [slot] = await save(marketplace, consultant, row(0, capacity=4))
    clients = [await marketplace.client() for _ in range(4)]
    await asyncio.gather(
        *(marketplace.booking(client, slot) for client in clients),
        *(save(marketplace, consultant, SlotRow(slot_id=slot.id, capacity=capacity)) for capacity in (3, 2, 1)),
        return_exceptions=True,
    )
    stored = await marketplace.product.availability_queries.own_slot(consultant.account_id, slot.id)
    holding = await marketplace.database.pool.fetchval("SELECT count(*) FROM bookings WHERE status = 'pending'")
    assert stored is not None
    assert stored.seats_taken == holding <= stored.max_slots


async def test_own_slots_are_paged_by_time_without_loss_or_repetition(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    made = await save(marketplace, consultant, *(row(hour) for hour in range(7)))
    seen, after = [], None
    while True:
        page = await marketplace.product.availability_queries.own_slots(
            consultant.account_id, since=None, until=None, page=PageRequest(limit=3, after=after)
        )
        seen += [slot.id for slot in page.items]
        after = page.next_key
        if after is None:
            break
    assert seen == [slot.id for slot in made]


async def test_a_range_holds_what_starts_in_it(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    made = await save(marketplace, consultant, *(row(hour) for hour in range(4)))
    page = await marketplace.product.availability_queries.own_slots(
        consultant.account_id,
        since=TOMORROW + timedelta(hours=1),
        until=TOMORROW + timedelta(hours=3),
        page=PageRequest(),
    )
    assert [slot.id for slot in page.items] == [made[1].id, made[2].id]
