"""Sessions that end without anybody saying anything."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from domain.money import Money
from tests.marketplace import Marketplace

FREE = Money(0, "NGN")


async def test_a_session_is_completed_an_hour_after_its_end(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant, price=FREE)
    booking = await marketplace.booking(client, slot)
    almost = timedelta(days=1, hours=1, minutes=50)  # it lasts an hour
    await marketplace.move_into_past(slot.id, by=almost)
    assert await marketplace.product.complete_ended_sessions() == 0
    await marketplace.move_into_past(slot.id, by=timedelta(minutes=15))
    assert await marketplace.product.complete_ended_sessions() == 1
    after = await marketplace.details(client, booking.id)
    assert (after.status, after.history[-1].actor) == ("completed", "system")


async def test_several_workers_complete_a_session_once(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant, price=FREE, capacity=5)
    for client in await marketplace.clients(5):
        await marketplace.booking(client, slot)
    await marketplace.move_into_past(slot.id)
    completed = await asyncio.gather(*(marketplace.product.complete_ended_sessions() for _ in range(4)))
    assert sum(completed) == 5
    lines = "SELECT count(*) FROM booking_transitions WHERE status = 'completed'"
    assert await marketplace.database.pool.fetchval(lines) == 5


async def test_held_seats_are_not_completed(marketplace: Marketplace) -> None:
    at_once = replace(marketplace.product.complete_ended_sessions, grace=timedelta(0))
    slot = await marketplace.slot(await marketplace.consultant())
    await marketplace.booking(await marketplace.client(), slot)
    await marketplace.move_into_past(slot.id)
    assert await at_once() == 0
