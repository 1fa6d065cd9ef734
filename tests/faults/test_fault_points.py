"""At each named point work fails, is cancelled the next time, and is then left alone: everything ends well.

The points are all reached: a test goes red whose point nobody comes by.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha512
from itertools import count
from uuid import UUID

import httpx
import pytest

from application.accounts.callers import Caller
from application.bookings.cancel_booking import CancelBookingCommand
from application.bookings.reschedule_booking import RescheduleBookingCommand
from application.fault_points import FaultPoint, set_trap
from application.product import Product
from domain.availability import Slot
from infrastructure.fault_traps import FaultTraps, read_snares
from tests.conftest import SECRET_KEY
from tests.faults.verdict import ends_of
from tests.integration.earnings.conftest import Till
from tests.integration.idempotency.keyed import BOOKINGS, Keyed, booking_of, new_key
from tests.invariants import broken_invariants
from tests.marketplace import Marketplace

TIME_GOES_BY = """
UPDATE outbox SET leased_until = NULL, available_at = clock_timestamp() WHERE done_at IS NULL;
UPDATE payments SET created_at = created_at - interval '5 minutes';
UPDATE payments SET next_check_at = clock_timestamp() WHERE next_check_at IS NOT NULL;
UPDATE refunds SET sent_at = sent_at - interval '5 minutes',
  next_check_at = CASE WHEN next_check_at IS NOT NULL THEN clock_timestamp() END;
