"""Slots in PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from uuid import UUID

from domain.availability import CapacityBelowSeatsTaken, Slot
from domain.bookings import SlotFull
from infrastructure.postgres.bookings import EXPIRE_LAPSED, to_slot
from infrastructure.postgres.database import Driver
from infrastructure.postgres.faults import translated_faults

SLOT_COLUMNS = (
    "id, consultant_id, starts_at, ends_at, capacity, seats_taken, price_amount, price_currency, status, version"
)

ADD = """
INSERT INTO slots (id, consultant_id, starts_at, ends_at, capacity, price_amount, price_currency, status)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""

LOCK_OWN = f"""
SELECT {SLOT_COLUMNS} FROM slots
WHERE id = ANY($2::uuid[]) AND consultant_id = $1 AND status <> 'cancelled'
ORDER BY id FOR NO KEY UPDATE
"""

SAVE = """
UPDATE slots SET starts_at = $2, ends_at = $3, capacity = $4, price_amount = $5, price_currency = $6, status = $7,
  version = version + 1
WHERE id = $1
"""


DEFER_OVERLAPS = "SET CONSTRAINTS ex_slots_consultant_overlap DEFERRED"

FIRST_OVERLAP = """
SELECT one.id FROM slots one JOIN slots other ON other.consultant_id = one.consultant_id AND other.id <> one.id
  AND tstzrange(other.starts_at, other.ends_at, '[)') && tstzrange(one.starts_at, one.ends_at, '[)')
WHERE one.id = ANY ($1::uuid[]) AND one.status <> 'cancelled' AND other.status <> 'cancelled'
  AND coalesce(array_position($1::uuid[], other.id) < array_position($1::uuid[], one.id), true)
ORDER BY array_position($1::uuid[], one.id) LIMIT 1
"""


class SqlSlots:
    """`Slots` on a table."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def allow_overlaps_until_commit(self) -> None:
        """Defer the exclusion constraint."""
        await self._driver.execute(DEFER_OVERLAPS)

    async def first_overlapping(self, slot_ids: Sequence[UUID]) -> UUID | None:
        """Ask the index that the constraint stands on."""
        overlapping: UUID | None = await self._driver.fetchval(FIRST_OVERLAP, list(slot_ids))
        return overlapping

    async def add(self, slot: Slot) -> None:
        """Insert one."""
        terms = slot.terms
        with translated_faults():
            await self._driver.execute(
                ADD,
                slot.id,
                slot.consultant_id,
                terms.span.starts_at,
                terms.span.ends_at,
                terms.capacity,
                terms.price.amount,
                terms.price.currency,
                slot.status,
            )

    async def lock_own(self, consultant_id: UUID, slot_ids: Collection[UUID]) -> dict[UUID, Slot]:
        """Lock, expire lapsed holds, and count their seats as free."""
        if not slot_ids:
            return {}
        rows = await self._driver.fetch(LOCK_OWN, consultant_id, list(slot_ids))
        lapsed = await self._driver.fetch(EXPIRE_LAPSED, [row["id"] for row in rows], None, None, None)
        freed = Counter(row["slot_id"] for row in lapsed)
        return {row["id"]: to_slot(row, freed[row["id"]]) for row in rows}

    async def save(self, slot: Slot) -> None:
        """Write a locked slot back, one version further."""
        terms = slot.terms
        try:
            with translated_faults():
                await self._driver.execute(
                    SAVE,
                    slot.id,
                    terms.span.starts_at,
                    terms.span.ends_at,
                    terms.capacity,
                    terms.price.amount,
                    terms.price.currency,
                    slot.status,
                )
        except SlotFull as refusal:
            raise CapacityBelowSeatsTaken from refusal
