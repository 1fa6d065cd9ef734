"""Money that has to go back."""

from __future__ import annotations

from application.identity import NewId
from application.outbox.ports import Topic
from application.transactions import UnitOfWork
from domain.bookings import Booking
from domain.ledger import refund_owed_posting
from domain.money import Money
from domain.payments import Payment


async def owe_back(
    uow: UnitOfWork, new_id: NewId, payment: Payment, amount: Money, *, booking: Booking | None, reason: str
) -> None:
    """Note a refund in the transaction that causes it; the outbox sees to it that it is sent.

    What a payment earned that pays for its booking is taken back from the consultant and from the commission.
    """
    kept_before = payment.kept
    refund = payment.owe_back(amount, refund_id=new_id(), reason=reason)
    await uow.payments.save(payment)
    await uow.refunds.add(refund)
    if payment.pays_for_booking and booking is not None:
        await uow.ledger.post(refund_owed_posting(refund, payment, booking, kept_before=kept_before))
    await uow.outbox.add(Topic.SEND_REFUND, str(refund.id), dedupe_key=f"refund:{refund.id}")
