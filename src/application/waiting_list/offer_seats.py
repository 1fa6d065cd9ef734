"""Offer free seats to the people who are in line for them."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from uuid import UUID

from application.transactions import OpenUnitOfWork, retried
from domain.waiting_list import OfferPolicy, WaitingStatus

log = logging.getLogger(__name__)

ROUND = 200


@dataclass(frozen=True, slots=True)
class OfferSeats:
    """Bring every line up to date in which something is to be done.

    - Seats that are free are offered to the first in line, for a limited time.
    - An offer that nobody took passes to the next.
    - Lines of sessions that began or were cancelled end.
    """

    open_uow: OpenUnitOfWork
    policy: OfferPolicy

    async def __call__(self) -> int:
        """How many offers went out. Runs from a schedule; several at once do no harm."""
        async with self.open_uow() as uow:
            slot_ids = await uow.waiting_list.due(now=await uow.now(), limit=ROUND)
        offered = 0
        for slot_id in slot_ids:
            try:
                offered += await self._advance(slot_id)
            except Exception:
                # One that cannot be dealt with must not keep the others from their turn; it stays due.
                log.exception("waiting_list.not_advanced slot=%s", slot_id)
        return offered

    @retried
    async def _advance(self, slot_id: UUID) -> int:
        async with self.open_uow() as uow:
            line = await uow.waiting_list.lock_line(slot_id)
            changed = line.advance(self.policy, await uow.now())
            if changed:
                await uow.waiting_list.save(changed)
                await uow.commit()
        return sum(entry.status is WaitingStatus.OFFERED for entry in changed)
