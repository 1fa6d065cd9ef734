"""Paystack's answers, read leniently: absent, null or differently spelled fields are no fault of ours."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from domain.payments import Charge, ChargeStatus, RefundStatus

STATUS_WORDS = {
    "success": ChargeStatus.SUCCESS,
    "failed": ChargeStatus.FAILED,
    "abandoned": ChargeStatus.ABANDONED,
    "reversed": ChargeStatus.REVERSED,
    "reversal-pending": ChargeStatus.REVERSED,
}
"""Every other word, those that Paystack adds some day included, means that the payer is still at it."""


class Envelope(msgspec.Struct, frozen=True):
    """What every answer is wrapped in. `status` says how the call went, never how the payment went."""

    status: bool
    message: str = ""
    data: msgspec.Raw = msgspec.Raw(b"null")
    code: str | None = None
    type: str | None = None


class InitializedTransaction(msgspec.Struct, frozen=True):
    """`data` of initialize."""

    authorization_url: str
    access_code: str
    reference: str


class Customer(msgspec.Struct, frozen=True):
    """Who paid."""

    email: str = ""


class Transaction(msgspec.Struct, frozen=True):
    """`data` of verify."""

    id: int
    status: str
    reference: str
    amount: int
    currency: str
    domain: str
    requested_amount: int | None = None
    fees: int | None = None
    channel: str | None = None
    paid_at: datetime | None = None
    gateway_response: str | None = None
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
            channel=self.channel,
            paid_at=self.paid_at,
            gateway_response=self.gateway_response,
        )


class RefundData(msgspec.Struct, frozen=True):
    """One refund, as created or listed."""

    id: int
    amount: int
    status: str
    merchant_note: str | None = None
    created_at: datetime | None = msgspec.field(name="createdAt", default=None)

    @property
    def refund_status(self) -> RefundStatus:
        """Paystack's word, or `pending` for one that we do not know."""
        try:
            return RefundStatus(self.status)
        except ValueError:
            return RefundStatus.PENDING


class WebhookEnvelope(msgspec.Struct, frozen=True):
    """An event as delivered."""

    event: str
    data: dict[str, Any] = {}
