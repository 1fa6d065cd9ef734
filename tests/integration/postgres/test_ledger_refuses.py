"""The ledger in the database: it balances, only grows, and pays nothing out twice, whatever is tried."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.marketplace import PRICE, Marketplace

EARNED = PRICE.amount - PRICE.amount * 15 // 100
POSTING = "INSERT INTO ledger_postings (id, kind, source_id, at) VALUES ($1, $2, $3, now())"
ENTRY = """
INSERT INTO ledger_entries (posting_id, account, consultant_id, booking_id, amount, currency)
VALUES ($1, $2, $3, $4, $5, 'NGN')
"""


@dataclass(frozen=True)
class Books:
    """A booking that is paid for, and so earned."""

    marketplace: Marketplace
    booking_id: UUID
    consultant_id: UUID

    async def post(self, kind: str, *entries: tuple[str, int], source_id: UUID | None = None) -> None:
        """One posting of (account, amount), in a transaction of its own."""
        posting_id = uuid4()
        async with self.marketplace.database.pool.acquire() as connection, connection.transaction():
            await connection.execute(POSTING, posting_id, kind, source_id or uuid4())
            for account, amount in entries:
                owner = (self.consultant_id, self.booking_id) if account == "consultants" else (None, None)
                await connection.execute(ENTRY, posting_id, account, *owner, amount)

    async def pay_out(self, amount: int = EARNED) -> None:
        """All, or another sum, of what the booking earned."""
        await self.post("payout", ("consultants", amount), ("payouts", -amount))

    async def owed(self) -> int:
        owed: int = await self.marketplace.database.pool.fetchval(
            "SELECT owed FROM earnings WHERE booking_id = $1", self.booking_id
        )
        return owed


@pytest.fixture
async def books(marketplace: Marketplace) -> Books:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    booking = await marketplace.confirmed_booking(client, await marketplace.slot(consultant))
    return Books(marketplace, booking.id, consultant.account_id)


async def test_a_paid_booking_is_earned(books: Books) -> None:
    assert await books.owed() == EARNED


async def test_entries_that_do_not_sum_to_zero_are_not_committed(books: Books) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await books.post("write_off", ("clients", 2), ("written_off", -1))
    assert refusal.value.constraint_name == "tg_ledger_entries_balance"


async def test_nothing_is_posted_twice_for_the_same_reason(books: Books) -> None:
    source_id = uuid4()
    await books.post("write_off", ("clients", 1), ("written_off", -1), source_id=source_id)
    with pytest.raises(asyncpg.UniqueViolationError) as refusal:
        await books.post("write_off", ("clients", 1), ("written_off", -1), source_id=source_id)
    assert refusal.value.constraint_name == "uq_ledger_postings_source"


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE ledger_entries SET amount = -amount", "tg_ledger_entries_append_only"),
        ("DELETE FROM ledger_entries", "tg_ledger_entries_append_only"),
        ("TRUNCATE ledger_entries", "tg_ledger_entries_not_truncated"),
        ("UPDATE ledger_postings SET at = now()", "tg_ledger_postings_append_only"),
        ("DELETE FROM ledger_postings", "tg_ledger_postings_append_only"),
        ("TRUNCATE ledger_postings CASCADE", "tg_ledger_postings_not_truncated"),
        ("UPDATE bookings SET commission_bps = 0", "tg_bookings_commission"),
        ("UPDATE payments SET owed_back = charged_amount + 1", "ck_payments_owed_back"),
        ("UPDATE payments SET charged_currency = NULL", "ck_payments_charged"),
        ("UPDATE payments SET booking_id = NULL", "ck_payments_without_booking"),
    ],
)
async def test_what_was_written_stays_written(books: Books, statement: str, constraint: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await books.marketplace.database.pool.execute(statement)
    assert refusal.value.constraint_name == constraint


@pytest.mark.parametrize("amount", [1, EARNED - 1, EARNED + 1])
async def test_a_payout_takes_exactly_what_is_owed(books: Books, amount: int) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await books.pay_out(amount)
    assert refusal.value.constraint_name == "tg_ledger_entries_paid_out"
    await books.pay_out()
    assert await books.owed() == 0


async def test_of_twenty_payouts_at_once_one_is_made(books: Books) -> None:
    outcomes = await asyncio.gather(*(books.pay_out() for _ in range(20)), return_exceptions=True)
    assert outcomes.count(None) == 1
    assert await books.owed() == 0


async def test_nothing_is_paid_out_that_is_disputed(books: Books) -> None:
    pool = books.marketplace.database.pool
    dispute = """
    INSERT INTO disputes (id, payment_id, paystack_id, amount, currency, status, is_open, is_lost, opened_at)
    SELECT gen_random_uuid(), id, 1, amount, currency, 'pending', true, false, now() FROM payments
    """
    await pool.execute(dispute)
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await books.pay_out()
    assert refusal.value.constraint_name == "tg_ledger_entries_paid_out"
    await pool.execute("UPDATE disputes SET is_open = false")
    await books.pay_out()
    assert await books.owed() == 0


async def test_nothing_is_paid_out_of_a_session_that_its_consultant_may_have_missed(books: Books) -> None:
    pool = books.marketplace.database.pool
    report = """
    INSERT INTO absence_reports (booking_id, words, reported_at, answer_due_at, status)
    VALUES ($1, '', now(), now(), 'open')
    """
    await pool.execute(report, books.booking_id)
    with pytest.raises(asyncpg.CheckViolationError):
        await books.pay_out()
    await pool.execute("UPDATE absence_reports SET status = 'dismissed', resolved_at = now()")
    await books.pay_out()
    assert await books.owed() == 0
