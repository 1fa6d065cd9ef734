"""Look for disputes that no webhook told about."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.payments.follow_dispute import FollowDispute
from application.payments.ports import PaymentGateway
from application.transactions import OpenUnitOfWork
from domain.payments import PaymentGatewayUnavailable

log = logging.getLogger(__name__)

LATELY = timedelta(days=8)
"""Longer than Paystack repeats its webhooks."""


@dataclass(frozen=True, slots=True)
class FindDisputes:
    """Take over every dispute that Paystack lists. Those that are known already only move on."""

    open_uow: OpenUnitOfWork
    gateway: PaymentGateway
    follow_dispute: FollowDispute

    async def __call__(self, *, since: datetime) -> int:
        """How many were opened since then. Raises `PaymentGatewayUnavailable`."""
        found = 0
        async for known in self.gateway.disputes(since=since):
            await self.follow_dispute.take_over(known)
            found += 1
        return found

    async def lately(self) -> int:
        """How many were opened lately. While Paystack is away, none is found, and the next round looks again."""
        async with self.open_uow() as uow:
            now = await uow.now()
        try:
            return await self(since=now - LATELY)
        except PaymentGatewayUnavailable as unavailable:
            log.warning("disputes.not_listed reason=%s", unavailable)
            return 0
