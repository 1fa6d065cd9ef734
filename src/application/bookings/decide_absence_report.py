"""Decide between a client and a consultant who each say that the other was not there."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.bookings.settle_absence import settle_absence
from application.identity import NewId
from application.operations.close_item import Trace, leave_trace
from application.operations.prove_operator import Proof, ProveOperator
from application.outbox.ports import Nudge
from application.transactions import OpenUnitOfWork, retried
from domain.absences import AbsenceNotOpen

CONTESTED = "absence_contested"
"""On the operators' list: both sides tell another story."""


@dataclass(frozen=True, slots=True)
class DecideAbsenceReport:
    """An operator upholds a report, so that all of the money goes back, or dismisses it. Each leaves a trace in
    the audit trail.
    """

    open_uow: OpenUnitOfWork
    prove_operator: ProveOperator
    new_id: NewId
    nudge: Nudge

    async def __call__(self, caller: Caller, booking_id: UUID, proof: Proof, *, upheld: bool) -> None:
        """Raises `NotFound`, `AbsenceNotOpen`, or what the proof lacks."""
        note = await self.prove_operator(caller, proof)
        await self._decide(Trace(caller=caller, note=note, address=proof.address), booking_id, upheld=upheld)
        await self.nudge()

    @retried
    async def _decide(self, trace: Trace, booking_id: UUID, *, upheld: bool) -> None:
        async with self.open_uow() as uow:
            booking = await uow.bookings.lock(booking_id)
            report = await uow.absence_reports.find(booking_id)
            if report is None:
                raise AbsenceNotOpen
            report.decide(booking, await uow.now(), upheld=upheld)
            await settle_absence(uow, self.new_id, booking, report)
            resolution = "upheld" if upheld else "dismissed"
            await uow.operator_items.close_about(
                CONTESTED,
                subject=str(booking_id),
                by=trace.caller.account_id,
                resolution=resolution,
                note=trace.note,
            )
            await leave_trace(uow, trace, f"absence_{resolution}", booking=str(booking_id))
            await uow.commit()
