"""Redis is away for the whole life of a payment: bookings go on, money arrives, money goes back, holds run out."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha512
from pathlib import Path

import httpx
import pytest

from application.bookings.cancel_booking import CancelBookingCommand
from infrastructure.paystack.gateway import PaystackGateway
from infrastructure.postgres.database import Database
from infrastructure.queue import SaqNudge, open_queue
from infrastructure.settings import Settings
from infrastructure.worker import StandingInWorker
from interfaces.jobs.schedule import build_schedule
from main import build_product
from tests.conftest import SECRET_KEY
from tests.invariants import broken_invariants
from tests.marketplace import Marketplace

AT_MOST_S = 30

pytestmark = pytest.mark.filterwarnings("ignore:Call to deprecated setex:DeprecationWarning")  # by SAQ


@pytest.fixture
async def marketplace(
    settings: Settings, database: Database, sandbox: httpx.AsyncClient, tmp_path: Path
) -> AsyncIterator[Marketplace]:
    """A web process and a worker, both without Redis."""
    queue = open_queue(f"unix://{tmp_path}/nobody.sock")
    product = build_product(settings, database, PaystackGateway(sandbox, SECRET_KEY), SaqNudge(queue))
    worker = StandingInWorker(queue, build_schedule(product, reconcile_every_s=1))
    life = asyncio.create_task(worker.start())
    yield Marketplace(product, database, sandbox)
    await worker.stop()
    await life
    await queue.disconnect()


async def until(marketplace: Marketplace, sentence: str, *values: object) -> None:
    async with asyncio.timeout(AT_MOST_S):
        while not await marketplace.database.pool.fetchval(sentence, *values):  # noqa: ASYNC110 - the worker's doing
            await asyncio.sleep(0.1)


async def test_the_whole_life_of_a_payment_without_redis(marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant(), starts_in=timedelta(days=3), capacity=3)
    payer, walker = await marketplace.client(), await marketplace.client()
    booking = await marketplace.booking(payer, slot)
    payment = await marketplace.started_payment(payer, booking)
    await marketplace.pay(payment.reference)
    body = json.dumps({"event": "charge.success", "data": {"id": 1, "reference": payment.reference}}).encode()
    signature = hmac.new(SECRET_KEY.encode(), body, sha512).hexdigest()
    await marketplace.product.receive_webhook(body, [signature])
    await until(marketplace, "SELECT status = 'confirmed' FROM bookings WHERE id = $1", booking.id)

    silent = await marketplace.booking(walker, slot)
    reference = (await marketplace.started_payment(walker, silent)).reference
    await marketplace.pay(reference)
    await marketplace.database.pool.execute(
        "UPDATE payments SET next_check_at = now() WHERE reference = $1", reference
    )
    await until(marketplace, "SELECT status = 'confirmed' FROM bookings WHERE id = $1", silent.id)

    await marketplace.product.cancel_booking(payer, CancelBookingCommand(booking_id=booking.id))
    await until(marketplace, "SELECT paystack_id IS NOT NULL FROM refunds")

    left = await marketplace.booking(await marketplace.client(), slot)
    await marketplace.database.pool.execute(
        "UPDATE bookings SET hold_expires_at = clock_timestamp() - interval '1 minute' WHERE id = $1", left.id
    )
    await until(marketplace, "SELECT status = 'expired' FROM bookings WHERE id = $1", left.id)
    assert await broken_invariants(marketplace.database) == []
