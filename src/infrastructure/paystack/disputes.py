"""Disputes: a cardholder's bank wants a charge back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import msgspec

from application.payments.ports import GatewayDispute
from domain.payments import PaymentGatewayUnavailable
from infrastructure.paystack.calls import NOT_FOUND, Numbered, PaystackCalls
from infrastructure.paystack.connection import RefusedError
from infrastructure.paystack.wire import Currency, Instant, Name, Subunits, written

OVER = frozenset({"resolved", "archived"})
"""Statuses that nothing follows. Words that we do not know mean that it is open."""
WON = frozenset({"declined"})
LOST = frozenset({"merchant-accepted", "auto-accepted"})
REVERSED = "reversed"


class DisputedTransaction(msgspec.Struct, frozen=True):
    """The charge that a dispute is about."""

    reference: Name
    status: Name
    currency: Currency


class DisputeData(Numbered, frozen=True, kw_only=True):
    """One dispute, fetched or listed. Without an amount it is about the whole charge."""

    status: Name
    transaction: DisputedTransaction
    refund_amount: Subunits | None = None
    currency: Currency | None = None
    resolution: Name | None = None
    category: Name | None = None
    domain: Name | None = None
    due_at: Instant | None = msgspec.field(name="dueAt", default=None)
    resolved_at: Instant | None = msgspec.field(name="resolvedAt", default=None)
    created_at: Instant | None = None
    created_at_too: Instant | None = msgspec.field(name="createdAt", default=None)

    def as_dispute(self) -> GatewayDispute:
        """In our words. Raises `PaymentGatewayUnavailable` when it does not say since when."""
        opened_at = self.created_at_too or self.created_at
        if opened_at is None:
            raise PaymentGatewayUnavailable
        return GatewayDispute(
            paystack_id=self.id,
            reference=self.transaction.reference,
            amount=self.refund_amount or 0,
            currency=self.currency or self.transaction.currency,
            status=self.status,
            resolution=self.resolution,
            category=self.category,
            is_open=self.status not in OVER,
            is_lost=self._is_lost,
            due_at=self.due_at,
            opened_at=opened_at,
            resolved_at=self.resolved_at,
        )

    @property
    def _is_lost(self) -> bool:
        """A resolution that we do not know is told by what became of the charge."""
        if self.status not in OVER or self.resolution in WON:
            return False
        return self.resolution in LOST or self.transaction.status == REVERSED


class DisputeCalls(PaystackCalls):
    """Money that is asked back by a bank."""

    async def dispute(self, paystack_id: int) -> GatewayDispute | None:
        """GET /dispute."""
        try:
            found = await self._read("fetch_dispute", f"/dispute/{paystack_id}", DisputeData)
        except RefusedError as refused:
            if refused.status == NOT_FOUND:
                return None
            raise PaymentGatewayUnavailable from refused
        if found.id != paystack_id:
            raise PaymentGatewayUnavailable
        return self._in_our_mode(found).as_dispute()

    async def disputes(self, *, since: datetime) -> AsyncIterator[GatewayDispute]:
        """GET /dispute, page by page."""
        async for row in self._list("list_disputes", "/dispute", DisputeData, {"from": written(since)}):
            yield self._in_our_mode(row).as_dispute()
