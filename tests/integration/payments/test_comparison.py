"""Paystack's lists and what is known here, compared both ways: what only one side knows is noticed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from application.bookings.cancel_booking import CancelBookingCommand
from application.payments.compare_with_paystack import Comparison
from domain.payments import Charge
from infrastructure.paystack.gateway import PaystackGateway
from infrastructure.postgres.database import Database
from infrastructure.queue import SaqNudge, open_queue
from infrastructure.settings import Settings
from main import build_product
from tests.conftest import SECRET_KEY
from tests.invariants import broken_invariants
from tests.marketplace import Marketplace

LOST = "imo-abcdefghijklmnopqrstuvwxyz"
FOREIGN = "shop-1234567890"


async def charged_at_paystack(marketplace: Marketplace, reference: str, **outcome: object) -> int:
    """A transaction that only Paystack knows; its number."""
    body = {"email": "lost@example.com", "amount": 500_000, "currency": "NGN", "reference": reference}
    assert (await marketplace.sandbox.post("/transaction/initialize", json=body)).is_success
    await marketplace.pay(reference, **outcome)
    return await number_of(marketplace, reference)


async def number_of(marketplace: Marketplace, reference: str) -> int:
    answer = await marketplace.sandbox.get(f"/transaction/verify/{reference}")
    number: int = answer.json()["data"]["id"]
    return number


async def sent_back_at_paystack(marketplace: Marketplace, transaction: int, **refund: object) -> None:
    body = {"transaction": transaction, "amount": 500_000} | refund
    answer = await marketplace.sandbox.post("/refund", json=body)
    assert answer.is_success, answer.text


async def refunds_at_paystack(marketplace: Marketplace) -> list[dict[str, Any]]:
    refunds: list[dict[str, Any]] = (await marketplace.sandbox.get("/_sandbox/refunds")).json()
    return refunds


async def confirmed(marketplace: Marketplace) -> str:
    """A paid booking; the reference of its payment."""
    slot = await marketplace.slot(await marketplace.consultant())
    booking = await marketplace.confirmed_booking(await marketplace.client(), slot)
    reference: str = await marketplace.database.pool.fetchval(
        "SELECT reference FROM payments WHERE booking_id = $1", booking.id
    )
    return reference


async def compared(marketplace: Marketplace) -> Comparison:
    found = await marketplace.product.compare_with_paystack()
    assert not found.failed
    assert await broken_invariants(marketplace.database) == []
    return found


async def open_items(marketplace: Marketplace) -> set[tuple[str, str]]:
    rows = await marketplace.database.pool.fetch(
        "SELECT kind, subject FROM operator_items WHERE resolved_at IS NULL"
    )
    return {(row["kind"], row["subject"]) for row in rows}


async def status_of(marketplace: Marketplace, reference: str) -> str | None:
    status: str | None = await marketplace.database.pool.fetchval(
        "SELECT status FROM payments WHERE reference = $1", reference
    )
    return status


class PaystackDaysAgo(PaystackGateway):
    """Everything was paid three days before it was."""

    async def verify(self, reference: str) -> Charge | None:
        """Paystack's own answer, but for the day."""
        charge = await super().verify(reference)
        return _days_ago(charge) if charge else None

    async def charges(self, *, since: datetime, until: datetime) -> AsyncIterator[Charge]:
        """Paystack's own list, but for the days."""
        async for charge in super().charges(since=since, until=until):
            yield _days_ago(charge)


def _days_ago(charge: Charge) -> Charge:
    return replace(charge, paid_at=charge.paid_at and charge.paid_at - timedelta(days=3))


@pytest.fixture
async def old_trade(
    settings: Settings, database: Database, sandbox: httpx.AsyncClient
) -> AsyncIterator[Marketplace]:
    """A marketplace whose payments are days old."""
    queue = open_queue(settings.redis_url)
    gateway = PaystackDaysAgo(sandbox, SECRET_KEY)
    yield Marketplace(build_product(settings, database, gateway, SaqNudge(queue)), database, sandbox)
    await queue.disconnect()


async def test_what_both_sides_know_alike_is_agreed_upon(marketplace: Marketplace) -> None:
    await confirmed(marketplace)
    found = await compared(marketplace)
    assert (found.charges, found.settled, found.listed) == (1, [], [])
    assert found.compared_until is not None
    assert await open_items(marketplace) == set()


async def test_a_payment_that_nobody_told_of_is_settled(marketplace: Marketplace) -> None:
    client, slot = await marketplace.client(), await marketplace.slot(await marketplace.consultant())
    booking = await marketplace.booking(client, slot)
    payment = await marketplace.started_payment(client, booking)
    await marketplace.pay(payment.reference)
    found = await compared(marketplace)
    assert found.settled == [payment.reference]
    assert (await marketplace.details(client, booking.id)).status == "confirmed"


