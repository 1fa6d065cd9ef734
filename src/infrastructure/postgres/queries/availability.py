"""Reads about a consultant's own slots."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg

from application.availability.views import AvailabilityView
from application.paging import Page, PageRequest
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.pages import key_of, money, page_of
from infrastructure.postgres.queries.seats import LAPSED_HOLDS

COLUMNS = f"""
s.id, s.starts_at, s.ends_at, s.capacity, s.seats_taken - {LAPSED_HOLDS} AS seats_taken, s.price_amount,
s.price_currency, s.status, s.service_id, s.pattern_id, s.buffer_before_minutes, s.buffer_after_minutes,
s.people_waiting, s.version
"""

OWN_SLOTS = f"""
SELECT {COLUMNS} FROM slots s
WHERE s.consultant_id = $1 AND s.status <> 'cancelled'
  AND ($3::timestamptz IS NULL OR s.starts_at >= $3) AND ($4::timestamptz IS NULL OR s.starts_at < $4)
  AND ($5::text IS NULL OR (s.starts_at, s.id) > ($5::text::timestamptz, $6::text::uuid))
ORDER BY s.starts_at, s.id LIMIT $2
"""

OWN_SLOT = f"SELECT {COLUMNS} FROM slots s WHERE s.consultant_id = $1 AND s.id = $2 AND s.status <> 'cancelled'"


class SqlAvailabilityQueries:
    """`AvailabilityQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def own_slots(
        self, consultant_id: UUID, *, since: datetime | None, until: datetime | None, page: PageRequest
    ) -> Page[AvailabilityView]:
        """By time."""
        with translated_faults():
            rows = await self._database.pool.fetch(
                OWN_SLOTS, consultant_id, page.limit + 1, since, until, *key_of(page)
            )
        return page_of(rows, page, _slot, ("starts_at", "id"))

    async def own_slot(self, consultant_id: UUID, slot_id: UUID) -> AvailabilityView | None:
        """One slot."""
        with translated_faults():
            row = await self._database.pool.fetchrow(OWN_SLOT, consultant_id, slot_id)
        return _slot(row) if row else None


def _slot(row: asyncpg.Record) -> AvailabilityView:
    return AvailabilityView(
        id=row["id"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        max_slots=row["capacity"],
        seats_taken=row["seats_taken"],
        price=money(row),
        status=row["status"],
        service_id=row["service_id"],
        pattern_id=row["pattern_id"],
        buffer_before_minutes=row["buffer_before_minutes"],
        buffer_after_minutes=row["buffer_after_minutes"],
        people_waiting=row["people_waiting"],
        version=row["version"],
    )
