"""Payment history as clients, consultants and operators see it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from application.bookings.views import ConsultantName
from application.money_view import MoneyView
from application.paging import Page, PageRequest


class PaymentView(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt of a client to pay. `refunded` is what goes or went back."""

    booking_id: UUID
    reference: str
    status: str
    amount: MoneyView
    refunded: MoneyView
    consultant: ConsultantName
    starts_at: datetime
    channel: str | None
    paid_at: datetime | None
    created_at: datetime


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
    """Where a client's payment stands, for the page that Paystack sends the browser back to."""

    booking_id: UUID
    reference: str
    status: str
    booking_status: str
    amount: MoneyView
    problem: str | None


class OperatorItemView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the system could not resolve by itself."""

    id: UUID
    kind: str
    subject: str
    reason: str
    created_at: datetime


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

    async def latest_reference(self, client_id: UUID, booking_id: UUID) -> str | None:
        """The reference of a client's newest attempt to pay for a booking."""
        ...

    async def operator_items(self, page: PageRequest) -> Page[OperatorItemView]:
        """The operators' list: what is open, oldest first."""
        ...
