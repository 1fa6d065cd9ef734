"""Free times of one consultant, as a client who looks for another one sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from application.money_view import MoneyView
from application.paging import FIRST_PAGE, Page, PageRequest

NEAREST = 3


class FreeTimeView(msgspec.Struct, frozen=True, kw_only=True):
    """A slot in which a seat is free, and which nothing forbids the client to take."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    seats_left: int
    price: MoneyView
    service: str | None


class FreeTimeQueries(Protocol):
    """Slots of published consultants that keep the consultant's limits, have a seat that nobody in line has a
    claim on, and do not overlap another session of the client.
    """

    async def near(self, slot_id: UUID, client_id: UUID | None = None) -> list[FreeTimeView]:
        """The nearest to a slot of the same consultant, at any price: three at most, soonest first."""
        ...

    async def to_move_to(
        self, client_id: UUID, booking_id: UUID, *, slot_id: UUID | None = None, page: PageRequest = FIRST_PAGE
    ) -> Page[FreeTimeView]:
        """Where a client's own booking can move to, soonest first: same consultant, same price. With a slot, only
        that one.
        """
        ...
