"""Send the money of a failed refund once more."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.identity import NewId
from application.outbox.ports import Topic
from application.payments.refund_items import RefundItem
from application.payments.send_refund import SendRefund, lock_refund
from application.transactions import OpenUnitOfWork, retried
from domain.payments import RefundStatus


@dataclass(frozen=True, slots=True)
class RetryRefund:
    """Bring a refund further, as an operator asks for.

    Paystack is asked first. Only what it still calls failed is sent again: the same sum, in a refund of its own.
    It was promised already, so that nothing is posted for it before it has gone.
    """

    open_uow: OpenUnitOfWork
    send_refund: SendRefund
    new_id: NewId

    async def __call__(self, refund_id: UUID) -> RefundStatus:
        """The state of the refund, or of the one in its place.

        Raises `NotFound`, `RefundNotFailed` when another refund has taken its place already, or
        `PaymentGatewayUnavailable`.
        """
        status = await self.send_refund(refund_id)
        if status is not RefundStatus.FAILED:
            return status
        return await self.send_refund(await self._replace(refund_id))

    @retried
    async def _replace(self, refund_id: UUID) -> UUID:
        async with self.open_uow() as uow:
            payment, failed, refunds = await lock_refund(uow, refund_id)
            again = payment.retry(failed, refunds, refund_id=self.new_id())
            await uow.payments.save(payment)
            await uow.refunds.add(again)
            await uow.operator_items.resolve(RefundItem.STUCK, subject=str(refund_id))
            await uow.outbox.add(Topic.SEND_REFUND, str(again.id), dedupe_key=f"refund:{again.id}")
            await uow.commit()
        return again.id
