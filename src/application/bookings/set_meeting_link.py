"""Tell a client where the session takes place."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.transactions import OpenUnitOfWork, retried
from domain.bookings import MeetingLink


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMeetingLinkCommand:
    """`link` is an absolute https address; `platform` is the name of the place."""

    booking_id: UUID
    platform: str
    link: str


@dataclass(frozen=True, slots=True)
class SetMeetingLink:
    """Set or replace the meeting link of a confirmed booking, by that booking's consultant (rule 7)."""

    open_uow: OpenUnitOfWork

    @retried
    async def __call__(self, caller: Caller, command: SetMeetingLinkCommand) -> None:
        """Raises `Invalid`, `NotFound` or `BookingNotConfirmed`."""
        meeting = MeetingLink(platform=command.platform.strip(), url=command.link.strip())
        async with self.open_uow() as uow:
            booking = await uow.bookings.lock(command.booking_id, consultant_id=caller.account_id)
            booking.meet_at(meeting)
            await uow.bookings.save(booking)
            await uow.commit()
