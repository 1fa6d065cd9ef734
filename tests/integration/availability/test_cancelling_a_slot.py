"""A whole session is called off: everybody's booking, everybody's money."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from application.accounts.callers import Caller
from application.bookings.cancel_booking import CancelBookingCommand
from domain.availability import SlotHasSeatsTaken, SlotNotOpen
from domain.money import Money
from domain.refusals import Invalid, NotFound
from tests.invariants import broken_invariants
from tests.marketplace import Marketplace

FREE = Money(0, "NGN")


async def status_of(marketplace: Marketplace, slot_id: UUID) -> str:
    """The slot's own."""
    status: str = await marketplace.database.pool.fetchval("SELECT status FROM slots WHERE id = $1", slot_id)
    return status


async def statuses(marketplace: Marketplace, clients: list[Caller], bookings: list[UUID]) -> list[str]:
    """Of their bookings."""
    return [
        (await marketplace.details(client, booking)).status
        for client, booking in zip(clients, bookings, strict=True)
    ]


async def test_every_booking_is_cancelled_and_all_money_goes_back(marketplace: Marketplace) -> None:
    consultant, clients = await marketplace.consultant(), await marketplace.clients(3)
    slot = await marketplace.slot(
        consultant, starts_in=timedelta(minutes=30), capacity=4
    )  # too late for any policy
    paid = [(await marketplace.confirmed_booking(client, slot)).id for client in clients[:2]]
    held = (await marketplace.booking(clients[2], slot)).id

    assert await marketplace.product.cancel_slot(consultant, slot.id, reason="I am ill") == 3

    assert await status_of(marketplace, slot.id) == "cancelled"
    assert await statuses(marketplace, clients, [*paid, held]) == ["cancelled"] * 3
    for client, booking_id in zip(clients[:2], paid, strict=True):
        details = await marketplace.details(client, booking_id)
        assert [refund.amount.amount for refund in details.refunds] == [500_000]
        assert (details.history[-1].actor, details.history[-1].reason) == ("consultant", "I am ill")
    assert (await marketplace.details(clients[2], held)).refunds == []
    await marketplace.product.relay_outbox()
    at_paystack = (await marketplace.sandbox.get("/_sandbox/refunds")).json()
    assert [refund["amount"] for refund in at_paystack] == [500_000, 500_000]
    assert await broken_invariants(marketplace.database) == []


async def test_a_seat_that_is_paid_for_after_its_session_was_called_off_is_refunded(
    marketplace: Marketplace,
) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant)
    booking = await marketplace.booking(client, slot)
    payment = await marketplace.started_payment(client, booking)
    await marketplace.product.cancel_slot(consultant, slot.id)
    await marketplace.pay(payment.reference)
    await marketplace.product.settle_payment(payment.reference)
    details = await marketplace.details(client, booking.id)
    assert (details.status, [refund.amount.amount for refund in details.refunds]) == ("cancelled", [500_000])
    assert await broken_invariants(marketplace.database) == []


async def test_a_session_without_bookings_is_called_off_too(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant)
    assert await marketplace.product.cancel_slot(consultant, slot.id) == 0
    assert await status_of(marketplace, slot.id) == "cancelled"
    assert await marketplace.product.availability_queries.own_slot(consultant.account_id, slot.id) is None
    await marketplace.slot(consultant)  # its time is free again


async def test_bookings_that_were_over_before_stay_as_they_are(marketplace: Marketplace) -> None:
    consultant, clients = await marketplace.consultant(), await marketplace.clients(2)
    slot = await marketplace.slot(consultant, capacity=2, price=FREE)
    given_up, stays = [(await marketplace.booking(client, slot)).id for client in clients]
    await marketplace.product.cancel_booking(clients[0], CancelBookingCommand(booking_id=given_up))
    assert await marketplace.product.cancel_slot(consultant, slot.id) == 1
    history = (await marketplace.details(clients[0], given_up)).history
    assert [step.actor for step in history] == ["client", "client"]
    assert await statuses(marketplace, clients, [given_up, stays]) == ["cancelled", "cancelled"]


async def test_holds_that_ran_out_expire_and_are_not_cancelled(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant)
    booking = await marketplace.booking(client, slot)
    await marketplace.lapse_hold(booking.id)
    assert await marketplace.product.cancel_slot(consultant, slot.id) == 0
    assert (await marketplace.details(client, booking.id)).status == "expired"
    assert await broken_invariants(marketplace.database) == []


