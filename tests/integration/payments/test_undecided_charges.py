"""Charges that are not the ones we asked for, or that no booking is known for: listed, and back in time."""

from __future__ import annotations

import asyncio

import pytest

from domain.payments import PaymentGatewayUnavailable, PaymentStatus
from domain.refusals import NotFound
from tests.invariants import broken_invariants
from tests.marketplace import Marketplace

LOST = "imo-abcdefghijklmnopqrstuvwxyz"


async def charged_at_paystack(marketplace: Marketplace, reference: str, **outcome: object) -> None:
    """A transaction that Paystack knows and we do not: its row was lost with a database."""
    body = {"email": "lost@example.com", "amount": 500_000, "currency": "NGN", "reference": reference}
    assert (await marketplace.sandbox.post("/transaction/initialize", json=body)).is_success
    await marketplace.pay(reference, **outcome)


async def open_items(marketplace: Marketplace) -> list[tuple[str, str]]:
    rows = await marketplace.database.pool.fetch(
        "SELECT kind, subject FROM operator_items WHERE resolved_at IS NULL ORDER BY created_at"
    )
    return [(row["kind"], row["subject"]) for row in rows]


async def a_week_goes_by(marketplace: Marketplace) -> None:
    await marketplace.database.pool.execute(
        "UPDATE payments SET next_check_at = next_check_at - interval '7 days' WHERE status = 'mismatched'"
    )


async def balances(marketplace: Marketplace) -> dict[str, int]:
    """Every account of the ledger that is not empty."""
    rows = await marketplace.database.pool.fetch(
        "SELECT account, sum(amount)::bigint AS balance FROM ledger_entries GROUP BY 1 HAVING sum(amount) <> 0"
    )
    return {row["account"]: row["balance"] for row in rows}


async def test_a_charge_without_a_row_is_listed_and_kept_for_its_client(marketplace: Marketplace) -> None:
    await charged_at_paystack(marketplace, LOST)
    assert await marketplace.product.settle_payment(LOST) is PaymentStatus.MISMATCHED
    assert await open_items(marketplace) == [("payment_mismatched", LOST)]
    assert (await balances(marketplace))["clients"] == -500_000
    assert await broken_invariants(marketplace.database) == []


async def test_twenty_callers_at_once_list_it_once(marketplace: Marketplace) -> None:
    await charged_at_paystack(marketplace, LOST)
    await asyncio.gather(*(marketplace.product.settle_payment(LOST) for _ in range(20)))
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM payments") == 1
    assert (await balances(marketplace))["clients"] == -500_000


async def test_nobody_decides_for_a_week_and_all_of_it_goes_back(marketplace: Marketplace) -> None:
    await charged_at_paystack(marketplace, LOST)
    await marketplace.product.settle_payment(LOST)
    await marketplace.product.reconcile_payments()
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM refunds") == 0
    await a_week_goes_by(marketplace)
    await marketplace.product.reconcile_payments()
    await marketplace.product.reconcile_payments()
    await marketplace.product.relay_outbox()
    refunds = (await marketplace.sandbox.get("/_sandbox/refunds")).json()
    assert [refund["amount"] for refund in refunds] == [500_000]
    assert await open_items(marketplace) == []


@pytest.mark.parametrize(
    "outcome",
    [{"amount": 499_999}, {"currency": "USD"}, {"email": "somebody@else.example"}, {"requested_amount": 1}],
)
async def test_a_charge_that_we_did_not_ask_for_goes_back_as_it_came(
    marketplace: Marketplace, outcome: dict[str, object]
) -> None:
    client, slot = await marketplace.client(), await marketplace.slot(await marketplace.consultant())
    booking = await marketplace.booking(client, slot)
    payment = await marketplace.started_payment(client, booking)
    await marketplace.pay(payment.reference, **outcome)
    assert await marketplace.product.settle_payment(payment.reference) is PaymentStatus.MISMATCHED
    assert (await marketplace.details(client, booking.id)).status == "pending"
    await a_week_goes_by(marketplace)
    assert await marketplace.product.settle_payment(payment.reference) is PaymentStatus.REFUND_PENDING
    row = await marketplace.database.pool.fetchrow("SELECT amount, currency FROM refunds")
    assert row is not None
    assert (row["amount"], row["currency"]) == (outcome.get("amount", 500_000), outcome.get("currency", "NGN"))


@pytest.mark.parametrize("reference", ["shop-1234567890", LOST])
async def test_a_reference_that_nobody_charged_is_not_there(marketplace: Marketplace, reference: str) -> None:
    with pytest.raises(NotFound):
        await marketplace.product.settle_payment(reference)
    assert await open_items(marketplace) == []


async def test_another_programs_charge_is_none_of_our_business(marketplace: Marketplace) -> None:
    await charged_at_paystack(marketplace, "shop-1234567890")
    with pytest.raises(NotFound):
        await marketplace.product.settle_payment("shop-1234567890")
    assert await open_items(marketplace) == []


async def test_while_paystack_is_away_nothing_is_decided_about_it(marketplace: Marketplace) -> None:
    await charged_at_paystack(marketplace, LOST)
    await marketplace.sandbox.post("/_sandbox/faults", json={"endpoint": "verify", "count": 9, "status": 502})
    with pytest.raises(PaymentGatewayUnavailable):
        await marketplace.product.settle_payment(LOST)
    assert await open_items(marketplace) == []
