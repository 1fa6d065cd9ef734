"""What the use cases about bookings need of the outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.absences import AbsenceReport
from domain.bookings import Booking, SeatRequest
from domain.consultants import CancellationPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatOffer:
    """A seat request with all of its facts, and what else a booking made from it needs."""

    request: SeatRequest
    policy: CancellationPolicy
    consultant_slug: str
    consultant_name: str
    consultant_time_zone: str
    service: str | None
    now: datetime


class Bookings(Protocol):
    """All bookings."""

    async def lock_seat(self, *, slot_id: UUID, client_id: UUID, apart_from: UUID | None = None) -> SeatOffer:
        """Everything that decides whether the client may take a seat, under lock: account, then slots.

        Expires the lapsed holds of the client and of the slot. The client's booking `apart_from`, which is
        being settled or moved, is neither expired nor in its own way; its slot is locked too. `now` was read
        after the locks. Raises `NotFound` when there is no such slot.
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

    async def lock_of_slot(self, slot_id: UUID) -> list[Booking]:
        """The pending and confirmed bookings of a locked slot, locked."""
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

    async def ended(self, *, before: datetime, limit: int) -> list[UUID]:
        """Confirmed bookings whose session ended before that instant, and of which no absence is reported,
        oldest first; not locked.
        """
        ...


class AbsenceReports(Protocol):
    """All absence reports; lock the booking first."""

    async def find(self, booking_id: UUID) -> AbsenceReport | None:
        """The report of a booking."""
        ...

    async def add(self, report: AbsenceReport) -> None:
        """Store a new report. Raises `AbsenceAlreadyReported`."""
        ...

    async def save(self, report: AbsenceReport) -> None:
        """Store a changed report."""
        ...

    async def overdue(self, *, now: datetime, limit: int) -> list[UUID]:
        """Bookings whose report was not answered in time, oldest first; not locked."""
        ...
