"""Taking a seat through the use case, on the real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from application.availability.save_availability import SlotRow
from application.bookings.reserve_seat import ReserveSeatCommand
from application.consultants.update_profile import UpdateProfileCommand
from domain.availability import SlotNotOpen, SlotStatus
from domain.bookings import (
    AlreadyBooked,
    BookingOverlap,
    ConsultantUnavailable,
    OwnSlot,
    SlotFull,
    SlotInPast,
)
from domain.money import Money
from domain.refusals import Invalid, NotFound
from tests.marketplace import PRICE, Marketplace


async def test_a_seat_is_held_at_the_price_of_the_moment(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant)
    booking = await marketplace.booking(client, slot)
    await marketplace.product.save_availability(
        consultant, [SlotRow(slot_id=slot.id, price=Money(900_000, "NGN"))]
    )

    assert booking.status == "pending"
    assert booking.hold_expires_at is not None
    left = booking.hold_expires_at - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)
    stored = await marketplace.details(client, booking.id)
    assert stored.price.amount == PRICE.amount
    assert [(step.previous, step.status, step.actor) for step in stored.history] == [(None, "pending", "client")]


async def test_a_free_session_is_confirmed_at_once(marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant(), price=Money(0, "NGN"))
    booking = await marketplace.booking(await marketplace.client(), slot)
    assert (booking.status, booking.hold_expires_at) == ("confirmed", None)


async def test_a_full_session_is_refused(marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant(), capacity=2)
    await marketplace.booking(await marketplace.client(), slot)
    await marketplace.booking(await marketplace.client(), slot)
    with pytest.raises(SlotFull):
        await marketplace.booking(await marketplace.client(), slot)


async def test_one_client_gets_one_seat(marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant(), capacity=3)
    client = await marketplace.client()
    await marketplace.booking(client, slot)
    with pytest.raises(AlreadyBooked):
        await marketplace.booking(client, slot)


async def test_overlapping_sessions_of_one_client_are_refused_and_touching_ones_are_not(
    marketplace: Marketplace,
) -> None:
    client = await marketplace.client()
    first = await marketplace.slot(await marketplace.consultant())
    overlapping = await marketplace.slot(await marketplace.consultant(), starts_in=timedelta(days=1, minutes=59))
    [touching] = await marketplace.product.save_availability(
        await marketplace.consultant(),
        [SlotRow(starts_at=first.span.ends_at, ends_at=first.span.ends_at + timedelta(hours=1), price=PRICE)],
    )
    await marketplace.booking(client, first)
    with pytest.raises(BookingOverlap):
        await marketplace.booking(client, overlapping)
    assert (await marketplace.booking(client, touching)).status == "pending"


async def test_consultants_do_not_book_their_own_sessions(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    with pytest.raises(OwnSlot):
        await marketplace.booking(consultant, await marketplace.slot(consultant))


async def test_closed_past_and_unpublished_sessions_are_refused(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant)
    await marketplace.product.save_availability(consultant, [SlotRow(slot_id=slot.id, status=SlotStatus.CLOSED)])
    with pytest.raises(SlotNotOpen):
        await marketplace.booking(client, slot)
    await marketplace.product.save_availability(consultant, [SlotRow(slot_id=slot.id, status=SlotStatus.OPEN)])
    await marketplace.product.update_profile(consultant, UpdateProfileCommand(is_published=False))
    with pytest.raises(ConsultantUnavailable):
        await marketplace.booking(client, slot)
    await marketplace.product.update_profile(consultant, UpdateProfileCommand(is_published=True))
    await marketplace.move_into_past(slot.id)
    with pytest.raises(SlotInPast):
        await marketplace.booking(client, slot)


async def test_a_suspended_consultant_takes_no_bookings(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant)
    await marketplace.database.pool.execute(
        "UPDATE accounts SET status = 'suspended' WHERE id = $1", consultant.account_id
    )
    with pytest.raises(ConsultantUnavailable):
        await marketplace.booking(await marketplace.client(), slot)


async def test_a_reason_is_asked_for(marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    client = await marketplace.client()
    with pytest.raises(Invalid):
        await marketplace.product.reserve_seat(client, ReserveSeatCommand(slot_id=slot.id, reason="  "))
    with pytest.raises(NotFound):
        await marketplace.product.reserve_seat(client, ReserveSeatCommand(slot_id=uuid4(), reason="x"))


async def test_a_lapsed_hold_gives_its_seat_to_the_next_client_without_a_sweep(marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    slow, quick = await marketplace.client(), await marketplace.client()
    lapsed = await marketplace.booking(slow, slot)
    await marketplace.lapse_hold(lapsed.id)

    assert (await marketplace.booking(quick, slot)).status == "pending"
    assert (await marketplace.details(slow, lapsed.id)).status == "expired"


async def test_a_lapsed_hold_elsewhere_does_not_keep_its_client_busy(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    first = await marketplace.slot(await marketplace.consultant())
    second = await marketplace.slot(await marketplace.consultant())
    await marketplace.lapse_hold((await marketplace.booking(client, first)).id)

    assert (await marketplace.booking(client, second)).status == "pending"
    taken = await marketplace.database.pool.fetchval("SELECT seats_taken FROM slots WHERE id = $1", first.id)
    assert taken == 0
