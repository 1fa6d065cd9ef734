"""What follows from a decided absence report."""

from __future__ import annotations

from application.identity import NewId
from application.payments.owe_back import owe_back
from application.transactions import UnitOfWork
from domain import reasons
from domain.absences import AbsenceReport, AbsenceStatus
from domain.bookings import Booking


async def settle_absence(uow: UnitOfWork, new_id: NewId, booking: Booking, report: AbsenceReport) -> None:
    """Store a report that changed; when it is upheld, its booking too, and all of the money goes back."""
    await uow.absence_reports.save(report)
    if report.status is not AbsenceStatus.UPHELD:
        return
    await uow.bookings.save(booking)
    payment = await uow.payments.lock_paying(booking.id)
    if payment is not None and payment.kept:
        await owe_back(
            uow, new_id, payment, payment.rest_of_it, booking=booking, reason=reasons.CONSULTANT_DID_NOT_COME
        )
