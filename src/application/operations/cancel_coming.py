"""An operator calls off everything that a suspended account has before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from application.accounts.callers import Caller
from application.bookings.cancel_booking import cancel
from application.identity import NewId
from application.money_view import MoneyView
from application.operations.close_item import Trace, leave_trace
from application.operations.prove_operator import Proof, ProveOperator
from application.operations.suspend_account import lock_as_operator
from application.outbox.ports import Nudge
from application.transactions import OpenUnitOfWork, retried
from domain.bookings import Actor, BookingStatus
from domain.money import Money
from domain.refusals import Refusal
from domain.suspension import require_suspended

MOST_AT_ONCE = 100
"""So many are called off while somebody waits for the answer; the rest of them when it is asked for again."""
CALLED_OFF = (BookingStatus.PENDING, BookingStatus.CONFIRMED)


class ComingChanged(Refusal):
    """It is not what the operator agreed to any more."""

    code = "coming_sessions_changed"
    sentence = "The coming sessions are not the same any more. Look at the new count and sum before you go on."


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingSessions:
    """What of an account's sessions has not begun: those that are called off next, soonest first and at most
    `MOST_AT_ONCE`, what would go back for them, and how many there are in all.
    """

    booking_ids: Sequence[UUID]
    refunds: Sequence[MoneyView]
    count: int

    @property
    def agreement(self) -> str:
        """Count and sums, for saying which of them somebody saw."""
        sums = (f"{refund.currency} {refund.amount}" for refund in self.refunds)
        return "; ".join((str(len(self.booking_ids)), *sums))


class ComingQueries(Protocol):
    """What is still to come."""

    async def coming_sessions(self, account_id: UUID) -> ComingSessions:
        """Of a client or of a consultant; one statement."""
        ...


@dataclass(frozen=True, slots=True)
class CancelComingSessions:
    """Cancel every session that a suspended account has before it, and send all of the money back.

    Each booking is a transaction of its own with its entry in the audit trail, so that what is interrupted goes
    on where it stopped. A booking that changed meanwhile is left as it is.
    """

    open_uow: OpenUnitOfWork
    prove_operator: ProveOperator
    queries: ComingQueries
    new_id: NewId
    nudge: Nudge

    async def __call__(self, caller: Caller, account_id: UUID, agreement: str, proof: Proof) -> int:
        """How many were cancelled. `agreement` is that of the `ComingSessions` that the operator saw.

        Raises `NotFound`, `NotSuspended`, `ComingChanged`, or what the proof lacks.
        """
        note = await self.prove_operator(caller, proof)
        await self._require_suspended(caller, account_id)
        coming = await self.queries.coming_sessions(account_id)
        if coming.agreement != agreement:
            raise ComingChanged
        trace = Trace(caller=caller, note=note, address=proof.address)
        cancelled = [await self._cancel(trace, account_id, booking_id) for booking_id in coming.booking_ids]
        await self.nudge()
        return cancelled.count(True)

    @retried
    async def _require_suspended(self, caller: Caller, account_id: UUID) -> None:
        async with self.open_uow() as uow:
            require_suspended(await lock_as_operator(uow, caller, account_id))

    @retried
    async def _cancel(self, trace: Trace, account_id: UUID, booking_id: UUID) -> bool:
        async with self.open_uow() as uow:
            booking = await uow.bookings.lock(booking_id)
            if booking.status not in CALLED_OFF or booking.span.has_begun(await uow.now()):
                return False
            quote = await cancel(uow, self.new_id, booking, Actor.OPERATOR, reason=None)
            await leave_trace(
                uow,
                trace,
                "cancel-session",
                account=str(account_id),
                booking=str(booking_id),
                **_sum(quote.refund),
            )
            await uow.commit()
        return True


def _sum(refund: Money) -> dict[str, str]:
    return {"amount": str(refund.amount), "currency": refund.currency}
