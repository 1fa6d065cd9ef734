"""Receipts: what a client can prove a payment, or a refund, with."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from application.money_view import MoneyView
from application.paging import Page, PageRequest


class ReceiptView(msgspec.Struct, frozen=True, kw_only=True):
    """The receipt of a payment, or of the refund that it names. It says what was so when it was issued.

    `amount` is what was paid, or went back; `charged` what was paid in all, `price` the session's price. Times
    are told in `time_zone`, the consultant's. `payment_number` is the number of the payment's own receipt.
    """

    number: int
    kind: str
    happened_at: datetime
    amount: MoneyView
    charged: MoneyView
    price: MoneyView
    reference: str
    refund_id: UUID | None
    reason: str | None
    payment_number: int | None
    channel: str | None
    client_name: str
    client_email: str
    consultant_name: str
    service: str | None
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    booking_id: UUID


class ReceiptQueries(Protocol):
    """Reads of receipts, each only for the client who paid. One statement each."""

    async def of_client(self, client_id: UUID, page: PageRequest) -> Page[ReceiptView]:
        """All of one's receipts, newest first."""
        ...

    async def by_number(self, client_id: UUID, number: int) -> ReceiptView | None:
        """One of one's receipts."""
        ...

    async def of_payment(self, client_id: UUID, reference: str) -> ReceiptView | None:
        """The receipt of a payment."""
        ...

    async def of_refund(self, client_id: UUID, refund_id: UUID) -> ReceiptView | None:
        """The receipt of a refund that has gone."""
        ...
