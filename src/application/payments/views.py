"""Payment history as clients, consultants and operators see it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from application.bookings.views import ConsultantName
from application.money_view import MoneyView
from application.paging import Page, PageRequest


class ReceiptLink(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt by its number: of a payment, or of the refund that it names."""

    number: int
    refund_id: UUID | None


class PaymentView(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt of a client to pay. `refunded` is what goes or went back. `is_under_way` says that the money is
    on its way, as it is for minutes with bank transfers.
    """

    booking_id: UUID
    reference: str
    status: str
    amount: MoneyView
    refunded: MoneyView
    consultant: ConsultantName
    consultant_time_zone: str
    starts_at: datetime
    channel: str | None
    is_under_way: bool
    paid_at: datetime | None
    created_at: datetime
    receipts: list[ReceiptLink]


class ReceivedPaymentView(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that was received for one of a consultant's sessions."""

    booking_id: UUID
    reference: str
    status: str
    amount: MoneyView
    refunded: MoneyView
    client_name: str
    starts_at: datetime
    paid_at: datetime | None


class PaymentStanding(msgspec.Struct, frozen=True, kw_only=True):
    """Where a client's payment stands, for the page that Paystack sends the browser back to.

    `charged` is what Paystack charged, `refunded` what of it goes or went back. `hold_expires_at` is set while the
    seat waits for its payment; `was_revived` says that the seat had been given up before it was paid for.
    """

    booking_id: UUID
    slot_id: UUID
    reference: str
    status: str
    booking_status: str
    hold_expires_at: datetime | None
    was_revived: bool
    consultant: ConsultantName
    consultant_time_zone: str
    amount: MoneyView
    charged: MoneyView
    refunded: MoneyView
    is_under_way: bool
    problem: str | None


class WaitingRefundView(msgspec.Struct, frozen=True, kw_only=True):
    """A refund that Paystack cannot make without a bank account of the client's."""

    booking_id: UUID
    amount: MoneyView
    consultant: ConsultantName


class PaymentQueries(Protocol):
    """Reads about payments; one statement each."""

    async def of_client(self, client_id: UUID, page: PageRequest) -> Page[PaymentView]:
        """A client's own attempts, newest first."""
        ...

    async def of_consultant(self, consultant_id: UUID, page: PageRequest) -> Page[ReceivedPaymentView]:
        """Payments received for a consultant's sessions, newest first."""
        ...

    async def standing(self, client_id: UUID, reference: str) -> PaymentStanding | None:
        """One of a client's own payments."""
        ...

    async def refunds_without_account(self, client_id: UUID) -> list[WaitingRefundView]:
        """A client's refunds that wait for a bank account, oldest first."""
        ...

    async def latest_reference(self, client_id: UUID, booking_id: UUID) -> str | None:
        """The reference of a client's newest attempt to pay for a booking."""
        ...
