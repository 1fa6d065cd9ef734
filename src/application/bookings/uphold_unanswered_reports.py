"""Decide absence reports that their consultant did not answer."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from uuid import UUID

from application.bookings.settle_absence import settle_absence
from application.identity import NewId
from application.transactions import OpenUnitOfWork, retried
from domain.absences import AbsenceNotOpen

log = logging.getLogger(__name__)

ROUND = 100


@dataclass(frozen=True, slots=True)
class UpholdUnansweredReports:
    """Silence for 72 hours means that the consultant did not come: all of the money goes back."""

    open_uow: OpenUnitOfWork
    new_id: NewId

    async def __call__(self) -> int:
        """How many reports were decided. Runs from a schedule; several at once do no harm."""
        async with self.open_uow() as uow:
            booking_ids = await uow.absence_reports.overdue(now=await uow.now(), limit=ROUND)
        upheld = 0
        for booking_id in booking_ids:
            try:
                upheld += await self._uphold(booking_id)
            except Exception:
                # One that cannot be dealt with must not keep the others from their turn; it stays due.
                log.exception("absence.not_decided booking=%s", booking_id)
        return upheld

    @retried
    async def _uphold(self, booking_id: UUID) -> bool:
        async with self.open_uow() as uow:
            booking = await uow.bookings.lock(booking_id)
            report = await uow.absence_reports.find(booking_id)
            if report is None:
                return False
            try:
                report.lapse(booking, await uow.now())
            except AbsenceNotOpen:
                return False
            await settle_absence(uow, self.new_id, booking, report)
            await uow.commit()
        return True