async def test_a_charge_whose_row_was_lost_is_kept_for_an_operator(marketplace: Marketplace) -> None:
    await charged_at_paystack(marketplace, LOST)
    assert (await compared(marketplace)).settled == [LOST]
    assert await open_items(marketplace) == {("payment_mismatched", LOST)}
    assert (await compared(marketplace)).settled == []


async def test_another_programs_charges_are_counted_and_left_alone(marketplace: Marketplace) -> None:
    await charged_at_paystack(marketplace, FOREIGN)
    found = await compared(marketplace)
    assert (found.charges, found.foreign) == (0, 1)
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM listed_charges") == 0
    assert await status_of(marketplace, FOREIGN) is None


async def test_a_lost_charge_that_went_back_already_is_in_the_books_and_goes_back_no_second_time(
    marketplace: Marketplace,
) -> None:
    note = "imoran refund 0198b2f4-0000-7000-8000-000000000001"
    await sent_back_at_paystack(marketplace, await charged_at_paystack(marketplace, LOST), merchant_note=note)
    await compared(marketplace)
    assert await status_of(marketplace, LOST) == "refund_pending"
    assert await open_items(marketplace) == {("refund_found", LOST)}
    while await marketplace.product.relay_outbox():
        pass
    await marketplace.product.reconcile_payments()
    assert len(await refunds_at_paystack(marketplace)) == 1


async def test_half_of_a_lost_charge_went_back_and_the_rest_waits_for_an_operator(
    marketplace: Marketplace,
) -> None:
    note = "imoran refund 0198b2f4-0000-7000-8000-000000000001"
    number = await charged_at_paystack(marketplace, LOST)
    await sent_back_at_paystack(marketplace, number, merchant_note=note, amount=200_000)
    await compared(marketplace)
    assert await status_of(marketplace, LOST) == "mismatched"
    assert await open_items(marketplace) == {("refund_found", LOST), ("payment_mismatched", LOST)}
    await marketplace.database.pool.execute("UPDATE payments SET next_check_at = clock_timestamp()")
    await marketplace.database.pool.execute("UPDATE refunds SET next_check_at = clock_timestamp()")
    await marketplace.product.settle_payment(LOST)
    amounts = await marketplace.database.pool.fetch("SELECT amount FROM refunds ORDER BY amount")
    assert [row["amount"] for row in amounts] == [200_000, 300_000]
    assert await broken_invariants(marketplace.database) == []


async def test_a_refund_of_ours_that_was_lost_is_taken_over_and_its_money_promised_once(
    marketplace: Marketplace,
) -> None:
    reference = await confirmed(marketplace)
    note = "imoran refund 0198b2f4-0000-7000-8000-000000000001"
    number = await number_of(marketplace, reference)
    await sent_back_at_paystack(marketplace, number, merchant_note=note, amount=250_000)
    await compared(marketplace)
    assert await open_items(marketplace) == {("refund_found", reference)}
    row = await marketplace.database.pool.fetchrow("SELECT owed_back FROM payments")
    assert row is not None
    assert row["owed_back"] == 250_000
    await compared(marketplace)
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM refunds") == 1


async def test_a_refund_that_somebody_made_at_paystack_is_listed_and_changes_nothing(
    marketplace: Marketplace,
) -> None:
    reference = await confirmed(marketplace)
    await sent_back_at_paystack(marketplace, await number_of(marketplace, reference), merchant_note="Goodwill")
    await compared(marketplace)
    assert ("refund_unknown", reference) in await open_items(marketplace)
    assert await status_of(marketplace, reference) == "success"


