"""Tell everybody who comes to a session where it takes place."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.transactions import OpenUnitOfWork, retried
from domain.bookings import BookingStatus, MeetingLink, NobodyConfirmed
from domain.refusals import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSessionLinkCommand:
    """`link` is an absolute https address; `platform` is the name of the place."""

    slot_id: UUID
    platform: str
    link: str


@dataclass(frozen=True, slots=True)
class SetSessionLink:
    """Set or replace the meeting link of all confirmed bookings of one's own session at once (rule 7).

    Whoever is confirmed later gets it when it is set again.
    """

    open_uow: OpenUnitOfWork

    @retried
    async def __call__(self, caller: Caller, command: SetSessionLinkCommand) -> int:
        """How many bookings have it now. Raises `Invalid`, `NotFound` or `NobodyConfirmed`."""
        meeting = MeetingLink(platform=command.platform.strip(), url=command.link.strip())
        async with self.open_uow() as uow:
            if command.slot_id not in await uow.slots.lock_own(caller.account_id, [command.slot_id]):
                raise NotFound
            bookings = await uow.bookings.lock_of_slot(command.slot_id)
            confirmed = [booking for booking in bookings if booking.status is BookingStatus.CONFIRMED]
            if not confirmed:
                raise NobodyConfirmed
            for booking in confirmed:
                booking.meet_at(meeting)
                await uow.bookings.save(booking)
            await uow.commit()
        return len(confirmed)
