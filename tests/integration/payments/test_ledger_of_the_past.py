"""Money that moved before there was a ledger is written down when the ledger is introduced."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from application.bookings.cancel_booking import CancelBookingCommand
from infrastructure.postgres.database import Database
from infrastructure.postgres.migrations import migrate, migrate_down
from tests.marketplace import PRICE, Marketplace

BALANCES = """
SELECT account, sum(amount)::bigint AS balance FROM ledger_entries GROUP BY account HAVING sum(amount) <> 0
"""


async def again_without_and_with_ledger(database: Database) -> None:
    """Back to the schema before the ledger, with everything that is stored, and forward again."""
    await database.close()
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as thread:
        await loop.run_in_executor(thread, migrate_down, database.url, "0003")
        await loop.run_in_executor(thread, migrate, database.url)
    await database.open()


async def balances(database: Database) -> dict[str, int]:
    return {row["account"]: row["balance"] for row in await database.pool.fetch(BALANCES)}


async def test_charges_earnings_and_refunds_are_written_down(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    kept = await marketplace.confirmed_booking(client, await marketplace.slot(consultant))
    given_back = await marketplace.confirmed_booking(
        client, await marketplace.slot(consultant, starts_in=timedelta(days=9))
    )
    await marketplace.product.cancel_booking(consultant, CancelBookingCommand(booking_id=given_back.id))
    fees: int = await marketplace.database.pool.fetchval("SELECT sum(fees)::bigint FROM payments")
    await again_without_and_with_ledger(marketplace.database)
    assert await balances(marketplace.database) == {
        "paystack": 2 * PRICE.amount - fees,
        "paystack_fees": fees,
        "clients": -PRICE.amount,
        "consultants": -PRICE.amount,
    }
    owed = await marketplace.database.pool.fetchval("SELECT owed FROM earnings WHERE booking_id = $1", kept.id)
    assert owed == PRICE.amount
    await marketplace.product.relay_outbox()
    await marketplace.product.cancel_booking(consultant, CancelBookingCommand(booking_id=kept.id))
    assert "consultants" not in await balances(marketplace.database)
