"""Look at the disputes that are not decided, without anybody acting."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from application.payments.follow_dispute import FollowDispute
from application.transactions import OpenUnitOfWork
from domain.payments import PaymentGatewayUnavailable

log = logging.getLogger(__name__)

ROUND = 50


@dataclass(frozen=True, slots=True)
class FollowDisputes:
    """Follow each dispute whose next look is due. A round ends when Paystack cannot be reached."""

    open_uow: OpenUnitOfWork
    follow_dispute: FollowDispute

    async def __call__(self) -> int:
        """How many were looked at. Several rounds at once do no harm."""
        async with self.open_uow() as uow:
            due = await uow.disputes.due(now=await uow.now(), limit=ROUND)
        looked_at = 0
        for paystack_id in due:
            try:
                await self.follow_dispute(str(paystack_id))
                looked_at += 1
            except PaymentGatewayUnavailable as unavailable:
                log.warning("disputes.interrupted looked_at=%d reason=%s", looked_at, unavailable)
                break
            except Exception:
                # One that cannot be dealt with must not keep the others from their turn; it stays due.
                log.exception("dispute.failed paystack_id=%d", paystack_id)
        return looked_at
