"""Slots in PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

import asyncpg

from domain.availability import CapacityBelowSeatsTaken, Slot
from domain.bookings import SlotFull
from domain.time_span import TimeSpan
from infrastructure.postgres.bookings import EXPIRE_LAPSED
from infrastructure.postgres.database import Driver
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.slot_rows import COLUMNS, of_terms, to_slot

ADD = """
INSERT INTO slots (id, consultant_id, status, pattern_id, starts_at, ends_at, capacity, price_amount,
  price_currency, service_id, buffer_before_minutes, buffer_after_minutes)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::timestamptz[], $6::timestamptz[],
  $7::integer[], $8::bigint[], $9::text[], $10::uuid[], $11::integer[], $12::integer[])
"""

LOCK_OWN = f"""
SELECT {COLUMNS} FROM slots s
WHERE s.id = ANY($2::uuid[]) AND s.consultant_id = $1 AND s.status <> 'cancelled'
ORDER BY s.id FOR NO KEY UPDATE
"""

LOCK_BETWEEN = f"""
SELECT {COLUMNS} FROM slots s
WHERE s.consultant_id = $1 AND s.status <> 'cancelled' AND s.occupied && (
  SELECT range_agg(tstzrange(since, until, '[)'))
  FROM unnest($2::timestamptz[], $3::timestamptz[]) AS span (since, until))
ORDER BY s.id FOR NO KEY UPDATE
"""

SAVE = """
UPDATE slots s SET status = new.status, pattern_id = new.pattern_id, starts_at = new.starts_at,
  ends_at = new.ends_at, capacity = new.capacity, price_amount = new.price_amount,
  price_currency = new.price_currency, service_id = new.service_id,
  buffer_before_minutes = new.buffer_before, buffer_after_minutes = new.buffer_after, version = version + 1
FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::integer[],
  $7::bigint[], $8::text[], $9::uuid[], $10::integer[], $11::integer[]) AS new (id, status, pattern_id, starts_at,
  ends_at, capacity, price_amount, price_currency, service_id, buffer_before, buffer_after)
WHERE s.id = new.id
"""

DEFER_OVERLAPS = "SET CONSTRAINTS ex_slots_consultant_overlap DEFERRED"

FIRST_OVERLAP = """
SELECT one.id, other.starts_at, other.ends_at
FROM slots one JOIN slots other ON other.consultant_id = one.consultant_id AND other.id <> one.id
  AND other.occupied && one.occupied
WHERE one.id = ANY ($1::uuid[]) AND one.status <> 'cancelled' AND other.status <> 'cancelled'
  AND coalesce(array_position($1::uuid[], other.id) < array_position($1::uuid[], one.id), true)
ORDER BY array_position($1::uuid[], one.id), other.starts_at LIMIT 1
"""


class SqlSlots:
    """`Slots` on a table. Slots that change are noted in `touched`; of a new one nobody knows yet."""

    def __init__(self, driver: Driver, touched: set[UUID]) -> None:
        self._driver = driver
        self._touched = touched

    async def allow_overlaps_until_commit(self) -> None:
        """Defer the exclusion constraint."""
        await self._driver.execute(DEFER_OVERLAPS)

    async def first_overlapping(self, slot_ids: Sequence[UUID]) -> tuple[UUID, TimeSpan] | None:
        """Ask the index that the constraint stands on."""
        row = await self._driver.fetchrow(FIRST_OVERLAP, list(slot_ids))
        return (row["id"], TimeSpan(row["starts_at"], row["ends_at"])) if row else None

    async def add(self, *slots: Slot) -> None:
        """One statement for all."""
        with translated_faults():
            await self._driver.execute(
                ADD,
                *_columns(
                    (slot.id, slot.consultant_id, slot.status, slot.pattern_id, *of_terms(slot.terms))
                    for slot in slots
                ),
            )

    async def lock_own(self, consultant_id: UUID, slot_ids: Collection[UUID]) -> dict[UUID, Slot]:
        """Lock, expire lapsed holds, and count their seats as free."""
        if not slot_ids:
            return {}
        return await self._as_they_are(await self._driver.fetch(LOCK_OWN, consultant_id, list(slot_ids)))

    async def lock_between(self, consultant_id: UUID, *spans: TimeSpan) -> dict[UUID, Slot]:
        """The same, found by the index that keeps slots apart."""
        rows = await self._driver.fetch(
            LOCK_BETWEEN, consultant_id, [span.starts_at for span in spans], [span.ends_at for span in spans]
        )
        return await self._as_they_are(rows)

    async def save(self, *slots: Slot) -> None:
        """One statement for all."""
        try:
            with translated_faults():
                await self._driver.execute(
                    SAVE,
                    *_columns((slot.id, slot.status, slot.pattern_id, *of_terms(slot.terms)) for slot in slots),
                )
        except SlotFull as refusal:
            raise CapacityBelowSeatsTaken from refusal
        self._touched.update(slot.id for slot in slots)

    async def _as_they_are(self, locked: list[asyncpg.Record]) -> dict[UUID, Slot]:
        """Locked slots after their lapsed holds are expired."""
        lapsed = await self._driver.fetch(EXPIRE_LAPSED, [row["id"] for row in locked], None, None, None)
        freed = Counter(row["slot_id"] for row in lapsed)
        self._touched.update(freed)
        return {row["id"]: to_slot(row, freed[row["id"]]) for row in locked}


def _columns(rows: Iterable[tuple[object, ...]]) -> list[list[object]]:
    """Rows, column by column."""
    return [list(column) for column in zip(*rows, strict=True)]
