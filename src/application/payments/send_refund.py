"""Bring a refund one step further."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from application.payments.ports import GatewayRefund, PaymentGateway
from application.transactions import OpenUnitOfWork, retried
from domain.ledger import refund_paid_posting
from domain.payments import Payment, PaymentGatewayUnavailable, Refund, RefundStatus

LOOK_AGAIN = timedelta(minutes=2)
"""How long a refund that was sent may be missing from Paystack's list before it is sent again."""
FOLLOW_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SendRefund:
    """Send a refund to Paystack, or look how far it has come.

    Paystack has no idempotency key for refunds, so that it was sent is stored before the call, and
    whatever was ever sent is looked for by our note before it is sent again.
    """

    open_uow: OpenUnitOfWork
    gateway: PaymentGateway

    async def __call__(self, refund_id: UUID) -> RefundStatus:
        """The refund's state afterwards. Raises `NotFound` or `PaymentGatewayUnavailable`."""
        refund, payment, was_sent = await self._claim(refund_id)
        if refund.is_final or payment.charge is None or refund.sent_at is None:
            return refund.status
        known = await self._look_up(refund, payment.charge.paystack_id) if was_sent else None
        if known is None and was_sent and not await self._claim_again(refund_id):
            return refund.status
        if known is None:
            known = await self._send(refund, payment.charge.paystack_id)
        return await self._store(refund_id, known)

    @retried
    async def _claim(self, refund_id: UUID) -> tuple[Refund, Payment, bool]:
        async with self.open_uow() as uow:
            refund = await uow.refunds.lock(refund_id)
            payment = await uow.refunds.payment_of(refund)
            was_sent = refund.sent_at is not None
            if not refund.is_final:
                now = await uow.now()
                refund.sent_at = refund.sent_at or now
                await uow.refunds.save(refund, next_check_at=now + LOOK_AGAIN)
                await uow.commit()
        return refund, payment, was_sent

    @retried
    async def _claim_again(self, refund_id: UUID) -> bool:
        """Whether the refund has been missing for long; one of several callers at once hears that it has."""
        async with self.open_uow() as uow:
            refund = await uow.refunds.lock(refund_id)
            now = await uow.now()
            if refund.sent_at is None or now - refund.sent_at < LOOK_AGAIN:
                return False
            refund.sent_at = now
            await uow.refunds.save(refund, next_check_at=now + LOOK_AGAIN)
            await uow.commit()
        return True

    async def _look_up(self, refund: Refund, paystack_id: int) -> GatewayRefund | None:
        refunds = await self.gateway.refunds_of(paystack_id)
        return next((known for known in refunds if known.note and refund.note in known.note), None)

    async def _send(self, refund: Refund, paystack_id: int) -> GatewayRefund:
        sent = await self.gateway.refund(paystack_id=paystack_id, amount=refund.amount, note=refund.note)
        if sent is None:
            sent = await self._look_up(refund, paystack_id)
        if sent is None:
            raise PaymentGatewayUnavailable("Paystack reversed the transaction, but not by our refund.")
        return sent

    @retried
    async def _store(self, refund_id: UUID, known: GatewayRefund) -> RefundStatus:
        async with self.open_uow() as uow:
            refund = await uow.refunds.lock(refund_id)
            payment = await uow.refunds.payment_of(refund)
            before = refund.status
            refund.paystack_id = known.paystack_id
            refund.status = known.status
            payment.follow(refund)
            if refund.status is RefundStatus.PROCESSED and before is not RefundStatus.PROCESSED:
                await uow.ledger.post(refund_paid_posting(refund, payment))
            next_check_at = None if refund.is_final else await uow.now() + FOLLOW_EVERY
            await uow.payments.save(payment)
            await uow.refunds.save(refund, next_check_at=next_check_at)
            if refund.status in (RefundStatus.FAILED, RefundStatus.NEEDS_ATTENTION):
                await uow.operator_items.add(
                    "refund_stuck", subject=str(refund.id), reason=f"Paystack says {refund.status}"
                )
            await uow.commit()
        return refund.status
