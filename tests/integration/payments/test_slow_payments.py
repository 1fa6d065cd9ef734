"""Money that takes its time: a bank transfer, USSD. The seat waits for it, up to a limit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from application.accounts.callers import Caller
from application.product import Product
from domain.availability import Slot
from tests.marketplace import Marketplace


@dataclass(frozen=True)
class Slow:
    """A started payment whose payer chose a slow channel."""

    marketplace: Marketplace
    client: Caller
    slot: Slot
    booking_id: UUID
    reference: str

    @property
    def product(self) -> Product:
        return self.marketplace.product

    async def says(self, status: str) -> None:
        """What Paystack answers from now on."""
        await self.marketplace.pay(self.reference, status=status)

    async def hold(self) -> timedelta:
        """How much longer the seat is held."""
        until: datetime = await self.marketplace.database.pool.fetchval(
            "SELECT hold_expires_at FROM bookings WHERE id = $1", self.booking_id
        )
        return until - datetime.now(UTC)

    async def begun(self, ago: timedelta) -> None:
        """The payment was started some time ago, and its seat has been held since."""
        await self.marketplace.database.pool.execute(
            "UPDATE payments SET created_at = created_at - $2::interval WHERE reference = $1", self.reference, ago
        )
        await self.marketplace.database.pool.execute(
            "UPDATE bookings SET hold_expires_at = hold_expires_at - $2::interval WHERE id = $1",
            self.booking_id,
            ago,
        )

    async def is_under_way(self) -> bool:
        """Whether the payer is told not to pay again."""
        is_so: bool = await self.marketplace.database.pool.fetchval(
            "SELECT is_under_way FROM payments WHERE reference = $1", self.reference
        )
        return is_so


@pytest.fixture
async def slow(marketplace: Marketplace) -> Slow:
    client, slot = await marketplace.client(), await marketplace.slot(await marketplace.consultant())
    booking = await marketplace.booking(client, slot)
    payment = await marketplace.started_payment(client, booking)
    return Slow(marketplace, client, slot, booking.id, payment.reference)


@pytest.mark.parametrize("status", ["ongoing", "pending", "processing", "queued", "a word of next year"])
async def test_a_seat_waits_for_money_on_its_way(slow: Slow, status: str) -> None:
    await slow.says(status)
    await slow.product.settle_payment(slow.reference)
    assert timedelta(minutes=59) < await slow.hold() <= timedelta(hours=1)
    assert await slow.is_under_way()


@pytest.mark.parametrize("status", ["abandoned", "failed"])
async def test_a_seat_does_not_wait_for_anything_else(slow: Slow, status: str) -> None:
    await slow.says(status)
    await slow.product.settle_payment(slow.reference)
    assert await slow.hold() <= timedelta(minutes=15)
    assert not await slow.is_under_way()


async def test_the_wait_has_a_limit_counted_from_the_start_of_the_payment(slow: Slow) -> None:
    await slow.says("pending")
    await slow.begun(timedelta(minutes=61))
    assert await slow.product.expire_holds() == 1
    other = await slow.marketplace.booking(await slow.marketplace.client(), slow.slot)
    assert other.status == "pending"


async def test_the_sweep_leaves_a_seat_whose_money_is_on_its_way(slow: Slow) -> None:
    await slow.says("pending")
    await slow.begun(timedelta(minutes=20))
    assert await slow.hold() < timedelta(0)
    assert await slow.product.expire_holds() == 0
    assert timedelta(minutes=39) < await slow.hold() <= timedelta(minutes=40)


async def test_the_wait_does_not_reach_into_the_session(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant, starts_in=timedelta(minutes=30))
    booking = await marketplace.booking(client, slot)
    payment = await marketplace.started_payment(client, booking)
    slow = Slow(marketplace, client, slot, booking.id, payment.reference)
    await slow.says("ongoing")
    await marketplace.product.settle_payment(payment.reference)
    assert timedelta(minutes=29) < await slow.hold() <= timedelta(minutes=30)


async def test_whoever_pays_again_is_handed_the_same_attempt(slow: Slow) -> None:
    await slow.says("pending")
    await slow.product.settle_payment(slow.reference)
    again = await slow.product.start_payment(slow.client, slow.booking_id)
    assert again.reference == slow.reference


async def test_the_money_arrives_and_the_wait_is_over(slow: Slow) -> None:
    await slow.says("ongoing")
    await slow.product.settle_payment(slow.reference)
    await slow.says("success")
    await slow.product.settle_payment(slow.reference)
    details = await slow.marketplace.details(slow.client, slow.booking_id)
    assert details.status == "confirmed"
    assert not await slow.is_under_way()


async def test_a_limit_of_nothing_waits_for_nobody(slow: Slow) -> None:
    policy = replace(slow.product.settle_payment.check_policy, slow_for=timedelta(0))
    settle_payment = replace(slow.product.settle_payment, check_policy=policy)
    await slow.says("pending")
    await settle_payment(slow.reference)
    assert await slow.hold() <= timedelta(minutes=15)
