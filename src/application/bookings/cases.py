"""Bookings as those see them who decide about their money: the consultant who cancels, or is said to have missed
one, and the operator between two sides.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from application.bookings.views import AbsenceReportView, ClientName, ConsultantName
from application.money_view import MoneyView


class BookingCase(msgspec.Struct, frozen=True, kw_only=True):
    """One booking and what is at stake. `received` is what is kept of its payment: all of that goes back when its
    consultant cancels, or did not come.
    """

    id: UUID
    slot_id: UUID
    status: str
    starts_at: datetime
    ends_at: datetime
    client: ClientName
    consultant: ConsultantName
    service: str | None
    reason_for_session: str
    price: MoneyView
    received: MoneyView
    can_be_cancelled: bool
    absence_report: AbsenceReportView | None


class CaseQueries(Protocol):
    """Reads of cases; one statement each."""

    async def of_consultant(self, consultant_id: UUID, booking_id: UUID) -> BookingCase | None:
        """A booking of one of a consultant's own slots."""
        ...

    async def in_slot(self, consultant_id: UUID, slot_id: UUID) -> list[BookingCase]:
        """Held and confirmed bookings of a consultant's own slot, in the order they were made."""
        ...

    async def to_answer(self, consultant_id: UUID) -> list[BookingCase]:
        """A consultant's bookings whose client waits for an answer to a report, the most urgent first."""
        ...

    async def contested(self, booking_id: UUID) -> BookingCase | None:
        """A booking of which an absence was reported, whoever asks: for operators."""
        ...
