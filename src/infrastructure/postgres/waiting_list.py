"""Waiting lists in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import asyncpg

from domain.refusals import NotFound
from domain.waiting_list import Line, WaitingEntry, WaitingStatus
from infrastructure.postgres.database import Driver
from infrastructure.postgres.slot_rows import COLUMNS as SLOT_COLUMNS
from infrastructure.postgres.slot_rows import to_slot

COLUMNS = "w.id, w.slot_id, w.client_id, w.status, w.joined_at, w.offer_expires_at"

ADD = """
INSERT INTO waiting_entries (id, slot_id, client_id, status, joined_at) VALUES ($1, $2, $3, $4, $5)
"""

LOCK = f"""
WITH slot AS MATERIALIZED (
  SELECT id FROM slots WHERE id = (SELECT slot_id FROM waiting_entries WHERE id = $1 AND client_id = $2)
  FOR NO KEY UPDATE
)
SELECT {COLUMNS}, a.status = 'active' AS client_is_active
FROM slot JOIN waiting_entries w ON w.slot_id = slot.id JOIN accounts a ON a.id = w.client_id
WHERE w.id = $1 FOR NO KEY UPDATE OF w
"""

LOCK_SLOT = f"""
SELECT {SLOT_COLUMNS}, p.is_published AND a.status = 'active' AS takes_bookings
FROM slots s JOIN consultant_profiles p ON p.account_id = s.consultant_id JOIN accounts a ON a.id = s.consultant_id
WHERE s.id = $1 FOR NO KEY UPDATE OF s
"""

IN_LINE = f"""
SELECT {COLUMNS}, a.status = 'active' AS client_is_active
FROM waiting_entries w JOIN accounts a ON a.id = w.client_id
WHERE w.slot_id = $1 AND w.status IN ('waiting', 'offered') ORDER BY w.joined_at, w.id
"""
"""A statement of its own, because only what is read after the slot's lock is how things stand."""

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
  SELECT w.slot_id, count(*) AS people, count(*) FILTER (WHERE w.status = 'offered') AS offered,
    bool_or(w.offer_expires_at <= $1) AS has_lapsed, bool_or(a.status <> 'active') AS has_absent
  FROM waiting_entries w JOIN accounts a ON a.id = w.client_id
  WHERE w.status IN ('waiting', 'offered') GROUP BY w.slot_id
) line JOIN slots s ON s.id = line.slot_id
  JOIN consultant_profiles p ON p.account_id = s.consultant_id JOIN accounts a ON a.id = s.consultant_id
WHERE line.has_lapsed OR line.has_absent OR s.status = 'cancelled' OR s.starts_at <= $1
  OR line.offered <> least(line.people, CASE WHEN s.status = 'open' AND p.is_published AND a.status = 'active'
    THEN s.capacity - s.seats_taken ELSE 0 END)
ORDER BY s.starts_at, s.id LIMIT $2
"""
"""Exactly the lines in which `Line.advance` changes something; whatever else were here would be here for ever."""


class SqlWaitingList:
    """`WaitingList` on a table; a trigger counts the people in line on their slot, which is noted in `touched`."""

    def __init__(self, driver: Driver, touched: set[UUID]) -> None:
        self._driver = driver
        self._touched = touched

    async def add(self, entry: WaitingEntry) -> None:
        """Insert one."""
        await self._driver.execute(ADD, entry.id, entry.slot_id, entry.client_id, entry.status, entry.joined_at)
        self._touched.add(entry.slot_id)

    async def lock(self, entry_id: UUID, *, client_id: UUID) -> WaitingEntry:
        """One statement that locks the slot, then the entry."""
        row = await self._driver.fetchrow(LOCK, entry_id, client_id)
        if row is None:
            raise NotFound
        return _to_entry(row)

    async def lock_line(self, slot_id: UUID) -> Line:
        """Two statements: the lock, then what it makes safe to read."""
        row = await self._driver.fetchrow(LOCK_SLOT, slot_id)
        if row is None:
            raise NotFound
        return Line(
            slot=to_slot(row),
            consultant_takes_bookings=row["takes_bookings"],
            entries=[_to_entry(entry) for entry in await self._driver.fetch(IN_LINE, slot_id)],
        )

    async def save(self, entries: Iterable[WaitingEntry]) -> None:
        """One statement for all."""
        changed = list(entries)
        await self._driver.execute(
            SAVE,
            [entry.id for entry in changed],
            [entry.status for entry in changed],
            [entry.offer_expires_at for entry in changed],
        )
        self._touched.update(entry.slot_id for entry in changed)

    async def take_place(self, *, slot_id: UUID, client_id: UUID) -> None:
        """One statement."""
        await self._driver.execute(TAKE_PLACE, slot_id, client_id)
        self._touched.add(slot_id)

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
        client_is_active=row["client_is_active"],
    )
