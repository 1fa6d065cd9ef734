"""Sixty-four clients want a few seats at once; they pay in time, late, twice or never. Nothing is lost."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from uuid import UUID

import pytest

from application.accounts.callers import Caller
from application.bookings.views import BookingView
from domain.availability import Slot
from domain.bookings import SlotFull
from domain.refusals import Refusal
from tests.invariants import broken_invariants
from tests.marketplace import PRICE, Marketplace

CLIENTS = 64
PATIENCE = 5
WAYS = ("at once", "late", "twice", "late and twice", "never")
ENDS = """
SELECT p.reference, b.status AS booking, p.pays_for_booking, p.owed_back,
  (SELECT coalesce(sum(amount), 0)::bigint FROM refunds r WHERE r.payment_id = p.id) AS goes_back
FROM payments p JOIN bookings b ON b.id = p.booking_id
"""


@dataclass(frozen=True)
class Somebody:
    """One client of the crowd, and how they pay."""

    marketplace: Marketplace
    client: Caller
    slot: Slot
    way: str

    async def come(self) -> None:
        """Book as soon as there is a seat, and pay in one's own way."""
        for _ in range(PATIENCE):
            with suppress(SlotFull):
                booking = await self.marketplace.booking(self.client, self.slot)
                with suppress(Refusal):  # the hold was over
                    await self._pay(booking)
                return

    async def _pay(self, booking: BookingView) -> None:
        references = [await self._attempt(booking)]
        if "twice" in self.way:
            await self.marketplace.pay(references[0], status="failed")
            await self._settle(references[0])
            references.append(await self._attempt(booking))
        if self.way != "at once":
            await self.marketplace.lapse_hold(booking.id)
        if self.way == "never":
            return
        for reference in references:
            await self.marketplace.pay(reference)
        await asyncio.gather(*(self._settle(reference) for reference in references * 2))

    async def _attempt(self, booking: BookingView) -> str:
        return (await self.marketplace.started_payment(self.client, booking)).reference

    async def _settle(self, reference: str) -> None:
        await self.marketplace.product.settle_payment(reference)


async def charged_at_paystack(marketplace: Marketplace) -> set[str]:
    """What Paystack calls successful."""
    transactions = (await marketplace.sandbox.get("/_sandbox/transactions")).json()
    return {row["reference"] for row in transactions if row["status"] not in ("abandoned", "failed")}


async def seats_taken(marketplace: Marketplace, slot_id: UUID) -> int:
    taken: int = await marketplace.database.pool.fetchval("SELECT seats_taken FROM slots WHERE id = $1", slot_id)
    return taken


@pytest.mark.parametrize("capacity", [1, 3, 10])
@pytest.mark.parametrize("seed", range(4))
async def test_a_crowd_that_pays_in_every_way(marketplace: Marketplace, capacity: int, seed: int) -> None:
    random = Random(f"{capacity} {seed}")  # noqa: S311 - the same crowd each time
    slot = await marketplace.slot(await marketplace.consultant(), capacity=capacity)
    crowd = [
        Somebody(marketplace, client, slot, random.choice(WAYS)) for client in await marketplace.clients(CLIENTS)
    ]
    await asyncio.gather(*(somebody.come() for somebody in crowd))
    await marketplace.product.expire_holds()
    while await marketplace.product.relay_outbox():
        pass
    ends = {row["reference"]: row for row in await marketplace.database.pool.fetch(ENDS)}
    charged = await charged_at_paystack(marketplace)
    assert charged
    for reference in charged:
        end = ends[reference]
        kept = end["booking"] == "confirmed" and end["pays_for_booking"] and end["owed_back"] == 0
        back = not end["pays_for_booking"] and end["owed_back"] == end["goes_back"] == PRICE.amount
        assert kept != back, dict(end)
    assert await seats_taken(marketplace, slot.id) <= capacity
    assert await broken_invariants(marketplace.database) == []
