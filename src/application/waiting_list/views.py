"""Places in waiting lists as their client sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from application.bookings.views import ConsultantName
from application.money_view import MoneyView
from application.paging import FIRST_PAGE, Page, PageRequest


class WaitingEntryView(msgspec.Struct, frozen=True, kw_only=True):
    """A client's own place in the waiting list of one session.

    `status` is `waiting`, `offered` (take the seat until `offer_expires_at` by booking it), or how it ended:
    `taken`, `lapsed` (the offer was not taken in time), `left`, or `closed` (the session began or was called
    off).
    `position` counts from 1, those with an offer included, and is there as long as one waits.
    """

    id: UUID
    slot_id: UUID
    status: str
    position: int | None
    joined_at: datetime
    offer_expires_at: datetime | None
    starts_at: datetime
    ends_at: datetime
    price: MoneyView
    consultant: ConsultantName
    consultant_time_zone: str
    service: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFilter:
    """What is nothing does not filter; `slot_id` asks for the places in one line."""

    slot_id: UUID | None = None
    page: PageRequest = FIRST_PAGE


class WaitingQueries(Protocol):
    """Reads about waiting lists; one statement each."""

    async def of_client(self, client_id: UUID, wanted: WaitingFilter) -> Page[WaitingEntryView]:
        """A client's own places: offers first, then where they wait, then what is over; the latest first."""
        ...

    async def open_offers(self, client_id: UUID) -> list[WaitingEntryView]:
        """The seats that the client can take now, the offer that ends first in front."""
        ...