UPDATE payouts SET next_check_at = clock_timestamp() WHERE next_check_at IS NOT NULL;
UPDATE idempotency_keys SET locked_until = clock_timestamp() WHERE locked_until IS NOT NULL;
"""
ONLY_ONCE = (FaultPoint.AFTER_REFUND_ANSWER, FaultPoint.PAYOUT_AFTER_SENT)
"""What Paystack has taken is found there afterwards, and not sent a second time."""
_events = count(1)

HELD = "SELECT id FROM bookings WHERE client_id = $1 AND holds_seat(status)"
LATEST = "SELECT reference FROM payments WHERE booking_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1"


class Traps(FaultTraps):
    """Remembers how often it snapped."""

    def __init__(self, point: FaultPoint, acts: tuple[str, ...]) -> None:
        snares = ",".join(f"{point}={act}@{time}" for time, act in enumerate(acts, 1))
        super().__init__(read_snares(snares), seed=0)
        self.point = point

    @property
    def times(self) -> int:
        return self._times[self.point]


@dataclass
class Life:
    """A client who books, pays, moves and cancels; one who only books; a consultant who is paid out."""

    marketplace: Marketplace
    client: Keyed
    walker: Caller
    till: Till
    slots: list[Slot]

    @property
    def product(self) -> Product:
        return self.marketplace.product

    def steps(self) -> list[Callable[[], Awaitable[object]]]:
        return [
            self.book, self.start, self.pay, self.hear_of_it, self.relay, self.move, self.cancel, self.relay,
            self.lapse, self.product.expire_holds, self.be_paid_out, self.relay, self.look_after_everything,
        ]  # fmt: skip

    async def book(self) -> None:
        if await self._booking(self.client.caller) is None:
            await self.client.post(BOOKINGS, booking_of(self.slots[0]), key=new_key())

    async def start(self) -> None:
        if booking := await self._booking(self.client.caller):
            await self.product.start_payment(self.client.caller, booking)

    async def pay(self) -> None:
        if reference := await self._reference():
            await self.marketplace.pay(reference)

    async def hear_of_it(self) -> None:
        reference = await self._reference()
        body = json.dumps(
            {"event": "charge.success", "data": {"id": next(_events), "reference": reference}}
        ).encode()
        signature = hmac.new(SECRET_KEY.encode(), body, sha512).hexdigest()
        await self.product.receive_webhook(body, [signature])

    async def relay(self) -> None:
        await self.product.relay_outbox()

    async def move(self) -> None:
        if booking := await self._booking(self.client.caller):
            command = RescheduleBookingCommand(booking_id=booking, slot_id=self.slots[1].id)
            await self.product.reschedule_booking(self.client.caller, command)

    async def cancel(self) -> None:
        if booking := await self._booking(self.client.caller):
            await self.product.cancel_booking(self.client.caller, CancelBookingCommand(booking_id=booking))

    async def lapse(self) -> None:
        if await self._booking(self.walker) is None:
            await self.marketplace.booking(self.walker, self.slots[2])
        if booking := await self._booking(self.walker):
            await self.marketplace.lapse_hold(booking)

    async def be_paid_out(self) -> None:
        await self.till.request()

    async def look_after_everything(self) -> None:
        await self.product.reconcile_payments()
        await self.product.follow_payouts()
        await self.product.expire_holds()

    async def _booking(self, client: Caller) -> UUID | None:
        booking: UUID | None = await self.marketplace.database.pool.fetchval(HELD, client.account_id)
        return booking

    async def _reference(self) -> str | None:
        booking = await self._booking(self.client.caller)
        reference: str | None = await self.marketplace.database.pool.fetchval(LATEST, booking)
        return reference


@pytest.fixture
async def life(marketplace: Marketplace, client: httpx.AsyncClient) -> AsyncIterator[Life]:
    consultant = await marketplace.consultant()
    slots = [await marketplace.slot(consultant, starts_in=timedelta(days=day)) for day in (3, 4, 5)]
    till = Till(marketplace, await marketplace.consultant(), await marketplace.client())
    await till.behaves(transfer_s=0)
    await till.session()
    await till.account()
    keyed = await Keyed.of(client, marketplace, await marketplace.client())
    yield Life(marketplace, keyed, await marketplace.client(), till, slots)
    set_trap(None)


async def whatever_happens(step: Callable[[], Awaitable[object]]) -> None:
    """In a task of its own, as a request or a job is; how it ends is for the end of the story to show."""

    async def run() -> None:
        await step()

    await asyncio.gather(asyncio.create_task(run()), return_exceptions=True)


@pytest.mark.parametrize(
    ("point", "acts"),
    [
        *((point, ("raise", "cancel")) for point in FaultPoint if point not in ONLY_ONCE),
        *((point, (act,)) for point in ONLY_ONCE for act in ("raise", "cancel")),
    ],
)
async def test_work_that_fails_or_is_cancelled_at_this_point_ends_well(
    life: Life, point: FaultPoint, acts: tuple[str, ...]
) -> None:
    traps = Traps(point, acts)
    set_trap(traps)
    for _ in range(3):
        for step in life.steps():
            await whatever_happens(step)
        await life.marketplace.database.pool.execute(TIME_GOES_BY)
    assert traps.times >= len(acts), "nobody came by"
    set_trap(None)
    for _ in range(2):
        for step in (life.relay, life.look_after_everything):
            await step()
        await life.marketplace.database.pool.execute(TIME_GOES_BY)
    assert await what_is_wrong(life) == []


async def what_is_wrong(life: Life) -> list[str]:
    pool, sandbox = life.marketplace.database.pool, life.marketplace.sandbox
    charges = {
        row["reference"]: row for row in (await sandbox.get("/transaction")).json()["data"] if row["paid_at"]
    }
    ends = await ends_of(life.marketplace.database.url, charges)
    wrong = [f"{reference} is outside of M" for reference in charges.keys() - ends.keys()]
    refunds = (await sandbox.get("/refund")).json()["data"]
    wrong += [
        f"{reference} went back more than once"
        for reference, charge in charges.items()
        if sum(row["amount"] for row in refunds if row["transaction"] == charge["id"]) > charge["amount"]
    ]
    paid_out = [row["amount"] for row in await life.till.transfers()]
    if paid_out != [amount["amount"] for amount in await pool.fetch("SELECT amount FROM payouts")]:
        wrong.append(f"{paid_out} were paid out")
    if waiting := await pool.fetchval("SELECT count(*) FROM outbox WHERE done_at IS NULL"):
        wrong.append(f"{waiting} errands wait")
    return wrong + await broken_invariants(life.marketplace.database)
