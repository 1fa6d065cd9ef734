"""Complete sessions that nobody said anything about."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from application.bookings.disputes import is_disputed
from application.transactions import OpenUnitOfWork, retried
from domain.bookings import Actor, BookingStatus

log = logging.getLogger(__name__)

ROUND = 100


@dataclass(frozen=True, slots=True)
class CompleteEndedSessions:
    """Confirmed bookings become completed some time after their session's end.

    Until then the consultant can say that the client did not come. Those of which an absence is reported wait
    for what becomes of the report.
    """

    open_uow: OpenUnitOfWork
    grace: timedelta

    async def __call__(self) -> int:
        """How many bookings were completed. Runs from a schedule; several at once do no harm."""
        async with self.open_uow() as uow:
            booking_ids = await uow.bookings.ended(before=await uow.now() - self.grace, limit=ROUND)
        completed = 0
        for booking_id in booking_ids:
            try:
                completed += await self._complete(booking_id)
            except Exception:
                # One that cannot be dealt with must not keep the others from their turn; it stays due.
                log.exception("session.not_completed booking=%s", booking_id)
        return completed

    @retried
    async def _complete(self, booking_id: UUID) -> bool:
        async with self.open_uow() as uow:
            booking = await uow.bookings.lock(booking_id)
            now = await uow.now()
            is_due = booking.status is BookingStatus.CONFIRMED and booking.span.is_over(now - self.grace)
            if not is_due or await is_disputed(uow, booking_id):
                return False
            booking.complete(now, actor=Actor.SYSTEM)
            await uow.bookings.save(booking)
            await uow.commit()
        return True
