"""Holds that run out, with and without money on its way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.bookings import HoldExpired
from tests.marketplace import Marketplace


async def test_an_unpaid_hold_expires_and_its_seat_is_free(marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    client = await marketplace.client()
    booking = await marketplace.booking(client, slot)
    assert await marketplace.product.expire_holds() == 0
    await marketplace.lapse_hold(booking.id)
    assert await marketplace.product.expire_holds() == 1

    details = await marketplace.details(client, booking.id)
    assert details.status == "expired"
    assert [(step.status, step.actor) for step in details.history] == [
        ("pending", "client"),
        ("expired", "system"),
    ]
    with pytest.raises(HoldExpired):
        await marketplace.product.start_payment(client, booking.id)


async def test_somebody_who_paid_in_the_last_second_keeps_the_seat(marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    client = await marketplace.client()
    booking = await marketplace.booking(client, slot)
    payment = await marketplace.started_payment(client, booking)
    await marketplace.pay(payment.reference)
    await marketplace.lapse_hold(booking.id)
    assert await marketplace.product.expire_holds() == 0
    assert (await marketplace.details(client, booking.id)).status == "confirmed"


async def test_while_paystack_cannot_say_a_hold_waits_two_minutes_and_no_longer(marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    client = await marketplace.client()
    booking = await marketplace.booking(client, slot)
    await marketplace.started_payment(client, booking)
    await marketplace.sandbox.post("/_sandbox/faults", json={"endpoint": "verify", "count": 100, "status": 500})
    await marketplace.lapse_hold(booking.id, ago=timedelta(seconds=60))
    assert await marketplace.product.expire_holds() == 0
    await marketplace.lapse_hold(booking.id, ago=timedelta(seconds=121))
    assert await marketplace.product.expire_holds() == 1
