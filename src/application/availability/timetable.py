"""A consultant's timetable: sessions and who comes to them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec


class Attendance(msgspec.Struct, frozen=True, kw_only=True):
    """One seat-holding booking of a session."""

    booking_id: UUID
    client_name: str
    status: str


class TimetableSession(msgspec.Struct, frozen=True, kw_only=True):
    """A slot in a timetable. `attendances` are in the order in which they were booked."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    status: str
    service: str | None
    max_slots: int
    people_waiting: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    attendances: list[Attendance]

    @property
    def seats_taken(self) -> int:
        """Those held for a payment included."""
        return len(self.attendances)

    @property
    def seats_held(self) -> int:
        """Taken ones that wait for their payment."""
        return sum(attendance.status == "pending" for attendance in self.attendances)


class TimetableQueries(Protocol):
    """Reads of timetables; one statement each."""

    async def between(self, consultant_id: UUID, since: datetime, until: datetime) -> list[TimetableSession]:
        """Sessions that start in that time, soonest first; cancelled ones left out."""
        ...
