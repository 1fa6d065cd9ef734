"""Refunds: make one, ask about them, send one that waits to a bank account."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import msgspec

from application.payments.ports import GatewayRefund, ListedRefund
from domain.money import Money
from domain.payments import BalanceTooLow, PaymentGatewayUnavailable, RefundNotRetried, RefundRefused, RefundStatus
from infrastructure.paystack.calls import Numbered, PaystackCalls
from infrastructure.paystack.connection import RefusedError
from infrastructure.paystack.wire import Instant, Name, PaystackId, Subunits, written

REVERSED = "transaction_reversed"
STATUS_WORDS = {status.value: status for status in RefundStatus if status is not RefundStatus.REQUESTED}
"""Any other word is not the end of a refund."""
BALANCE_TOO_LOW = "insufficient balance"
"""Of Paystack's sentence: the code for it is not documented."""


class RefundData(Numbered, frozen=True):
    """One refund, as created."""

    amount: Subunits
    status: Name
    domain: Name | None = None
    merchant_note: str | None = None
    created_at: Instant | None = None
    created_at_too: Instant | None = msgspec.field(name="createdAt", default=None)

    def as_refund(self) -> GatewayRefund:
        """In our words."""
        return GatewayRefund(
            paystack_id=self.id,
            amount=self.amount,
            status=STATUS_WORDS.get(self.status, RefundStatus.PENDING),
            note=self.merchant_note,
            created_at=self.created_at_too or self.created_at,
        )


class ListedRefundData(RefundData, frozen=True, kw_only=True):
    """A refund in a list; `transaction` is its number there."""

    transaction: PaystackId


class RefundCalls(PaystackCalls):
    """Money that goes back."""

    async def refund(self, *, paystack_id: int, amount: Money, note: str) -> GatewayRefund | None:
        """POST /refund, with an explicit amount."""
        body = {
            "transaction": paystack_id,
            "amount": amount.amount,
            "currency": amount.currency,
            "merchant_note": note,
        }
        try:
            made = await self._write("refund", "/refund", RefundData, body)
        except RefusedError as refused:
            if refused.code == REVERSED:
                return None
            raise _refusal(refused) from refused
        return self._in_our_mode(made).as_refund()

    async def refunds_of(self, paystack_id: int) -> list[GatewayRefund]:
        """GET /refund by the transaction's number; a reference would find nothing."""
        query = {"transaction": str(paystack_id)}
        found = [
            row
            async for row in self._list("list_refunds", "/refund", ListedRefundData, query)
            if row.transaction == paystack_id
        ]
        newest_first = sorted(found, key=lambda row: row.id, reverse=True)
        return [self._in_our_mode(row).as_refund() for row in newest_first]

    async def refunds(self, *, since: datetime, until: datetime) -> AsyncIterator[ListedRefund]:
        """GET /refund, whoever made them."""
        query = {"from": written(since), "to": written(until)}
        async for row in self._list("list_refunds", "/refund", ListedRefundData, query):
            yield ListedRefund(transaction=row.transaction, refund=self._in_our_mode(row).as_refund())

    async def retry_refund(
        self, *, paystack_refund_id: int, currency: str, account_number: str, bank_id: str
    ) -> GatewayRefund:
        """POST /refund/retry_with_customer_details: everything in it is text."""
        account = {"currency": currency, "account_number": account_number, "bank_id": bank_id}
        try:
            retried = await self._write(
                "retry_refund",
                f"/refund/retry_with_customer_details/{paystack_refund_id}",
                RefundData,
                {"refund_account_details": account},
            )
        except RefusedError as refused:
            raise RefundNotRetried from refused
        if retried.id != paystack_refund_id:
            raise PaymentGatewayUnavailable
        return self._in_our_mode(retried).as_refund()


def _refusal(refused: RefusedError) -> RefundRefused:
    words = str(refused)
    return BalanceTooLow(words) if BALANCE_TOO_LOW in words.casefold() else RefundRefused(words)
