"""Reads of a consultant's timetable."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from application.availability.timetable import Attendance, TimetableSession
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults

BETWEEN = """
SELECT s.id, s.starts_at, s.ends_at, s.status, service.name AS service, s.capacity, s.people_waiting,
  s.buffer_before_minutes, s.buffer_after_minutes,
  (SELECT coalesce(json_agg(json_build_object('booking_id', b.id,
      'client_name', c.first_name || ' ' || c.last_name,
      'status', b.status) ORDER BY b.created_at, b.id), '[]')
    FROM bookings b JOIN accounts c ON c.id = b.client_id
    WHERE b.slot_id = s.id AND (b.status IN ('confirmed', 'completed', 'no_show')
      OR b.status = 'pending' AND b.hold_expires_at > clock_timestamp())) AS attendances
FROM slots s LEFT JOIN services service ON service.id = s.service_id
WHERE s.consultant_id = $1 AND s.starts_at >= $2 AND s.starts_at < $3 AND s.status <> 'cancelled'
ORDER BY s.starts_at, s.id
"""

_attendances = msgspec.json.Decoder(list[Attendance])


class SqlTimetableQueries:
    """`TimetableQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def between(self, consultant_id: UUID, since: datetime, until: datetime) -> list[TimetableSession]:
        """With the names of those who come."""
        with translated_faults():
            rows = await self._database.pool.fetch(BETWEEN, consultant_id, since, until)
        return [
            TimetableSession(
                id=row["id"],
                starts_at=row["starts_at"],
                ends_at=row["ends_at"],
                status=row["status"],
                service=row["service"],
                max_slots=row["capacity"],
                people_waiting=row["people_waiting"],
                buffer_before_minutes=row["buffer_before_minutes"],
                buffer_after_minutes=row["buffer_after_minutes"],
                attendances=_attendances.decode(row["attendances"]),
            )
            for row in rows
        ]
