"""Money that has to go back."""

from __future__ import annotations

from application.identity import NewId
from application.outbox.ports import Topic
from application.transactions import UnitOfWork
from domain.money import Money
from domain.payments import Payment


async def owe_back(uow: UnitOfWork, new_id: NewId, payment: Payment, amount: Money, *, reason: str) -> None:
    """Note a refund in the transaction that causes it; the outbox sees to it that it is sent."""
    refund = payment.owe_back(amount, refund_id=new_id(), reason=reason)
    await uow.payments.save(payment)
    await uow.refunds.add(refund)
    await uow.outbox.add(Topic.SEND_REFUND, str(refund.id), dedupe_key=f"refund:{refund.id}")
