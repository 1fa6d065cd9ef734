"""Bookings of which the two sides tell different stories."""

from __future__ import annotations

from uuid import UUID

from application.transactions import UnitOfWork
from domain.absences import AbsenceReported


async def is_disputed(uow: UnitOfWork, booking_id: UUID) -> bool:
    """Whether a report of the consultant's absence waits for its end; lock the booking first."""
    report = await uow.absence_reports.find(booking_id)
    return report is not None and not report.is_settled


async def refuse_while_disputed(uow: UnitOfWork, booking_id: UUID) -> None:
    """Raises `AbsenceReported`."""
    if await is_disputed(uow, booking_id):
        raise AbsenceReported
