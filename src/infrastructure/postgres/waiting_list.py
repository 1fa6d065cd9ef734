"""Waiting lists in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import asyncpg

from domain.refusals import NotFound
from domain.waiting_list import WaitingEntry, WaitingStatus
from infrastructure.postgres.database import Driver

COLUMNS = "w.id, w.slot_id, w.client_id, w.status, w.joined_at, w.offer_expires_at"

ADD = """
INSERT INTO waiting_entries (id, slot_id, client_id, status, joined_at) VALUES ($1, $2, $3, $4, $5)
"""

GET = f"SELECT {COLUMNS} FROM waiting_entries w WHERE w.id = $1 AND w.client_id = $2"

LINE = f"""
SELECT {COLUMNS} FROM waiting_entries w
WHERE w.slot_id = $1 AND w.status IN ('waiting', 'offered') ORDER BY w.joined_at, w.id
"""

SAVE = """
UPDATE waiting_entries w SET status = changed.status, offer_expires_at = changed.offer_expires_at
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS changed (id, status, offer_expires_at)
WHERE w.id = changed.id
"""

TAKE_PLACE = """
UPDATE waiting_entries SET status = 'taken'
WHERE slot_id = $1 AND client_id = $2 AND status IN ('waiting', 'offered')
"""

DUE = """
SELECT s.id FROM (
  SELECT slot_id, count(*) FILTER (WHERE status = 'offered') AS offered,
    count(*) FILTER (WHERE status = 'waiting') AS waiting,
    coalesce(bool_or(offer_expires_at <= $1), false) AS has_lapsed
  FROM waiting_entries WHERE status IN ('waiting', 'offered') GROUP BY slot_id
) line JOIN slots s ON s.id = line.slot_id
WHERE line.has_lapsed OR s.status <> 'open' OR s.starts_at <= $1
  OR line.waiting > 0 AND s.capacity - s.seats_taken > line.offered
ORDER BY s.starts_at LIMIT $2
"""


class SqlWaitingList:
    """`WaitingList` on a table; a trigger counts the people in line on their slot."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def add(self, entry: WaitingEntry) -> None:
        """Insert one."""
        await self._driver.execute(ADD, entry.id, entry.slot_id, entry.client_id, entry.status, entry.joined_at)

    async def get(self, entry_id: UUID, *, client_id: UUID) -> WaitingEntry:
        """By id, unlocked."""
        row = await self._driver.fetchrow(GET, entry_id, client_id)
        if row is None:
            raise NotFound
        return _to_entry(row)

    async def line(self, slot_id: UUID) -> list[WaitingEntry]:
        """By the time at which they joined."""
        return [_to_entry(row) for row in await self._driver.fetch(LINE, slot_id)]

    async def save(self, entries: Iterable[WaitingEntry]) -> None:
        """One statement for all."""
        changed = list(entries)
        await self._driver.execute(
            SAVE,
            [entry.id for entry in changed],
            [entry.status for entry in changed],
            [entry.offer_expires_at for entry in changed],
        )

    async def take_place(self, *, slot_id: UUID, client_id: UUID) -> None:
        """One statement."""
        await self._driver.execute(TAKE_PLACE, slot_id, client_id)

    async def due(self, *, now: datetime, limit: int) -> list[UUID]:
        """Soonest session first."""
        return [row["id"] for row in await self._driver.fetch(DUE, now, limit)]


def _to_entry(row: asyncpg.Record) -> WaitingEntry:
    return WaitingEntry(
        id=row["id"],
        slot_id=row["slot_id"],
        client_id=row["client_id"],
        status=WaitingStatus(row["status"]),
        joined_at=row["joined_at"],
        offer_expires_at=row["offer_expires_at"],
    )
