"""Reads for choosing a time of one consultant."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg

from application.consultants.slot_picker import MOST_SLOTS, MOST_TIMES, OfferedTime, PickableSlot
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.discovery import PUBLIC, SLOT
from infrastructure.postgres.queries.free_times import HOLDS_A_SEAT
from infrastructure.postgres.queries.offers import ON_OFFER
from infrastructure.postgres.queries.pages import money
from infrastructure.postgres.queries.seats import SEATS_LEFT

_OFFERED = """
FROM consultant_profiles p JOIN accounts a ON a.id = p.account_id JOIN slots s ON s.consultant_id = p.account_id
"""

TIMES = f"""
SELECT s.starts_at, s.seats_taken + s.people_waiting < s.capacity OR {SEATS_LEFT} > 0 AS is_free
{_OFFERED}
WHERE p.slug = $1 AND {PUBLIC} AND {ON_OFFER} AND ($2::uuid IS NULL OR s.service_id = $2)
ORDER BY s.starts_at, s.id LIMIT {MOST_TIMES}
"""

PICKABLE = f"""
SELECT s.id, {SLOT}, s.consultant_id = $5 AS is_own, own.id AS in_the_way,
  own.slot_id = s.id AS has_own_seat
{_OFFERED}
  LEFT JOIN services service ON service.id = s.service_id
  LEFT JOIN LATERAL (
    SELECT b.id, b.slot_id FROM bookings b
    WHERE {HOLDS_A_SEAT % {"client": "$5::uuid"}}
      AND tstzrange(b.starts_at, b.ends_at, '[)') && tstzrange(s.starts_at, s.ends_at, '[)')
    ORDER BY b.slot_id <> s.id LIMIT 1
  ) own ON true
WHERE p.slug = $1 AND {PUBLIC} AND {ON_OFFER} AND s.starts_at >= $2 AND s.starts_at < $3
  AND ($4::uuid IS NULL OR s.service_id = $4)
ORDER BY s.starts_at, s.id LIMIT {MOST_SLOTS}
"""


class SqlSlotPickerQueries:
    """`SlotPickerQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def times(self, slug: str, *, service_id: UUID | None = None) -> list[OfferedTime]:
        """By the index of a consultant's slots."""
        with translated_faults():
            rows = await self._database.pool.fetch(TIMES, slug, service_id)
        return [OfferedTime(row["starts_at"], row["is_free"]) for row in rows]

    async def slots(
        self,
        slug: str,
        *,
        since: datetime,
        until: datetime,
        service_id: UUID | None = None,
        viewer_id: UUID | None = None,
    ) -> list[PickableSlot]:
        """With what is in the viewer's way."""
        with translated_faults():
            rows = await self._database.pool.fetch(PICKABLE, slug, since, until, service_id, viewer_id)
        return [_pickable(row) for row in rows]


def _pickable(row: asyncpg.Record) -> PickableSlot:
    return PickableSlot(
        id=row["id"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        capacity=row["capacity"],
        seats_left=row["seats_left"],
        price=money(row),
        service=row["service"],
        service_id=row["service_id"],
        is_own=row["is_own"] or False,
        in_the_way=row["in_the_way"],
        has_own_seat=row["has_own_seat"] or False,
    )
