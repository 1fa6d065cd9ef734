"""How slots stand, for those who watch them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

import asyncpg

from application.live_seats import SeatChange
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.seats import SEATS_LEFT

_STANDING = f"""
s.id, {SEATS_LEFT} AS seats_left,
CASE WHEN s.status = 'open' AND s.starts_at <= clock_timestamp() THEN 'closed' ELSE s.status END AS status
"""

PRESENT = f"""
SELECT standing.* FROM consultant_profiles p JOIN accounts a ON a.id = p.account_id
  LEFT JOIN LATERAL (
    SELECT {_STANDING} FROM slots s WHERE s.id = ANY ($2::uuid[]) AND s.consultant_id = p.account_id
  ) standing ON true
WHERE p.slug = $1 AND p.is_published AND a.status = 'active'
"""
"""One row without a slot when there are none of them, none when there is no such consultant."""

CHANGED = f"""
SELECT p.slug, {_STANDING}
FROM slots s JOIN consultant_profiles p ON p.account_id = s.consultant_id JOIN accounts a ON a.id = s.consultant_id
WHERE s.id = ANY ($1::uuid[]) AND p.slug = ANY ($2::text[]) AND p.is_published AND a.status = 'active'
"""


class SqlSeatReads:
    """`SeatReads`; one statement each, on a connection that goes back at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def present(self, slug: str, slot_ids: Collection[UUID]) -> list[SeatChange] | None:
        """How these slots of a consultant stand; nothing when there is no such consultant."""
        with translated_faults():
            rows = await self._database.pool.fetch(PRESENT, slug, list(slot_ids))
        if not rows:
            return None
        return [_change(row) for row in rows if row["id"]]

    async def changed(self, slot_ids: Collection[UUID], slugs: Collection[str]) -> dict[str, list[SeatChange]]:
        """How those of the slots stand that belong to these consultants, by consultant."""
        with translated_faults():
            rows = await self._database.pool.fetch(CHANGED, list(slot_ids), list(slugs))
        changes: dict[str, list[SeatChange]] = defaultdict(list)
        for row in rows:
            changes[row["slug"]].append(_change(row))
        return changes


def _change(row: asyncpg.Record) -> SeatChange:
    return SeatChange(slot_id=row["id"], seats_left=row["seats_left"], status=row["status"])
