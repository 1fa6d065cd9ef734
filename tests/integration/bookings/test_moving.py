"""Bookings that move to another session."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest

from application.accounts.callers import Caller
from application.bookings.cancel_booking import CancelBookingCommand
from application.bookings.reschedule_booking import RescheduleBookingCommand
from application.consultants.update_profile import UpdateProfileCommand
from domain.availability import Slot, SlotNotOpen
from domain.bookings import (
    BookingNotConfirmed,
    BookingOverlap,
    NoticeTooShort,
    OtherConsultant,
    PriceDiffers,
    SameSlot,
    SessionBegun,
    SlotFull,
)
from domain.consultants import BookingLimits
from domain.money import Money
from domain.refusals import NotFound
from infrastructure.postgres import bookings
from tests.marketplace import Marketplace


async def move(marketplace: Marketplace, client: Caller, booking_id: UUID, slot: Slot) -> None:
    """Move a booking."""
    await marketplace.product.reschedule_booking(
        client, RescheduleBookingCommand(booking_id=booking_id, slot_id=slot.id)
    )


async def seats_taken(marketplace: Marketplace, *slots: Slot) -> list[int]:
    """What the trigger counts, slot by slot."""
    rows = await marketplace.database.pool.fetch("SELECT id, seats_taken FROM slots")
    counts = {row["id"]: row["seats_taken"] for row in rows}
    return [counts[slot.id] for slot in slots]


async def test_a_booking_moves_with_its_payment_and_its_meeting_link(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    old = await marketplace.slot(consultant)
    new = await marketplace.slot(consultant, starts_in=timedelta(days=2))
    booking = await marketplace.confirmed_booking(client, old)
    await move(marketplace, client, booking.id, new)
    after = await marketplace.details(client, booking.id)
    assert (after.slot_id, after.starts_at, after.status) == (new.id, new.span.starts_at, "confirmed")
    assert await seats_taken(marketplace, old, new) == [0, 1]
    assert [payment.status for payment in after.payments] == ["success"]
    last = after.history[-1]
    assert (last.previous, last.status, last.actor) == ("confirmed", "confirmed", "client")
    assert last.reason is not None
    assert new.span.starts_at.strftime("%Y-%m-%dT%H:%MZ") in last.reason
    assert await marketplace.database.pool.fetchval("SELECT sequence FROM bookings WHERE id = $1", booking.id) == 1


async def test_a_booking_can_move_to_a_session_that_overlaps_the_one_it_leaves(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slots = [await marketplace.slot(consultant, starts_in=timedelta(days=1, hours=hours)) for hours in (0, 1)]
    booking = await marketplace.confirmed_booking(client, slots[0])
    await move(marketplace, client, booking.id, slots[1])
    await move(marketplace, client, booking.id, slots[0])
    assert await seats_taken(marketplace, *slots) == [1, 0]


async def test_what_a_move_is_refused_for_leaves_the_old_seat(marketplace: Marketplace) -> None:
    consultant, other_consultant = await marketplace.consultant(), await marketplace.consultant()
    client, rival = await marketplace.client(), await marketplace.client()
    day = timedelta(days=1)
    old = await marketplace.slot(consultant, starts_in=10 * day)
    full = await marketplace.slot(consultant, starts_in=11 * day)
    dear = await marketplace.slot(consultant, starts_in=12 * day, price=Money(600_000, "NGN"))
    elsewhere = await marketplace.slot(other_consultant, starts_in=13 * day)
    soon = await marketplace.slot(consultant, starts_in=timedelta(hours=2))
    closed = await marketplace.slot(consultant, starts_in=14 * day)
    busy = await marketplace.slot(consultant, starts_in=15 * day)
    await marketplace.booking(rival, full)
    await marketplace.booking(client, await marketplace.slot(other_consultant, starts_in=15 * day))
    await marketplace.database.pool.execute("UPDATE slots SET status = 'closed' WHERE id = $1", closed.id)
    await marketplace.product.update_profile(
        consultant, UpdateProfileCommand(limits=BookingLimits(minimum_notice=timedelta(hours=5)))
    )
    booking = await marketplace.confirmed_booking(client, old)
    for slot, refusal in (
        (old, SameSlot),
        (full, SlotFull),
        (dear, PriceDiffers),
        (elsewhere, OtherConsultant),
        (soon, NoticeTooShort),
        (closed, SlotNotOpen),
        (busy, BookingOverlap),
    ):
        with pytest.raises(refusal):
            await move(marketplace, client, booking.id, slot)
    with pytest.raises(NotFound):
        await move(marketplace, rival, booking.id, busy)
    assert (await marketplace.details(client, booking.id)).slot_id == old.id
    assert await seats_taken(marketplace, old, full, busy) == [1, 1, 0]


async def test_only_a_confirmed_booking_of_a_session_to_come_moves(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant)
    other = await marketplace.slot(consultant, starts_in=timedelta(days=9))
    held = await marketplace.booking(client, slot)
    with pytest.raises(BookingNotConfirmed):
        await move(marketplace, client, held.id, other)
    payment = await marketplace.started_payment(client, held)
    await marketplace.pay(payment.reference)
    await marketplace.product.settle_payment(payment.reference)
    await marketplace.move_into_past(slot.id)
    with pytest.raises(SessionBegun):
        await move(marketplace, client, held.id, other)


async def test_moving_does_not_bring_back_what_waiting_had_cost(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    soon = await marketplace.slot(consultant, starts_in=timedelta(hours=3))
    far = await marketplace.slot(consultant, starts_in=timedelta(days=20))
    booking = await marketplace.confirmed_booking(client, soon)
    await move(marketplace, client, booking.id, far)
    quote = await marketplace.product.cancel_booking(client, CancelBookingCommand(booking_id=booking.id))
    assert quote.refund.amount == 0


async def test_the_last_seat_goes_to_one_of_the_many_who_move_into_it(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    target = await marketplace.slot(consultant, starts_in=timedelta(days=5), price=Money(0, "NGN"))
    crowd = await marketplace.slot(consultant, capacity=12, price=Money(0, "NGN"))
    clients = await marketplace.clients(12)
    held = [await marketplace.booking(client, crowd) for client in clients]

    async def try_to_move(client: Caller, booking_id: UUID) -> str:
        try:
            await move(marketplace, client, booking_id, target)
        except SlotFull as refusal:
            return refusal.code
        return "moved"

    moves = [try_to_move(client, booking.id) for client, booking in zip(clients, held, strict=True)]
    assert Counter(await asyncio.gather(*moves)) == {"moved": 1, "slot_full": 11}
    assert await seats_taken(marketplace, crowd, target) == [11, 1]


async def test_clients_who_swap_their_sessions_neither_deadlock_nor_lose_a_seat(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    free = Money(0, "NGN")
    slots = [
        await marketplace.slot(consultant, starts_in=timedelta(days=day), capacity=6, price=free) for day in (1, 2)
    ]
    clients = await marketplace.clients(6)
    held = [await marketplace.booking(client, slots[number % 2]) for number, client in enumerate(clients)]
    for turn in range(4):
        await asyncio.gather(
            *(
                move(marketplace, client, booking.id, slots[(number + turn + 1) % 2])
                for number, (client, booking) in enumerate(zip(clients, held, strict=True))
            )
        )
        assert sum(await seats_taken(marketplace, *slots)) == 6
    deadlocks = await marketplace.database.pool.fetchval(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    )
    assert deadlocks == 0


async def test_two_moves_of_one_booking_at_once_end_in_one_of_both_places(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    free = Money(0, "NGN")
    old, *targets = [
        await marketplace.slot(consultant, starts_in=timedelta(days=day), price=free) for day in range(1, 6)
    ]
    booking = await marketplace.booking(client, old)
    await asyncio.gather(*(move(marketplace, client, booking.id, target) for target in targets))
    assert sorted(await seats_taken(marketplace, old, *targets)) == [0, 0, 0, 0, 1]
    after = await marketplace.details(client, booking.id)
    assert after.slot_id in {target.id for target in targets}


async def test_a_move_races_with_the_cancelling_of_the_booking(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    free = Money(0, "NGN")
    for day in range(1, 8):
        client = await marketplace.client()
        old = await marketplace.slot(consultant, starts_in=timedelta(days=2 * day), price=free)
        new = await marketplace.slot(consultant, starts_in=timedelta(days=2 * day + 1), price=free)
        booking = await marketplace.booking(client, old)
        outcomes = await asyncio.gather(
            move(marketplace, client, booking.id, new),
            marketplace.product.cancel_booking(client, CancelBookingCommand(booking_id=booking.id)),
            return_exceptions=True,
        )
        unexpected = [o for o in outcomes if isinstance(o, Exception) and not isinstance(o, BookingNotConfirmed)]
        assert not unexpected
        assert (await marketplace.details(client, booking.id)).status == "cancelled"
        assert await seats_taken(marketplace, old, new) == [0, 0]


async def test_this_race_oversells_when_both_lines_are_away(
    marketplace: Marketplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bookings, "LOCK_SEAT", bookings.LOCK_SEAT.replace("FOR NO KEY UPDATE OF s", ""))
    await marketplace.database.pool.execute("ALTER TABLE slots DROP CONSTRAINT ck_slots_seats_taken")
    consultant = await marketplace.consultant()
    free = Money(0, "NGN")
    clients = await marketplace.clients(12)
    for run in range(1, 6):
        crowd = await marketplace.slot(consultant, starts_in=timedelta(days=run), capacity=12, price=free)
        target = await marketplace.slot(consultant, starts_in=timedelta(days=run + 10), price=free)
        held = [await marketplace.booking(client, crowd) for client in clients]
        await asyncio.gather(
            *(
                move(marketplace, client, booking.id, target)
                for client, booking in zip(clients, held, strict=True)
            ),
            return_exceptions=True,
        )
        if (await seats_taken(marketplace, target))[0] > 1:
            return
    pytest.fail("The race was not close enough to prove anything.")
