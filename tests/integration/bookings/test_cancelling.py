"""Bookings that are called off: by whom, until when, and what goes back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from application.accounts.callers import Caller
from application.bookings.cancel_booking import CancelBookingCommand
from application.consultants.update_profile import UpdateProfileCommand
from domain.bookings import SessionBegun, UnlawfulTransition
from domain.cancellation import RefundChanged, RefundQuote
from domain.consultants import CancellationPolicy
from domain.money import Money
from domain.refusals import Invalid, NotFound
from tests.marketplace import PRICE, Marketplace

FREE = Money(0, "NGN")


async def cancel(marketplace: Marketplace, caller: Caller, booking_id: UUID, **terms: Any) -> RefundQuote:
    """Call a booking off."""
    return await marketplace.product.cancel_booking(caller, CancelBookingCommand(booking_id=booking_id, **terms))


async def seats_taken(marketplace: Marketplace, slot_id: UUID) -> int:
    """What the trigger counts."""
    count: int = await marketplace.database.pool.fetchval("SELECT seats_taken FROM slots WHERE id = $1", slot_id)
    return count


@pytest.mark.parametrize(
    ("policy", "starts_in", "refund"),
    [
        (CancellationPolicy.FLEXIBLE, timedelta(hours=25), 500_000),
        (CancellationPolicy.FLEXIBLE, timedelta(hours=23), 0),
        (CancellationPolicy.MODERATE, timedelta(hours=73), 500_000),
        (CancellationPolicy.MODERATE, timedelta(hours=71), 250_000),
        (CancellationPolicy.MODERATE, timedelta(hours=23), 0),
        (CancellationPolicy.STRICT, timedelta(days=8), 250_000),
        (CancellationPolicy.STRICT, timedelta(days=6), 0),
    ],
)
async def test_a_client_gets_back_what_the_policy_gives(
    marketplace: Marketplace, policy: CancellationPolicy, starts_in: timedelta, refund: int
) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    await marketplace.product.update_profile(consultant, UpdateProfileCommand(policy=policy))
    slot = await marketplace.slot(consultant, starts_in=starts_in)
    booking = await marketplace.confirmed_booking(client, slot)
    await marketplace.product.update_profile(consultant, UpdateProfileCommand(policy=CancellationPolicy.FLEXIBLE))
    shown = (await marketplace.details(client, booking.id)).cancellation
    assert shown is not None
    assert shown.refund.amount == refund

    quote = await cancel(marketplace, client, booking.id, expected_refund=refund, reason="I have to travel")

    assert quote.refund == Money(refund, "NGN")
    after = await marketplace.details(client, booking.id)
    assert (after.status, after.cancellation, await seats_taken(marketplace, slot.id)) == ("cancelled", None, 0)
    assert [sent.amount.amount for sent in after.refunds] == ([refund] if refund else [])
    last = after.history[-1]
    assert (last.status, last.actor, last.reason) == ("cancelled", "client", "I have to travel")


async def test_all_of_the_money_goes_back_when_the_consultant_cancels(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant, starts_in=timedelta(hours=1))
    booking = await marketplace.confirmed_booking(client, slot)
    quote = await cancel(marketplace, consultant, booking.id)
    assert quote.refund == PRICE
    await marketplace.product.relay_outbox()
    [at_paystack] = (await marketplace.sandbox.get("/_sandbox/refunds")).json()
    assert at_paystack["amount"] == 500_000
    after = await marketplace.details(client, booking.id)
    assert (after.status, after.history[-1].actor, after.payments[0].status) == (
        "cancelled",
        "consultant",
        "refund_pending",
    )


async def test_half_of_a_payment_goes_back_and_is_followed_to_its_end(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    await marketplace.product.update_profile(consultant, UpdateProfileCommand(policy=CancellationPolicy.STRICT))
    slot = await marketplace.slot(consultant, starts_in=timedelta(days=9), price=Money(500_001, "NGN"))
    booking = await marketplace.confirmed_booking(client, slot)
    assert (await cancel(marketplace, client, booking.id)).refund.amount == 250_001
    await marketplace.product.relay_outbox()
    [refund] = (await marketplace.sandbox.get("/_sandbox/refunds")).json()
    answer = await marketplace.sandbox.put(f"/_sandbox/refunds/{refund['id']}", json={"status": "processed"})
    assert answer.is_success, answer.text
    await marketplace.database.pool.execute("UPDATE refunds SET next_check_at = clock_timestamp()")
    await marketplace.product.reconcile_payments()
    after = await marketplace.details(client, booking.id)
    assert (after.payments[0].status, after.refunds[0].status) == ("partially_refunded", "processed")


async def test_nothing_happens_when_the_refund_is_another_one_by_now(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    slot = await marketplace.slot(await marketplace.consultant(), starts_in=timedelta(hours=23))
    booking = await marketplace.confirmed_booking(client, slot)
    with pytest.raises(RefundChanged) as refusal:
        await cancel(marketplace, client, booking.id, expected_refund=500_000)
    assert refusal.value.quote.refund.amount == 0
    after = await marketplace.details(client, booking.id)
    assert (after.status, after.refunds) == ("confirmed", [])


async def test_a_held_seat_is_given_up_and_a_late_payment_of_it_is_settled(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    slot = await marketplace.slot(await marketplace.consultant())
    booking = await marketplace.booking(client, slot)
    payment = await marketplace.started_payment(client, booking)
    assert (await cancel(marketplace, client, booking.id)).refund.amount == 0
    assert await seats_taken(marketplace, slot.id) == 0
    other = await marketplace.booking(await marketplace.client(), slot)
    await marketplace.pay(payment.reference)
    await marketplace.product.settle_payment(payment.reference)
    after = await marketplace.details(client, booking.id)
    assert (after.status, after.refunds[0].amount.amount, other.status) == ("cancelled", 500_000, "pending")


async def test_a_free_session_is_cancelled_without_a_refund(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    slot = await marketplace.slot(await marketplace.consultant(), price=FREE)
    booking = await marketplace.confirmed_booking(client, slot)
    await cancel(marketplace, client, booking.id)
    after = await marketplace.details(client, booking.id)
    assert (after.status, after.refunds) == ("cancelled", [])


async def test_a_client_does_not_cancel_a_session_that_has_begun_but_the_consultant_can(
    marketplace: Marketplace,
) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant)
    booking = await marketplace.confirmed_booking(client, slot)
    await marketplace.move_into_past(slot.id)
    with pytest.raises(SessionBegun):
        await cancel(marketplace, client, booking.id)
    assert (await cancel(marketplace, consultant, booking.id)).refund == PRICE


async def test_nobody_cancels_the_booking_of_somebody_else_or_twice(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    booking = await marketplace.confirmed_booking(client, await marketplace.slot(consultant))
    for stranger in (await marketplace.client(), await marketplace.consultant()):
        with pytest.raises(NotFound):
            await cancel(marketplace, stranger, booking.id)
    with pytest.raises(Invalid):
        await cancel(marketplace, client, booking.id, reason="x" * 2001)
    await cancel(marketplace, client, booking.id)
    with pytest.raises(UnlawfulTransition):
        await cancel(marketplace, consultant, booking.id)


async def test_both_sides_cancelling_at_once_send_the_money_back_once(marketplace: Marketplace) -> None:
    for _ in range(5):
        consultant, client = await marketplace.consultant(), await marketplace.client()
        booking = await marketplace.confirmed_booking(
            client, await marketplace.slot(consultant, starts_in=timedelta(days=3))
        )
        outcomes = await asyncio.gather(
            *(cancel(marketplace, caller, booking.id) for caller in (client, consultant) * 4),
            return_exceptions=True,
        )
        assert sum(isinstance(outcome, RefundQuote) for outcome in outcomes) == 1
        assert len((await marketplace.details(client, booking.id)).refunds) == 1
