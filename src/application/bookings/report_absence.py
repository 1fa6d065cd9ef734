"""Report that the consultant did not come."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.transactions import OpenUnitOfWork, retried
from domain.absences import AbsenceReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAbsenceCommand:
    """Which booking, and what happened."""

    booking_id: UUID
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ReportAbsence:
    """The client of a session says that its consultant did not come.

    - From the session's start until seven days after its end, once, unless the client reviewed it.
    - The consultant has 72 hours to answer; silence means that all of the money goes back.
    - Until then the booking is neither completed nor a no-show.
    """

    open_uow: OpenUnitOfWork

    @retried
    async def __call__(self, caller: Caller, command: ReportAbsenceCommand) -> AbsenceReport:
        """Raises `NotFound`, `SessionNotBegun`, `CannotReportAbsence`, `AbsenceAlreadyReported` or `Invalid`."""
        async with self.open_uow() as uow:
            booking = await uow.bookings.lock(command.booking_id, client_id=caller.account_id)
            is_reviewed = await uow.reviews.exists_for(booking.id)
            report = AbsenceReport.make(booking, await uow.now(), words=command.reason, is_reviewed=is_reviewed)
            await uow.absence_reports.add(report)
            await uow.commit()
        return report
