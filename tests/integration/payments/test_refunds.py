"""Refunds: sent once, looked for before they are sent again, followed to their end."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from application.payments.send_refund import SendRefund
from domain.payments import PaymentGatewayUnavailable
from infrastructure.identity import new_id
from infrastructure.paystack.gateway import PaystackGateway
from infrastructure.postgres.unit_of_work import SqlUnitsOfWork
from tests.conftest import SECRET_KEY
from tests.marketplace import Marketplace


@pytest.fixture
def send_refund(marketplace: Marketplace) -> SendRefund:
    """The use case on its own."""
    gateway = PaystackGateway(marketplace.sandbox, SECRET_KEY)
    return SendRefund(SqlUnitsOfWork(marketplace.database, new_id), gateway)


@pytest.fixture
async def refund_id(marketplace: Marketplace) -> UUID:
    """A refund that is owed and has not been sent: money for a seat that went to somebody else."""
    slot = await marketplace.slot(await marketplace.consultant())
    client = await marketplace.client()
    booking = await marketplace.booking(client, slot)
    payment = await marketplace.started_payment(client, booking)
    await marketplace.lapse_hold(booking.id)
    await marketplace.booking(await marketplace.client(), slot)
    await marketplace.pay(payment.reference)
    await marketplace.product.settle_payment(payment.reference)
    refund: UUID = await marketplace.database.pool.fetchval("SELECT id FROM refunds")
    return refund


async def at_paystack(marketplace: Marketplace) -> list[dict[str, Any]]:
    """The refunds that Paystack knows."""
    refunds: list[dict[str, Any]] = (await marketplace.sandbox.get("/_sandbox/refunds")).json()
    return refunds


async def test_a_refund_is_sent_once_however_often_it_is_asked_for(
    marketplace: Marketplace, send_refund: SendRefund, refund_id: UUID
) -> None:
    assert await send_refund(refund_id) == "pending"
    assert await send_refund(refund_id) == "pending"
    [refund] = await at_paystack(marketplace)
    assert refund["amount"] == 500_000


async def test_a_refund_whose_answer_was_lost_is_found_and_not_sent_again(
    marketplace: Marketplace, send_refund: SendRefund, refund_id: UUID
) -> None:
    fault = {"endpoint": "refund", "count": 1, "acts": True, "status": 502}
    assert (await marketplace.sandbox.post("/_sandbox/faults", json=fault)).is_success
    with pytest.raises(PaymentGatewayUnavailable):
        await send_refund(refund_id)
    assert len(await at_paystack(marketplace)) == 1
    assert await send_refund(refund_id) == "pending"
    assert len(await at_paystack(marketplace)) == 1


async def test_a_refund_that_never_arrived_is_sent_again_after_two_minutes_and_not_before(
    marketplace: Marketplace, send_refund: SendRefund, refund_id: UUID
) -> None:
    fault = {"endpoint": "refund", "count": 1, "acts": False, "status": 502}
    assert (await marketplace.sandbox.post("/_sandbox/faults", json=fault)).is_success
    with pytest.raises(PaymentGatewayUnavailable):
        await send_refund(refund_id)
    assert await send_refund(refund_id) == "requested"
    assert await at_paystack(marketplace) == []
    await marketplace.database.pool.execute("UPDATE refunds SET sent_at = sent_at - interval '2 minutes'")
    assert await send_refund(refund_id) == "pending"
    assert len(await at_paystack(marketplace)) == 1


async def test_a_refund_that_never_arrived_is_sent_again_by_one_of_several_at_once(
    marketplace: Marketplace, send_refund: SendRefund, refund_id: UUID
) -> None:
    # Sent in vain, and Paystack's list comes late: everybody finds it missing before anybody sends it again.
    await marketplace.database.pool.execute("UPDATE refunds SET sent_at = now() - interval '1 hour'")
    slow = {"endpoint": "list_refunds", "count": 5, "delay_after_s": 0.2, "acts": True}
    answer = await marketplace.sandbox.post("/_sandbox/faults", json=slow)
    assert answer.is_success, answer.text
    posted = 0

    class CountingGateway(PaystackGateway):
        async def refund(self, **kwargs: Any) -> Any:
            nonlocal posted
            posted += 1
            return await super().refund(**kwargs)

    counting = SendRefund(send_refund.open_uow, CountingGateway(marketplace.sandbox, SECRET_KEY))
    await asyncio.gather(*(counting(refund_id) for _ in range(5)))
    assert posted == 1
    assert len(await at_paystack(marketplace)) == 1


@pytest.mark.parametrize(
    ("word", "payment_status", "listed"),
    [("processed", "refunded", 0), ("failed", "refund_failed", 1), ("needs-attention", "refund_pending", 1)],
)
async def test_a_refund_is_followed_to_its_end(
    marketplace: Marketplace,
    send_refund: SendRefund,
    refund_id: UUID,
    word: str,
    payment_status: str,
    listed: int,
) -> None:
    await send_refund(refund_id)
    [refund] = await at_paystack(marketplace)
    answer = await marketplace.sandbox.put(f"/_sandbox/refunds/{refund['id']}", json={"status": word})
    assert answer.is_success, answer.text
    assert await send_refund(refund_id) == word
    row = await marketplace.database.pool.fetchrow(
        "SELECT p.status, (SELECT count(*) FROM operator_items) AS listed FROM payments p "
        "JOIN refunds r ON r.payment_id = p.id"
    )
    assert (row["status"], row["listed"]) == (payment_status, listed)
