"""Decide between a client and a consultant who each say that the other was not there."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.bookings.settle_absence import settle_absence
from application.identity import NewId
from application.outbox.ports import Nudge
from application.transactions import OpenUnitOfWork, retried
from domain.absences import AbsenceNotOpen
from domain.accounts import Role
from domain.refusals import NotFound


@dataclass(frozen=True, slots=True)
class DecideAbsenceReport:
    """An operator upholds a report, so that all of the money goes back, or dismisses it. Each leaves a trace in
    the audit trail.
    """

    open_uow: OpenUnitOfWork
    new_id: NewId
    nudge: Nudge

    async def __call__(self, caller: Caller, booking_id: UUID, *, upheld: bool) -> None:
        """Raises `NotFound` or `AbsenceNotOpen`."""
        await self._decide(caller, booking_id, upheld=upheld)
        await self.nudge()

    @retried
    async def _decide(self, caller: Caller, booking_id: UUID, *, upheld: bool) -> None:
        if caller.role is not Role.OPERATOR:
            raise NotFound
        async with self.open_uow() as uow:
            booking = await uow.bookings.lock(booking_id)
            report = await uow.absence_reports.find(booking_id)
            if report is None:
                raise AbsenceNotOpen
            report.decide(booking, await uow.now(), upheld=upheld)
            await settle_absence(uow, self.new_id, booking, report)
            await uow.operator_items.resolve("absence_contested", subject=str(booking_id))
            await uow.audit.add(
                "absence_upheld" if upheld else "absence_dismissed",
                account_id=caller.account_id,
                booking=str(booking_id),
            )
            await uow.commit()
