"""Take a seat in a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from application.accounts.callers import Caller
from application.bookings.ports import SeatOffer
from application.bookings.views import BookingQueries, BookingView, ConsultantName
from application.fault_points import FaultPoint, reached
from application.identity import NewId
from application.money_view import MoneyView
from application.transactions import OpenUnitOfWork, retried
from domain.bookings import Booking, HoldPolicy
from domain.commission import Commission
from domain.refusals import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveSeatCommand:
    """Which slot, and what the client wants to talk about.

    `booking_id` is given by callers who ask again when they heard nothing: a booking of theirs under that id is
    what they got the first time.
    """

    slot_id: UUID
    reason: str
    booking_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReserveSeat:
    """Hold one seat of a slot for a client until it is paid for.

    - Open to clients, for open slots of published consultants, until the session begins.
    - A free session is confirmed at once; any other seat is held for the hold time.
    - One seat per client and slot; none that overlaps another session of the client.
    - The consultant's limits hold: minimum notice, how far ahead, sessions per day.
    - Seats that come free belong to the waiting list first; taking one ends one's own place in line.
    - The price, the commission and the cancellation policy are fixed now, whatever happens to the slot later.
    """

    open_uow: OpenUnitOfWork
    new_id: NewId
    hold: HoldPolicy
    commission: Commission
    booking_queries: BookingQueries

    async def __call__(self, caller: Caller, command: ReserveSeatCommand) -> BookingView:
        """The booking. Raises the refusal of the first rule that is broken, `NotFound` or `Invalid`."""
        try:
            booking = await self._reserve(caller, command)
        except Refusal:
            made_before = await self._made_before(caller, command.booking_id)
            if made_before is None:
                raise
            return made_before
        await reached(FaultPoint.AFTER_HOLD_COMMIT)
        return booking

    @retried
    async def _reserve(self, caller: Caller, command: ReserveSeatCommand) -> BookingView:
        async with self.open_uow() as uow:
            offer = await uow.bookings.lock_seat(slot_id=command.slot_id, client_id=caller.account_id)
            booking = Booking.reserve(
                offer.request,
                booking_id=command.booking_id or self.new_id(),
                reason=command.reason,
                policy=offer.policy,
                hold=self.hold,
                now=offer.now,
                commission=self.commission,
            )
            await uow.bookings.add(booking)
            if offer.request.is_in_line:
                await uow.waiting_list.take_place(slot_id=booking.slot_id, client_id=booking.client_id)
            await uow.commit()
        return _view(booking, offer, offer.now)

    async def _made_before(self, caller: Caller, booking_id: UUID | None) -> BookingView | None:
        if booking_id is None:
            return None
        details = await self.booking_queries.details(caller.account_id, booking_id)
        if details is None:
            return None
        return BookingView(**{name: getattr(details, name) for name in BookingView.__struct_fields__})


def _view(booking: Booking, offer: SeatOffer, created_at: datetime) -> BookingView:
    return BookingView(
        id=booking.id,
        slot_id=booking.slot_id,
        status=booking.status,
        starts_at=booking.span.starts_at,
        ends_at=booking.span.ends_at,
        consultant=ConsultantName(offer.consultant_slug, offer.consultant_name),
        consultant_time_zone=offer.consultant_time_zone,
        service=offer.service,
        reason_for_session=booking.reason,
        price=MoneyView(booking.price.amount, booking.price.currency),
        cancellation_policy=booking.policy,
        hold_expires_at=booking.hold_expires_at,
        meeting_platform=None,
        meeting_link=None,
        absent=None,
        created_at=created_at,
    )
