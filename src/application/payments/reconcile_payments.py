"""Ask Paystack about everything that is not settled, without anybody acting."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from application.payments.send_refund import SendRefund
from application.payments.settle_payment import SettlePayment
from application.transactions import OpenUnitOfWork
from domain.payments import PaymentGatewayUnavailable

log = logging.getLogger(__name__)

ROUND = 50


@dataclass(frozen=True, slots=True)
class ReconcilePayments:
    """Settle payments and follow refunds whose next check is due.

    A round ends when Paystack cannot be reached: what is left stays due for the next one.
    """

    open_uow: OpenUnitOfWork
    settle_payment: SettlePayment
    send_refund: SendRefund

    async def __call__(self) -> int:
        """How many payments and refunds were looked at. Several rounds at once do no harm."""
        async with self.open_uow() as uow:
            now = await uow.now()
            references = await uow.payments.due(now=now, limit=ROUND)
            refund_ids = await uow.refunds.due(now=now, limit=ROUND)
        looked_at = 0
        try:
            for reference in references:
                await self.settle_payment(reference)
                looked_at += 1
            for refund_id in refund_ids:
                await self.send_refund(refund_id)
                looked_at += 1
        except PaymentGatewayUnavailable as unavailable:
            log.warning("reconciliation.interrupted looked_at=%d reason=%s", looked_at, unavailable)
        return looked_at
