"""Receipts: one for each charge that is a booking's and for each refund that has gone, numbered without gaps."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from application.paging import PageRequest
from application.payments.receipts import ReceiptView
from tests.integration.payments.tills import Till
from tests.marketplace import Marketplace


@pytest.fixture
async def till(marketplace: Marketplace) -> Till:
    return await Till.of_new_booking(marketplace)


async def receipts_of(till: Till) -> list[ReceiptView]:
    """The client's own, oldest first."""
    page = await till.marketplace.product.receipt_queries.of_client(till.client.account_id, PageRequest())
    return page.items[::-1]


async def numbers(marketplace: Marketplace) -> list[int]:
    """All numbers that were given out."""
    rows = await marketplace.database.pool.fetch("SELECT number FROM receipts ORDER BY number")
    return [row["number"] for row in rows]


async def test_a_payment_has_its_receipt_with_its_settlement(till: Till) -> None:
    [receipt] = await receipts_of(till)
    assert (receipt.number, receipt.kind, receipt.reference) == (1, "payment", till.reference)
    assert (receipt.amount.amount, receipt.price.amount, receipt.amount.currency) == (500_000, 500_000, "NGN")
    assert (receipt.client_name, receipt.client_email) == ("Chidi Number 2", "client2@example.com")
    assert (receipt.consultant_name, receipt.time_zone) == ("Ada Number 1", "Africa/Lagos")
    assert receipt.happened_at == await till.fetchval("SELECT paid_at FROM payments")
    assert (receipt.refund_id, receipt.reason, receipt.payment_number) == (None, None, None)


async def test_each_refund_that_has_gone_has_its_own(till: Till) -> None:
    first = await till.send_back(100_000)
    unsent = await till.owe(50_000)
    [_, receipt] = await receipts_of(till)
    assert (receipt.number, receipt.kind, receipt.refund_id) == (2, "refund", first)
    assert (receipt.amount.amount, receipt.charged.amount) == (100_000, 500_000)
    assert (receipt.reason, receipt.payment_number) == ("the lights went out", 1)
    assert await till.marketplace.product.receipt_queries.of_refund(till.client.account_id, unsent) is None
    assert await till.send(first) == "processed"
    assert await numbers(till.marketplace) == [1, 2]


async def test_money_that_goes_back_at_once_can_be_proven_both_ways(marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    client = await marketplace.client()
    booking = await marketplace.booking(client, slot)
    payment = await marketplace.started_payment(client, booking)
    await marketplace.lapse_hold(booking.id)
    await marketplace.confirmed_booking(await marketplace.client(), slot)
    await marketplace.pay(payment.reference)
    assert await marketplace.product.settle_payment(payment.reference) == "refund_pending"
    till = Till(marketplace, client, booking.id, payment.reference)
    refund_id = await till.fetchval("SELECT id FROM refunds")
    await till.send(refund_id)
    await till.say("processed")
    await till.send(refund_id)
    assert [(one.kind, one.amount.amount) for one in await receipts_of(till)] == [
        ("payment", 500_000),
        ("refund", 500_000),
    ]


async def test_a_charge_that_nobody_has_decided_about_has_none_until_it_goes_back(
    marketplace: Marketplace,
) -> None:
    client = await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(await marketplace.consultant()))
    payment = await marketplace.started_payment(client, booking)
    await marketplace.pay(payment.reference, amount=400_000)
    assert await marketplace.product.settle_payment(payment.reference) == "mismatched"
    assert await numbers(marketplace) == []
    await marketplace.database.pool.execute("UPDATE payments SET next_check_at = clock_timestamp()")
    assert await marketplace.product.settle_payment(payment.reference) == "refund_pending"
    [receipt] = await receipts_of(Till(marketplace, client, booking.id, payment.reference))
    assert (receipt.amount.amount, receipt.price.amount) == (400_000, 500_000)


async def test_a_receipt_says_what_was_so_when_it_was_issued(till: Till) -> None:
    before = await receipts_of(till)
    pool = till.marketplace.database.pool
    await pool.execute("UPDATE accounts SET first_name = 'Somebody', email = id || '@x.yz'")
    await pool.execute("UPDATE consultant_profiles SET time_zone = 'Europe/Paris'")
    assert await receipts_of(till) == before


async def test_parallel_settlements_give_out_numbers_without_gaps(marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant(), capacity=12)
    references = []
    for client in await marketplace.clients(12):
        payment = await marketplace.started_payment(client, await marketplace.booking(client, slot))
        await marketplace.pay(payment.reference)
        references.append(payment.reference)
    # Each is settled by several at once, of whom all but one find that nothing is left to do.
    await asyncio.gather(*(marketplace.product.settle_payment(reference) for reference in references * 3))
    assert await numbers(marketplace) == list(range(1, 13))
    assert await marketplace.database.pool.fetchval("SELECT number FROM last_receipt") == 12


async def test_a_transaction_that_is_rolled_back_uses_up_no_number(till: Till) -> None:
    pool = till.marketplace.database.pool
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(
            "INSERT INTO refunds (id, payment_id, amount, currency, reason, status, created_at) "
            "SELECT gen_random_uuid(), id, 1, 'NGN', 'x', 'processed', now() FROM payments"
        )
        await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert await connection.fetchval("SELECT number FROM last_receipt") == 2
        await transaction.rollback()
    await till.send_back(100_000)
    assert await numbers(till.marketplace) == [1, 2]


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE receipts SET amount = 1", "tg_receipts_append_only"),
        ("DELETE FROM receipts", "tg_receipts_append_only"),
        ("TRUNCATE receipts", "tg_receipts_not_truncated"),
    ],
)
async def test_a_receipt_can_neither_be_changed_nor_removed(till: Till, statement: str, constraint: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await till.marketplace.database.pool.execute(statement)
    assert refused.value.constraint_name == constraint


async def test_receipts_are_for_the_client_who_paid_alone(till: Till) -> None:
    queries = till.marketplace.product.receipt_queries
    refund_id = await till.send_back(100_000)
    other = (await till.marketplace.client()).account_id
    assert (await queries.of_client(other, PageRequest())).items == []
    assert await queries.by_number(other, 1) is None
    assert await queries.of_payment(other, till.reference) is None
    assert await queries.of_refund(other, refund_id) is None
    own = till.client.account_id
    assert await queries.by_number(own, 1) == await queries.of_payment(own, till.reference)
    assert await queries.by_number(own, 2) == await queries.of_refund(own, refund_id)
    assert await queries.by_number(own, 2**70) is None


async def test_the_list_of_receipts_is_read_page_by_page(till: Till) -> None:
    for _ in range(4):
        await till.send_back(10_000)
    seen: list[int] = []
    page: PageRequest | None = PageRequest(limit=2)
    while page:
        found = await till.marketplace.product.receipt_queries.of_client(till.client.account_id, page)
        seen += [receipt.number for receipt in found.items]
        page = PageRequest(limit=2, after=found.next_key) if found.next_key else None
    assert seen == [5, 4, 3, 2, 1]