async def test_a_refund_whose_answer_was_lost_is_left_to_whoever_sent_it(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    slot = await marketplace.slot(await marketplace.consultant(), starts_in=timedelta(days=3))
    booking = await marketplace.confirmed_booking(client, slot)
    await marketplace.product.cancel_booking(client, CancelBookingCommand(booking_id=booking.id))
    fault = {"endpoint": "refund", "count": 1, "acts": True, "status": 502}
    assert (await marketplace.sandbox.post("/_sandbox/faults", json=fault)).is_success
    await marketplace.product.relay_outbox()
    assert await marketplace.database.pool.fetchval("SELECT paystack_id FROM refunds") is None
    await compared(marketplace)
    await marketplace.product.reconcile_payments()
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM refunds") == 1
    assert await marketplace.database.pool.fetchval("SELECT paystack_id FROM refunds") is not None
    assert len(await refunds_at_paystack(marketplace)) == 1


async def test_a_charge_that_paystack_does_not_know_is_listed(marketplace: Marketplace) -> None:
    reference = await confirmed(marketplace)
    await marketplace.sandbox.post("/_sandbox/reset")
    await compared(marketplace)
    assert await open_items(marketplace) == {("charge_unknown_to_paystack", reference)}


@pytest.mark.parametrize(
    "change", ["charged_amount = charged_amount + 1", "fees = fees + 1", "paid_at = paid_at - interval '2 days'"]
)
async def test_what_paystack_says_otherwise_of_a_charge_is_listed_until_it_is_right(
    marketplace: Marketplace, change: str
) -> None:
    reference = await confirmed(marketplace)
    before = await marketplace.database.pool.fetchrow("SELECT charged_amount, fees, paid_at FROM payments")
    assert before is not None
    await marketplace.database.pool.execute(f"UPDATE payments SET {change}")
    await marketplace.product.compare_with_paystack()
    assert ("charge_differs", reference) in await open_items(marketplace)
    await marketplace.database.pool.execute(
        "UPDATE payments SET charged_amount = $1, fees = $2, paid_at = $3", *before
    )
    await compared(marketplace)
    assert await open_items(marketplace) == set()


async def test_a_day_that_is_over_agrees_to_the_kobo_three_ways(old_trade: Marketplace) -> None:
    for _ in range(3):
        await confirmed(old_trade)
    await charged_at_paystack(old_trade, LOST)
    [day] = (await compared(old_trade)).days
    assert day.agrees
    assert (day.listed_count, day.listed_amount) == (4, 2_000_000)
    fees = await old_trade.database.pool.fetchval("SELECT sum(fees)::bigint FROM payments")
    assert day.listed_fees == day.known_fees == day.posted_fees == fees
    assert await open_items(old_trade) == {("payment_mismatched", LOST)}


async def test_a_day_whose_sums_differ_is_listed_until_they_do_not(old_trade: Marketplace) -> None:
    await confirmed(old_trade)
    await old_trade.database.pool.execute("UPDATE payments SET fees = fees + 1")
    found = await old_trade.product.compare_with_paystack()
    [day] = found.days
    assert ("day_differs", f"{day.day} NGN") in await open_items(old_trade)
    await old_trade.database.pool.execute("UPDATE payments SET fees = fees - 1")
    await compared(old_trade)
    assert await open_items(old_trade) == set()


async def test_today_is_not_judged_before_it_is_over(marketplace: Marketplace) -> None:
    await confirmed(marketplace)
    assert (await compared(marketplace)).days == []


async def agreed_until(marketplace: Marketplace) -> object:
    return await marketplace.database.pool.fetchval(
        "SELECT agreed_until FROM comparisons WHERE age = interval '0'"
    )


@pytest.mark.parametrize("endpoint", ["list_transactions", "verify", "list_refunds"])
async def test_the_agreed_point_stays_when_paystack_goes_away_in_between(
    marketplace: Marketplace, endpoint: str
) -> None:
    client, slot = await marketplace.client(), await marketplace.slot(await marketplace.consultant())
    payment = await marketplace.started_payment(client, await marketplace.booking(client, slot))
    await marketplace.pay(payment.reference)
    before = await agreed_until(marketplace)
    await marketplace.sandbox.post("/_sandbox/faults", json={"endpoint": endpoint, "count": 99, "status": 502})
    found = await marketplace.product.compare_with_paystack()
    assert found.was_interrupted
    assert await agreed_until(marketplace) == before
    await marketplace.sandbox.delete("/_sandbox/faults")
    assert not (await compared(marketplace)).was_interrupted
    assert await agreed_until(marketplace) != before
    assert await status_of(marketplace, payment.reference) == "success"


async def test_many_runs_at_once_do_what_one_does(marketplace: Marketplace) -> None:
    await charged_at_paystack(marketplace, LOST)
    client, slot = await marketplace.client(), await marketplace.slot(await marketplace.consultant())
    payment = await marketplace.started_payment(client, await marketplace.booking(client, slot))
    await marketplace.pay(payment.reference)
    runs = await asyncio.gather(*(marketplace.product.compare_with_paystack() for _ in range(8)))
    assert sum(run.compared_until is not None for run in runs) >= 1
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM ledger_postings") == 3
    assert await broken_invariants(marketplace.database) == []


async def test_whoever_died_in_the_middle_is_followed_by_the_next_once_the_turn_is_over(
    marketplace: Marketplace,
) -> None:
    pool = marketplace.database.pool
    await pool.execute("UPDATE comparisons SET leased_until = clock_timestamp() + interval '1 hour'")
    assert (await compared(marketplace)).compared_until is None
    await pool.execute("UPDATE comparisons SET leased_until = clock_timestamp() - interval '1 second'")
    assert (await compared(marketplace)).compared_until is not None


async def test_more_than_one_page_is_compared(marketplace: Marketplace) -> None:
    for number in range(230):
        await charged_at_paystack(marketplace, f"imo-page-{number:017}")
    found = await compared(marketplace)
    assert len(set(found.settled)) == 230
