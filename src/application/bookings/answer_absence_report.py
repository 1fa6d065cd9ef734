"""Answer a client's report of one's absence."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.bookings.settle_absence import settle_absence
from application.identity import NewId
from application.outbox.ports import Nudge
from application.transactions import OpenUnitOfWork, retried
from domain.absences import AbsenceNotOpen


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerAbsenceReportCommand:
    """`attended` says that one was there."""

    booking_id: UUID
    attended: bool
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerAbsenceReport:
    """The consultant of a session answers the report that they did not come.

    Who admits it sends all of the money back; who says that they were there puts the report before an operator.
    """

    open_uow: OpenUnitOfWork
    new_id: NewId
    nudge: Nudge

    async def __call__(self, caller: Caller, command: AnswerAbsenceReportCommand) -> None:
        """Raises `NotFound`, `AbsenceNotOpen` or `Invalid`."""
        await self._answer(caller, command)
        await self.nudge()

    @retried
    async def _answer(self, caller: Caller, command: AnswerAbsenceReportCommand) -> None:
        async with self.open_uow() as uow:
            booking = await uow.bookings.lock(command.booking_id, consultant_id=caller.account_id)
            report = await uow.absence_reports.find(booking.id)
            if report is None:
                raise AbsenceNotOpen
            now = await uow.now()
            if command.attended:
                report.contest(now, words=command.comment)
                await uow.operator_items.add(
                    "absence_contested",
                    subject=str(booking.id),
                    reason="client and consultant each say that the other was not there",
                )
            else:
                report.admit(booking, now, words=command.comment)
            await settle_absence(uow, self.new_id, booking, report)
            await uow.commit()
