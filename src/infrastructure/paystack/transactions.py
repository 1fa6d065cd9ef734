"""Transactions: begin one, ask about one, list them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec

from application.payments.ports import Checkout
from domain.money import CURRENCIES, Money
from domain.payments import Charge, ChargeStatus, PaymentGatewayUnavailable
from infrastructure.paystack.calls import NOT_FOUND, Numbered, PaystackCalls
from infrastructure.paystack.connection import RefusedError
from infrastructure.paystack.wire import Currency, Instant, Name, Subunits, shown, written

UNKNOWN_REFERENCE = "transaction_not_found"
STATUS_WORDS = {
    "success": ChargeStatus.SUCCESS,
    "failed": ChargeStatus.FAILED,
    "abandoned": ChargeStatus.ABANDONED,
    "reversed": ChargeStatus.REVERSED,
    "reversal-pending": ChargeStatus.REVERSED,
}
"""Every other word, those that Paystack adds some day included, means that the payer is still at it."""
COLLECTED = frozenset({ChargeStatus.SUCCESS, ChargeStatus.REVERSED})


class InitializedTransaction(msgspec.Struct, frozen=True):
    """`data` of initialize."""

    authorization_url: Name
    access_code: Name
    reference: Name


class Customer(msgspec.Struct, frozen=True):
    """Who paid."""

    email: Name = ""


class Transaction(Numbered, frozen=True):
    """`data` of verify, and a row of the list."""

    status: Name
    reference: Name
    amount: Subunits
    currency: Currency
    domain: Name
    requested_amount: Subunits | None = None
    fees: Subunits | None = None
    channel: Any = None
    paid_at: Instant | None = None
    paid_at_too: Instant | None = msgspec.field(name="paidAt", default=None)
    gateway_response: Any = None
    customer: Customer | None = None

    def as_charge(self) -> Charge:
        """In our words."""
        return Charge(
            status=STATUS_WORDS.get(self.status, ChargeStatus.PENDING),
            reference=self.reference,
            amount=self.amount,
            requested_amount=self.requested_amount,
            currency=self.currency,
            domain=self.domain,
            customer_email=self.customer.email if self.customer else "",
            paystack_id=self.id,
            fees=self.fees,
            channel=shown(self.channel),
            paid_at=self.paid_at or self.paid_at_too,
            gateway_response=shown(self.gateway_response),
        )


class TransactionCalls(PaystackCalls):
    """Money that comes in."""

    async def initialize(self, *, reference: str, amount: Money, email: str, callback_url: str) -> Checkout:
        """POST /transaction/initialize. The currency is always sent: without it Paystack takes its default."""
        body = {
            "email": email,
            "amount": amount.amount,
            "currency": amount.currency,
            "reference": reference,
            "callback_url": callback_url,
        }
        try:
            started = await self._write("initialize", "/transaction/initialize", InitializedTransaction, body)
        except RefusedError as refused:
            raise PaymentGatewayUnavailable from refused
        if started.reference != reference:
            raise PaymentGatewayUnavailable
        return Checkout(authorization_url=started.authorization_url, access_code=started.access_code)

    async def verify(self, reference: str) -> Charge | None:
        """GET /transaction/verify. An unknown reference is a 400 with its code, or a 404."""
        try:
            found = await self._read("verify", f"/transaction/verify/{quote(reference, safe='')}", Transaction)
        except RefusedError as refused:
            if refused.code == UNKNOWN_REFERENCE or refused.status == NOT_FOUND:
                return None
            raise PaymentGatewayUnavailable from refused
        return found.as_charge()

    async def charges(self, *, since: datetime, until: datetime) -> AsyncIterator[Charge]:
        """GET /transaction, of every status: there is no filter for charges that are on their way back.

        A currency that nothing of ours is priced in is passed over.
        """
        query = {"from": written(since), "to": written(until)}
        async for transaction in self._list("list_transactions", "/transaction", Transaction, query):
            charge = transaction.as_charge()
            if charge.status in COLLECTED and charge.currency in CURRENCIES:
                yield charge