async def test_a_session_that_goes_on_can_be_called_off_and_one_that_took_place_cannot(
    marketplace: Marketplace,
) -> None:
    consultant, clients = await marketplace.consultant(), await marketplace.clients(2)
    going_on = await marketplace.slot(consultant, price=FREE)
    booking = await marketplace.booking(clients[0], going_on)
    await marketplace.move_into_past(going_on.id, by=timedelta(days=1, minutes=5))
    assert await marketplace.product.cancel_slot(consultant, going_on.id) == 1
    assert (await marketplace.details(clients[0], booking.id)).status == "cancelled"

    over = await marketplace.slot(consultant, price=FREE, capacity=2)
    completed, confirmed = [(await marketplace.booking(client, over)).id for client in clients]
    await marketplace.move_into_past(over.id)
    await marketplace.product.complete_session(consultant, completed)
    with pytest.raises(SlotHasSeatsTaken):
        await marketplace.product.cancel_slot(consultant, over.id)
    assert await statuses(marketplace, clients, [completed, confirmed]) == ["completed", "confirmed"]
    assert await broken_invariants(marketplace.database) == []


async def test_cancelling_twice_finds_nothing_the_second_time(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant)
    booking = await marketplace.confirmed_booking(client, slot)
    await marketplace.product.cancel_slot(consultant, slot.id)
    with pytest.raises(NotFound):
        await marketplace.product.cancel_slot(consultant, slot.id)
    assert len((await marketplace.details(client, booking.id)).refunds) == 1


async def test_of_two_who_cancel_at_once_one_does_and_the_money_goes_back_once(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant)
    booking = await marketplace.confirmed_booking(client, slot)
    cancelling = (marketplace.product.cancel_slot(consultant, slot.id) for _ in range(4))
    results = await asyncio.gather(*cancelling, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["NotFound", "NotFound", "NotFound", "int"]
    assert len((await marketplace.details(client, booking.id)).refunds) == 1


async def test_nobody_cancels_the_sessions_of_others(marketplace: Marketplace) -> None:
    consultant, stranger = await marketplace.consultant(), await marketplace.consultant()
    slot = await marketplace.slot(consultant)
    client = await marketplace.client()
    for caller, slot_id in ((stranger, slot.id), (client, slot.id), (consultant, uuid4())):
        with pytest.raises(NotFound):
            await marketplace.product.cancel_slot(caller, slot_id)
    assert await status_of(marketplace, slot.id) == "open"


async def test_a_reason_that_is_too_long_changes_nothing(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant, price=FREE)
    booking = await marketplace.booking(client, slot)
    with pytest.raises(Invalid):
        await marketplace.product.cancel_slot(consultant, slot.id, reason="x" * 2001)
    assert (await status_of(marketplace, slot.id), await statuses(marketplace, [client], [booking.id])) == (
        "open",
        ["confirmed"],
    )


async def test_whoever_waits_for_a_session_that_is_called_off_waits_no_more(marketplace: Marketplace) -> None:
    consultant, clients = await marketplace.consultant(), await marketplace.clients(2)
    slot = await marketplace.slot(consultant, price=FREE)
    await marketplace.booking(clients[0], slot)
    entry = await marketplace.product.join_waiting_list(clients[1], slot.id)
    assert await marketplace.product.cancel_slot(consultant, slot.id) == 1
    await marketplace.product.offer_seats()
    row = await marketplace.database.pool.fetchrow(
        "SELECT w.status, s.people_waiting, s.seats_taken FROM waiting_entries w JOIN slots s ON s.id = w.slot_id "
        "WHERE w.id = $1",
        entry.id,
    )
    assert tuple(row) == ("closed", 0, 0)
    assert await broken_invariants(marketplace.database) == []


async def test_whoever_books_while_the_session_is_called_off_is_refused_or_cancelled_with_it(
    marketplace: Marketplace,
) -> None:
    consultant, clients = await marketplace.consultant(), await marketplace.clients(12)
    slot = await marketplace.slot(consultant, capacity=12, price=FREE)
    early = [(await marketplace.booking(client, slot)).id for client in clients[:3]]
    *booked, cancelled = await asyncio.gather(
        *(marketplace.booking(client, slot) for client in clients[3:]),
        marketplace.product.cancel_slot(consultant, slot.id),
        return_exceptions=True,
    )
    refused = [result for result in booked if isinstance(result, BaseException)]
    assert {type(result) for result in refused} <= {SlotNotOpen}
    assert cancelled == len(early) + len(booked) - len(refused)
    held = await marketplace.database.pool.fetchval(
        "SELECT count(*) FROM bookings WHERE slot_id = $1 AND status <> 'cancelled'", slot.id
    )
    assert (held, await status_of(marketplace, slot.id)) == (0, "cancelled")
    assert await broken_invariants(marketplace.database) == []
