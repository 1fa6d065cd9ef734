"""What the use cases about bookings need of the outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.bookings import Booking, SeatRequest
from domain.consultants import CancellationPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatOffer:
    """A seat request with all of its facts, and what else a booking made from it needs."""

    request: SeatRequest
    policy: CancellationPolicy
    consultant_slug: str
    consultant_name: str
    now: datetime


class Bookings(Protocol):
    """All bookings."""

    async def lock_seat(self, *, slot_id: UUID, client_id: UUID, settling: UUID | None = None) -> SeatOffer:
        """Everything that decides whether the client may take a seat, under lock: account, then slots.

        Expires the lapsed holds of the client and of the slot, the booking being settled excepted. `now`
        was read after the locks. Raises `NotFound` when there is no such slot.
        """
        ...

    async def get(self, booking_id: UUID, *, client_id: UUID | None = None) -> Booking:
        """A booking, unlocked: a hint only. Raises `NotFound`, also when it is not that client's."""
        ...

    async def lock(
        self, booking_id: UUID, *, client_id: UUID | None = None, consultant_id: UUID | None = None
    ) -> Booking:
        """A booking, locked after its slot. Raises `NotFound`, also when it is not that client's or
        consultant's.
        """
        ...

    async def add(self, booking: Booking) -> None:
        """Store a new booking with its history.

        Raises `SlotFull`, `BookingOverlap`, `AlreadyBooked` or `SlotNotOpen`, should another path have
        come first.
        """
        ...

    async def save(self, booking: Booking) -> None:
        """Store a changed booking with its new history. Raises as `add` does."""
        ...

    async def lapsed(self, *, before: datetime, limit: int) -> list[UUID]:
        """Pending bookings whose hold ended before that instant, oldest first; not locked."""
        ...
