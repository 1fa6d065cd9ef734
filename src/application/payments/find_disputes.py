"""Look for disputes that no webhook told about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from application.payments.follow_dispute import FollowDispute
from application.payments.ports import PaymentGateway


@dataclass(frozen=True, slots=True)
class FindDisputes:
    """Take over every dispute that Paystack lists. Those that are known already only move on."""

    gateway: PaymentGateway
    follow_dispute: FollowDispute

    async def __call__(self, *, since: datetime) -> int:
        """How many were opened since then. Raises `PaymentGatewayUnavailable`."""
        found = 0
        async for known in self.gateway.disputes(since=since):
            await self.follow_dispute.take_over(known)
            found += 1
        return found
