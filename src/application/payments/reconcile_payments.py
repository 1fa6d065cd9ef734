"""Ask Paystack about everything that is not settled, without anybody acting."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from application.payments.send_refund import SendRefund
from application.payments.settle_payment import SettlePayment
from application.transactions import OpenUnitOfWork
from domain.payments import PaymentGatewayUnavailable

log = logging.getLogger(__name__)

ROUND = 50
Act = Callable[[Any], Awaitable[object]]


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
        work: list[tuple[Act, str | UUID]] = [
            *((self.settle_payment, reference) for reference in references),
            *((self.send_refund, refund_id) for refund_id in refund_ids),
        ]
        looked_at = 0
        for act, subject in work:
            try:
                await act(subject)
                looked_at += 1
            except PaymentGatewayUnavailable as unavailable:
                log.warning("reconciliation.interrupted looked_at=%d reason=%s", looked_at, unavailable)
                break
            except Exception:
                # One that cannot be dealt with must not keep the others from their turn; it stays due.
                log.exception("reconciliation.failed subject=%s", subject)
        return looked_at
