"""Get in line for a full session."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.bookings.ports import SeatOffer
from application.bookings.views import ConsultantName
from application.identity import NewId
from application.money_view import MoneyView
from application.transactions import OpenUnitOfWork, retried
from application.waiting_list.views import WaitingEntryView, WaitingFilter, WaitingQueries
from domain.refusals import Refusal
from domain.waiting_list import WaitingEntry


@dataclass(frozen=True, slots=True)
class JoinWaitingList:
    """Wait for a seat of a session that is full.

    - Open to clients, as long as the session could be booked but for its being full.
    - First come, first served: when a seat comes free, the first in line is offered it for a limited time,
      then the next. Nobody else can take it meanwhile. The offer is taken by booking the session.
    - One place in line for each client and session.
    """

    open_uow: OpenUnitOfWork
    new_id: NewId
    waiting_queries: WaitingQueries

    async def __call__(self, caller: Caller, slot_id: UUID, *, entry_id: UUID | None = None) -> WaitingEntryView:
        """The new place. Raises `AlreadyWaiting`, `SlotNotFull`, `NotFound`, or what forbids to book the slot.

        `entry_id` is given by callers who ask again when they heard nothing: a place of theirs under that id is
        what they got the first time.
        """
        try:
            return await self._join(caller, slot_id, entry_id or self.new_id())
        except Refusal:
            places = await self._places(caller, slot_id) if entry_id else []
            had_before = next((place for place in places if place.id == entry_id), None)
            if had_before is None:
                raise
            return had_before

    @retried
    async def _join(self, caller: Caller, slot_id: UUID, entry_id: UUID) -> WaitingEntryView:
        async with self.open_uow() as uow:
            offer = await uow.bookings.lock_seat(slot_id=slot_id, client_id=caller.account_id)
            entry = WaitingEntry.join(offer.request, entry_id=entry_id, now=offer.now)
            await uow.waiting_list.add(entry)
            await uow.commit()
        return _view(entry, offer)

    async def _places(self, caller: Caller, slot_id: UUID) -> list[WaitingEntryView]:
        return (await self.waiting_queries.of_client(caller.account_id, WaitingFilter(slot_id=slot_id))).items


def _view(entry: WaitingEntry, offer: SeatOffer) -> WaitingEntryView:
    slot = offer.request.slot
    return WaitingEntryView(
        id=entry.id,
        slot_id=slot.id,
        status=entry.status,
        position=slot.people_waiting + 1,
        joined_at=entry.joined_at,
        offer_expires_at=None,
        starts_at=slot.span.starts_at,
        ends_at=slot.span.ends_at,
        price=MoneyView(slot.terms.price.amount, slot.terms.price.currency),
        consultant=ConsultantName(offer.consultant_slug, offer.consultant_name),
        consultant_time_zone=offer.consultant_time_zone,
        service=offer.service,
    )
